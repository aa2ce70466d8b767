import { z } from 'zod';
import { type JsonValue, mapObjects } from '../values/json.ts';
import { limits } from '../values/limits.ts';
import { issue } from './field-error.ts';
import { listOf, name } from './field-schemas.ts';
import { quantity } from './quantity.ts';

const HS_CODE = /^\d{2}(?:\d{2}){0,4}$/;

const good = z.strictObject({
  description: name,
  hsCode: z
    .string()
    .check((field) => {
      if (!HS_CODE.test(field.value)) {
        const detail = 'Expected a Harmonized System code, 2 to 10 digits without dots, such as 260300.';
        field.issues.push(issue(field.value, 'invalid-hs-code', detail));
      }
    })
    .meta({
      description: 'Harmonized System code: chapter, heading, subheading, or a longer national code.',
      pattern: HS_CODE.source,
    })
    .exactOptional(),
  hsEdition: z
    .enum(['1988', '1992', '1996', '2002', '2007', '2012', '2017', '2022', '2028'])
    .meta({ description: 'Edition of the Harmonized System.' })
    .exactOptional(),
  quantity: quantity.exactOptional(),
});

export type Good = z.infer<typeof good>;

export const goods = listOf(good, limits.itemsMax);

/** Upcasts goods whose `quantity` was a number, with its `unit` next to it. */
export function withQuantityObjects(goods: JsonValue): JsonValue {
  return mapObjects(goods, (good) => {
    const { quantity, unit, ...others } = good;
    const isOlder = typeof quantity === 'string' || (quantity === undefined && unit !== undefined);
    if (!isOlder) return good;
    const value = quantity !== undefined && { value: quantity };
    return { ...others, quantity: { ...value, ...(unit !== undefined && { unit }) } };
  });
}
