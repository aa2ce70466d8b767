import { z } from 'zod';
import { type CountryCode, countryName } from '../countries/countries.ts';
import { type Actor, actor, areNamedAlike, attribution } from '../fields/actor.ts';
import { labelled, ofKind } from '../fields/field-kind.ts';
import { country, language, listOf, name, reference, text, topic } from '../fields/field-schemas.ts';
import { countriesAs, ROLES, type Role } from '../fields/role.ts';
import { limits } from '../values/limits.ts';
import { enumerate } from '../values/text.ts';

/** Speech act → what the speaker does, in the third person. `docs/vocabularies.md` maps them to CAMEO and PLOVER. */
export const SPEECH_ACTS = {
  state: 'states',
  affirm: 'affirms',
  deny: 'denies',
  announce: 'announces',
  assure: 'assures',
  acknowledge: 'acknowledges',
  agree: 'agrees',
  welcome: 'welcomes',
  praise: 'praises',
  criticise: 'criticises',
  'express-concern': 'expresses concern',
  accuse: 'accuses',
  condemn: 'condemns',
  'call-on': 'calls on somebody',
  demand: 'demands',
  request: 'requests',
  reject: 'rejects',
  threaten: 'threatens',
  promise: 'promises',
  offer: 'offers',
  thank: 'thanks',
  apologise: 'apologises',
  'decline-to-comment': 'declines to comment',
  'not-aware': 'is not aware',
  'refer-elsewhere': 'refers elsewhere',
} as const;

export type SpeechAct = keyof typeof SPEECH_ACTS;

/** Why a speaker is not named. */
export const ANONYMITY = {
  unnamed: 'not named',
  'on-background': 'on background',
  'on-condition': 'on condition of anonymity',
  leaked: 'in a leaked document',
} as const;

export const TEXT_KINDS = {
  original: 'original',
  'official-translation': 'official translation',
  'own-translation': 'own translation',
  'machine-translation': 'machine translation',
} as const;

const speaker = ofKind(
  'speaker',
  z.strictObject({
    ...actor.shape,
    name: name.meta({
      description: 'The name as the source has it. Without one, a description: “a senior official”.',
    }),
    anonymity: labelled(ANONYMITY)
      .meta({ title: 'Anonymity', description: 'Why the speaker is not named.' })
      .exactOptional(),
  }),
);

export type Speaker = z.infer<typeof speaker>;

const textInLanguage = ofKind(
  'text',
  z.strictObject({
    language,
    value: text(limits.textCharsMax),
    kind: labelled(TEXT_KINDS)
      .meta({ title: 'Kind', description: 'Absent: the source does not say.' })
      .exactOptional(),
  }),
);

const question = ofKind(
  'question',
  z.strictObject({
    asker: name.meta({ title: 'Asked by' }).exactOptional(),
    outlet: name.meta({ title: 'Outlet' }).exactOptional(),
    language: language.exactOptional(),
    text: text(limits.textCharsMax).meta({ title: 'Text' }),
  }),
);

/** One thing that was said, by one speaker. */
export const statement = ofKind(
  'statement',
  z.strictObject({
    key: name.meta({
      title: 'Key',
      description: 'Distinguishes the statement from the others of its event.',
    }),
    speaker: speaker.meta({ title: 'Speaker' }),
    speechAct: labelled(SPEECH_ACTS)
      .meta({ title: 'Speech act', description: 'Absent: `state`, which judges nothing.' })
      .exactOptional(),
    text: listOf(textInLanguage)
      .min(1)
      .meta({ title: 'Text', description: 'What was said: the original, translations, or both.' }),
    quoted: labelled({ verbatim: 'verbatim', paraphrase: 'paraphrased' }).meta({ title: 'Quoted' }),
    questions: listOf(question)
      .meta({ title: 'Questions', description: 'The questions that were answered.' })
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

export function speechActOf({ speechAct = 'state' }: Statement): SpeechAct {
  return speechAct;
}

/**
 * Returns those who relayed what somebody else said, in order; none for the speaker's own words. Outlets that only
 * report the briefing do not count: “the spokesperson said that Pakistan assured China” is relayed by the spokesperson.
 * Nor do the speaker under another name, and the speaker's own state and its bodies.
 */
export function relayersOf({ speaker, attribution = [] }: Statement): readonly Actor[] {
  return attribution.filter((link) => link.kind !== 'media' && !isVoiceOf(link, speaker));
}

const STATE_KINDS: readonly string[] = ['state', 'government-body'];

function isVoiceOf(link: Actor, speaker: Actor): boolean {
  const isOfSameCountry = link.country !== undefined && link.country === speaker.country;
  const speaksForState = speaker.kind === 'person' || STATE_KINDS.includes(speaker.kind);
  return (
    areNamedAlike(link, speaker) || (isOfSameCountry && speaksForState && STATE_KINDS.includes(link.kind))
  );
}

/**
 * Returns the countries of a statement that an institution issued: those of the speaker and of the issuer, and those
 * that it names. A country may be listed several times. What a country said according to another one does not make it a
 * speaker: it is `relayed`, and the last one that relayed it speaks.
 */
export function countriesIn(said: Statement, issuer?: Actor): readonly (readonly [CountryCode, Role])[] {
  const relayers = relayersOf(said);
  const chain = [said.speaker, ...relayers];
  return [
    ...countriesAs('speaker', chain.at(-1)),
    ...countriesAs('relayed', ...chain.slice(0, -1)),
    ...countriesAs('issuer', issuer),
    ...(said.countries ?? []).map((mention) => [mention.country, mention.role] as const),
  ];
}

/** Returns the words that mark a claim as relayed, “, according to Lin Jian (China),”; empty for own words. */
export function relayNote(said: Statement): string {
  const relayers = relayersOf(said);
  return relayers.length === 0 ? '' : `, according to ${enumerate(relayers.map(nameAndCountry))},`;
}

function nameAndCountry({ name, country }: Actor): string {
  if (country === undefined || countryName(country) === name) return name;
  return `${name} (${countryName(country)})`;
}
