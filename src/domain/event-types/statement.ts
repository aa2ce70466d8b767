import { z } from 'zod';
import type { CountryCode } from '../countries/countries.ts';
import { actor, attribution } from '../fields/actor.ts';
import { labelled, ofKind } from '../fields/field-kind.ts';
import { country, language, listOf, name, reference, text, topic } from '../fields/field-schemas.ts';
import { ROLES, type Role } from '../fields/role.ts';
import { limits } from '../values/limits.ts';

/** Speech act → what the speaker does, in the third person. */
export const SPEECH_ACTS = {
  affirm: 'affirms',
  deny: 'denies',
  announce: 'announces',
  assure: 'assures',
  accuse: 'accuses',
  condemn: 'condemns',
  demand: 'demands',
  request: 'requests',
  reject: 'rejects',
  threaten: 'threatens',
  promise: 'promises',
  thank: 'thanks',
  apologise: 'apologises',
  'decline-to-comment': 'declines to comment',
  'not-aware': 'is not aware',
  'refer-elsewhere': 'refers elsewhere',
} as const;

export type SpeechAct = keyof typeof SPEECH_ACTS;

/** One thing that was said, by one speaker. */
export const statement = ofKind(
  'statement',
  z.strictObject({
    key: name.meta({
      title: 'Key',
      description: 'Distinguishes the statement from the others of its event.',
    }),
    speaker: actor.meta({ title: 'Speaker' }),
    speechAct: labelled(SPEECH_ACTS).meta({ title: 'Speech act' }),
    text: z
      .strictObject({ language, value: text(limits.textCharsMax) })
      .meta({ title: 'Text', description: 'What was said, in the language of the source.' }),
    quoted: labelled({ verbatim: 'verbatim', paraphrase: 'paraphrased' }).meta({ title: 'Quoted' }),
    question: z
      .strictObject({ outlet: name.exactOptional(), text: text(limits.textCharsMax) })
      .meta({ title: 'Question', description: 'The question that was answered.' })
      .exactOptional(),
    about: listOf(reference)
      .meta({ title: 'About', description: 'Ids of events and names of records that it speaks of.' })
      .exactOptional(),
    countries: listOf(z.strictObject({ country, role: z.enum(ROLES) }))
      .meta({ title: 'Countries', description: 'Countries that it speaks of, each with its role.' })
      .exactOptional(),
    topics: listOf(topic).meta({ title: 'Topics' }).exactOptional(),
    attribution: attribution
      .meta({ title: 'Attribution', description: 'Those who relayed it, from the speaker to the outlet.' })
      .exactOptional(),
  }),
);

export type Statement = z.infer<typeof statement>;

/** The speaker's country and the countries that the statement names. A country may be listed several times. */
export function countriesIn(said: Statement): readonly (readonly [CountryCode, Role])[] {
  const named = (said.countries ?? []).map((mention) => [mention.country, mention.role] as const);
  return said.speaker.country === undefined ? named : [[said.speaker.country, 'speaker'], ...named];
}
