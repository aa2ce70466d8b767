import { z } from 'zod';
import { actor } from '../fields/actor.ts';
import { issue } from '../fields/field-error.ts';
import { labelled, ofKind } from '../fields/field-kind.ts';
import {
  contentHash,
  country,
  dateNotes,
  language,
  line,
  listOf,
  topic,
  url,
  zonedDateTime,
} from '../fields/field-schemas.ts';
import { limits } from '../values/limits.ts';
import { enumerate } from '../values/text.ts';
import { defineEventType } from './define-event-type.ts';
import { countriesIn, type Statement, statement } from './statement.ts';

const FORMATS = {
  regular: 'regular briefing',
  special: 'special briefing',
  gaggle: 'press gaggle',
  joint: 'joint briefing',
  'written-statement': 'written statement',
} as const;

const transcript = ofKind(
  'transcript',
  z.strictObject({ language, url, contentHash: contentHash.exactOptional() }),
);

const data = z.strictObject({
  institution: actor.meta({
    title: 'Institution',
    description: 'Who held the briefing or issued the statement.',
  }),
  spokespersons: listOf(actor).meta({ title: 'Spokespersons' }).exactOptional(),
  host: country.meta({
    title: 'Held in',
    description: 'The country where it is held, or from which a statement is issued. Days are days there.',
  }),
  venue: line.meta({ title: 'Venue' }).exactOptional(),
  format: labelled(FORMATS).meta({ title: 'Format' }),
  startsAt: zonedDateTime.meta({ title: 'Began' }).exactOptional(),
  languages: listOf(language).meta({ title: 'Languages' }).exactOptional(),
  transcripts: listOf(transcript).meta({ title: 'Transcripts' }).exactOptional(),
  statements: listOf(statement, limits.statementsMax)
    .check(refuseRepeatedKeys)
    .meta({ title: 'Statements', description: 'What was said, in order.' })
    .exactOptional(),
  topics: listOf(topic).meta({ title: 'Topics' }).exactOptional(),
  ...dateNotes,
});

type Briefing = z.infer<typeof data>;

export const briefingHeld = defineEventType({
  name: 'BriefingHeld',
  category: 'briefing',
  lane: 'Briefings',
  label: 'Briefing',
  description: 'A press briefing, or a written statement in place of one, with what was said.',
  version: 1,
  data,
  headline: (briefing: Briefing) => {
    const gist = gistOf(briefing);
    return gist === '' ? opening(briefing) : `${opening(briefing)}: ${gist}`;
  },
  quote: (briefing) => {
    const first = briefing.statements?.[0];
    return first && { before: `${opening(briefing)}:`, language: first.text.language };
  },
  countries: (briefing) => [[briefing.host, 'host'], ...(briefing.statements ?? []).flatMap(countriesIn)],
  topics: (briefing) => [
    ...(briefing.topics ?? []),
    ...(briefing.statements ?? []).flatMap((said) => said.topics ?? []),
  ],
  statements: (briefing) => briefing.statements ?? [],
  issuer: (briefing) => briefing.institution,
  example: {
    occurred: '2025-10-13',
    data: {
      institution: { name: 'Ministry of Foreign Affairs', kind: 'government-body', country: 'CN' },
      host: 'CN',
      format: 'regular',
      topics: ['rare-earths'],
    },
  },
});

function opening({ institution, format }: Briefing): string {
  return `${institution.name}, ${FORMATS[format]}`;
}

/** The first statement, else the topics, else the spokespersons. */
function gistOf(briefing: Briefing): string {
  const first = briefing.statements?.[0];
  if (first !== undefined) return first.text.value;
  const slugs = briefing.topics ?? [];
  if (slugs.length > 0) return enumerate(slugs.map((slug) => slug.replaceAll('-', ' ')));
  return enumerate((briefing.spokespersons ?? []).map((person) => person.name));
}

function refuseRepeatedKeys(field: z.core.ParsePayload<Statement[]>): void {
  const seen = new Set<string>();
  for (const [index, { key }] of field.value.entries()) {
    if (seen.has(key)) {
      const detail = 'Another statement of this briefing has the same key. Give each its own.';
      field.issues.push(issue(key, 'duplicate-key', detail, [index, 'key']));
    }
    seen.add(key);
  }
}
