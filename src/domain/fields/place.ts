import { z } from 'zod';
import { issue } from './field-error.ts';
import { country, name } from './field-schemas.ts';

const LOCODE = /^[A-Z]{2}[A-Z2-9]{3}$/;

/** A place, as precise as the source gives it: in a country, or in waters of none. */
export const place = z.strictObject({
  country: country.exactOptional(),
  locode: z
    .string()
    .check((field) => {
      if (!LOCODE.test(field.value)) {
        field.issues.push(issue(field.value, 'invalid-locode', 'Expected a UN/LOCODE, such as PKKHI.'));
      }
    })
    .meta({ description: 'UN/LOCODE, such as PKKHI.', pattern: LOCODE.source })
    .exactOptional(),
  name: name.exactOptional(),
  waters: name.meta({ description: 'Sea, strait or river, such as the Strait of Hormuz.' }).exactOptional(),
});

export type Place = z.infer<typeof place>;
