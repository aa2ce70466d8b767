import { z } from 'zod';
import { limits } from '../values/limits.ts';
import { issue } from './field-error.ts';
import { decimal, listOf, name } from './field-schemas.ts';

const good = z.strictObject({
  description: name,
  hsCode: z
    .string()
    .check((field) => {
      if (!/^\d{2}(?:\d{2}){0,4}$/.test(field.value)) {
        const detail = 'Expected a Harmonized System code, 2 to 10 digits without dots, such as 260300.';
        field.issues.push(issue(field.value, 'invalid-hs-code', detail));
      }
    })
    .meta({ description: 'Harmonized System code: chapter, heading, subheading, or a longer national code.' })
    .exactOptional(),
  hsEdition: z
    .enum(['1988', '1992', '1996', '2002', '2007', '2012', '2017', '2022', '2028'])
    .meta({ description: 'Edition of the Harmonized System.' })
    .exactOptional(),
  quantity: decimal('invalid-quantity', '12.5')
    .meta({ description: 'A decimal number without separators.' })
    .exactOptional(),
  unit: name.meta({ description: 'Unit of the quantity, such as kg or barrel.' }).exactOptional(),
});

export type Good = z.infer<typeof good>;

export const goods = listOf(good, limits.itemsMax);
