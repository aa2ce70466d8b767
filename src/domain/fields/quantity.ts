import { z } from 'zod';
import { decimal, name } from './field-schemas.ts';

/** How exact a reported number is → the words before the number. */
export const QUALIFIERS = { exact: '', about: 'about ', 'at-least': 'at least ', 'up-to': 'up to ' } as const;

export const qualifier = z.enum(Object.keys(QUALIFIERS) as [Qualifier, ...Qualifier[]]);

type Qualifier = keyof typeof QUALIFIERS;

/** How much of something, as reported. */
export const quantity = z.strictObject({
  value: decimal('invalid-quantity', '12.5')
    .meta({ description: 'A decimal number without separators. Absent if only the unit is known.' })
    .exactOptional(),
  unit: name.meta({ description: 'Such as kg or barrel.' }).exactOptional(),
  qualifier: qualifier.meta({ description: 'Absent: the source does not say.' }).exactOptional(),
});
