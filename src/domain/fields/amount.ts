import { z } from 'zod';
import { isCurrency } from '../values/currencies.ts';
import { issue } from './field-error.ts';
import { decimal } from './field-schemas.ts';
import { qualifier } from './quantity.ts';

/** An amount of money as reported. It is never a float, and amounts of different roles are never added up. */
export const amount = z.strictObject({
  value: decimal('invalid-amount', '500000000').meta({ description: 'A decimal number without separators.' }),
  currency: z
    .string()
    .check((field) => {
      if (!isCurrency(field.value)) {
        const detail = 'Expected an ISO 4217 currency code, such as USD.';
        field.issues.push(issue(field.value, 'unknown-currency', detail));
      }
    })
    .meta({ description: 'ISO 4217 code, such as USD.', pattern: '^[A-Z]{3}$' }),
  qualifier,
  role: z.enum(['declared', 'commitment', 'investment', 'paid']),
});

export type Amount = z.infer<typeof amount>;
