import { z } from 'zod';
import type { CountryCode } from '../countries/countries.ts';
import { actor, attribution } from '../fields/actor.ts';
import { issue } from '../fields/field-error.ts';
import {
  contentHash,
  country,
  dateNotes,
  language,
  line,
  listOf,
  name,
  reference,
  text,
  topic,
  url,
  zonedDateTime,
} from '../fields/field-schemas.ts';
import { ROLES, type Role } from '../fields/role.ts';
import { parseDay } from '../values/edtf.ts';
import { limits } from '../values/limits.ts';
import { enumerate } from '../values/text.ts';
import { type Attribution, defineEventType } from './define-event-type.ts';

export const SPEECH_ACTS = [
  'affirm',
  'deny',
  'announce',
  'assure',
  'accuse',
  'condemn',
  'demand',
  'request',
  'reject',
  'threaten',
  'promise',
  'thank',
  'apologise',
  'decline-to-comment',
  'not-aware',
  'refer-elsewhere',
] as const;

const FORMATS = {
  regular: 'regular briefing',
  special: 'special briefing',
  gaggle: 'press gaggle',
  joint: 'joint briefing',
  'written-statement': 'written statement',
} as const;

type Format = keyof typeof FORMATS;

const topics = listOf(topic);

const statement = z.strictObject({
  /** Tells the statement from the others of its briefing. */
  key: name,
  speaker: actor,
  speechAct: z.enum(SPEECH_ACTS),
  text: z.strictObject({ language, value: text(limits.textCharsMax) }),
  quoted: z.enum(['verbatim', 'paraphrase']),
  question: z.strictObject({ outlet: name.exactOptional(), text: text(limits.textCharsMax) }).exactOptional(),
  /** Events and records that it speaks of. */
  about: listOf(reference).exactOptional(),
  countries: listOf(z.strictObject({ country, role: z.enum(ROLES) })).exactOptional(),
  topics: topics.exactOptional(),
  attribution: attribution.exactOptional(),
});

const transcript = z.strictObject({ language, url, contentHash: contentHash.exactOptional() });

const data = z.strictObject({
  institution: actor,
  spokespersons: listOf(actor).exactOptional(),
  /** The country where it is held, or from which a statement is issued; the day of the briefing is the day there. */
  host: country,
  venue: line.exactOptional(),
  format: z.enum(Object.keys(FORMATS) as [Format, ...Format[]]),
  startsAt: zonedDateTime.exactOptional(),
  languages: listOf(language).exactOptional(),
  transcripts: listOf(transcript).exactOptional(),
  statements: listOf(statement, limits.statementsMax).check(refuseRepeatedKeys).exactOptional(),
  topics: topics.exactOptional(),
  ...dateNotes,
});

type Briefing = z.infer<typeof data>;
/** One thing that was said, by one speaker. */
export type Statement = z.infer<typeof statement>;

/** A press briefing, or a written statement in place of one, with what was said in it. */
export const briefingHeld = defineEventType({
  name: 'BriefingHeld',
  category: 'briefing',
  schemaVersion: 1,
  data,
  inherits: false,
  startsOn: (briefing) => parseDay(briefing.startsAt?.local.slice(0, 10) ?? ''),
  summary: {
    headline: (briefing: Briefing) => {
      const gist = gistOf(briefing);
      return gist === '' ? heldBy(briefing) : `${heldBy(briefing)}: ${gist}`;
    },
    quote: (briefing) => {
      const first = statementsOf(briefing)[0];
      return first && { before: `${heldBy(briefing)}:`, language: first.text.language };
    },
    roles: (briefing) => [[briefing.host, 'host'], ...statementsOf(briefing).flatMap(rolesIn)],
    topics: (briefing) => [
      ...(briefing.topics ?? []),
      ...statementsOf(briefing).flatMap((said) => said.topics ?? []),
    ],
    speechActs: (briefing) => statementsOf(briefing).map((said) => said.speechAct),
    attribution: (briefing) => statementsOf(briefing).flatMap(chainOf),
  },
});

function heldBy({ institution, format }: Briefing): string {
  return `${institution.name}, ${FORMATS[format]}`;
}

function statementsOf(briefing: Briefing): readonly Statement[] {
  return briefing.statements ?? [];
}

/** A country may come several times, also in one role. */
export function rolesIn(said: Statement): readonly (readonly [CountryCode, Role])[] {
  const named = (said.countries ?? []).map((mention) => [mention.country, mention.role] as const);
  return said.speaker.country === undefined ? named : [[said.speaker.country, 'speaker'], ...named];
}

function chainOf(said: Statement): readonly Attribution[] {
  return said.attribution === undefined ? [] : [said.attribution.map((link) => link.name)];
}

/** What it was about: the first statement, else the topics, else who spoke. */
function gistOf(briefing: Briefing): string {
  const first = statementsOf(briefing)[0];
  if (first !== undefined) return first.text.value;
  const slugs = briefing.topics ?? [];
  if (slugs.length > 0) return enumerate(slugs.map((slug) => slug.replaceAll('-', ' ')));
  return enumerate((briefing.spokespersons ?? []).map((person) => person.name));
}

function refuseRepeatedKeys(field: z.core.ParsePayload<Statement[]>): void {
  const seen = new Set<string>();
  for (const [index, said] of field.value.entries()) {
    if (seen.has(said.key)) {
      const detail = 'Another statement of this briefing has the same key; each needs its own.';
      field.issues.push(issue(said.key, 'duplicate-key', detail, [index, 'key']));
    }
    seen.add(said.key);
  }
}
