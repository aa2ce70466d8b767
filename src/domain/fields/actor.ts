import { z } from 'zod';
import { limits } from '../values/limits.ts';
import { normalizeName } from '../values/text.ts';
import { identifiers } from './actor-identifiers.ts';
import { issue } from './field-error.ts';
import { country, language, listOf, name } from './field-schemas.ts';

/** Kind of actor → label. */
export const ACTOR_KINDS = {
  state: 'state',
  'government-body': 'government body',
  company: 'company',
  igo: 'international organisation',
  ngo: 'non-governmental organisation',
  'political-party': 'political party',
  court: 'court',
  legislature: 'legislature',
  military: 'military',
  person: 'person',
  'armed-group': 'armed group',
  media: 'news media',
  territory: 'territory',
  vessel: 'vessel',
  'ethnic-group': 'ethnic group',
  other: 'other',
} as const;

export type ActorKind = keyof typeof ACTOR_KINDS;

export const names = z.record(language, name).check((field) => {
  if (Object.keys(field.value).length > limits.labelsMax) {
    field.issues.push(issue(field.value, 'too-many', `At most ${limits.labelsMax} items are allowed.`));
  }
});

/** A person or body that speaks, signs, sends or reports. `country` is stated by the source, never guessed. */
export const actor = z.strictObject({
  name: name.meta({ description: 'The name as the source has it.' }),
  kind: z.enum(Object.keys(ACTOR_KINDS) as [ActorKind, ...ActorKind[]]),
  country: country
    .meta({ description: 'The country as the source states it, never guessed.' })
    .exactOptional(),
  names: names.meta({ description: 'Language tag → name in that language.' }).exactOptional(),
  identifiers: identifiers
    .meta({
      description: 'What it is known by in public registers. It decides whose timeline shows the event.',
    })
    .exactOptional(),
});

export type Actor = z.infer<typeof actor>;

/** Returns the names of an actor in all languages, in the form that `normalizeName` returns. */
export function normalizedNames({ name, names = {} }: Pick<Actor, 'name' | 'names'>): readonly string[] {
  return [name, ...Object.values(names)].map(normalizeName);
}

/** True if the actors have a name in common. */
export function areNamedAlike(a: Actor, b: Actor): boolean {
  if (a.name === b.name) return true;
  const names = new Set(normalizedNames(a));
  return normalizedNames(b).some((name) => names.has(name));
}

/** True if news media are the last of an attribution: the outlet that was read. Others only relayed it. */
export function endsWithOutlet(attribution: readonly Pick<Actor, 'kind'>[]): boolean {
  return attribution.at(-1)?.kind === 'media';
}

/** An attribution chain, in order: the speaker, those who relayed the claim, the outlet that was read. */
export const attribution = listOf(actor, limits.attributionMax).min(1);
