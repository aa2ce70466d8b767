import { z } from 'zod';
import { limits } from '../values/limits.ts';
import { issue } from './field-error.ts';
import { country, language, listOf, name } from './field-schemas.ts';

export const names = z.record(language, name).check((field) => {
  if (Object.keys(field.value).length > limits.labelsMax) {
    field.issues.push(issue(field.value, 'too-many', `At most ${limits.labelsMax} items are allowed.`));
  }
});

/** A person or body that speaks, signs, sends or reports. `country` is stated by the source, never guessed. */
export const actor = z.strictObject({
  name: name.meta({ description: 'The name as the source has it.' }),
  kind: z.enum(['state', 'government-body', 'company', 'igo', 'person', 'armed-group', 'media']),
  country: country
    .meta({ description: 'The country as the source states it, never guessed.' })
    .exactOptional(),
  names: names.meta({ description: 'Language tag → name in that language.' }).exactOptional(),
});

export type Actor = z.infer<typeof actor>;

/** An attribution chain, in order: the speaker, those who relayed the claim, the outlet that was read. */
export const attribution = listOf(actor, limits.attributionMax).min(1);
