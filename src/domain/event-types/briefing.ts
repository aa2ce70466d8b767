import { z } from 'zod';
import { actor } from '../fields/actor.ts';
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
import { keyedList } from '../fields/keyed-list.ts';
import { countriesAs } from '../fields/role.ts';
import { changeField, isObject, type JsonValue, mapObjects, moveField } from '../values/json.ts';
import { limits } from '../values/limits.ts';
import { enumerate } from '../values/text.ts';
import { type CountryRole, defineEventType, type Upcast } from './define-event-type.ts';
import { countriesIn, relayNote, SPEECH_ACTS, type Statement, speechActOf, statement } from './statement.ts';

const FORMATS = {
  regular: 'regular briefing',
  special: 'special briefing',
  gaggle: 'press gaggle',
  joint: 'joint briefing',
  'written-statement': 'written statement',
} as const;

const SETTINGS = {
  'in-person': 'in person',
  online: 'online',
  'in-flight': 'in flight',
  'at-sea': 'at sea',
  written: 'in writing',
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
  hosts: listOf(country)
    .meta({
      title: 'Held in',
      description: 'The countries where it is held. Days are days there. An empty list: stated to be none.',
    })
    .exactOptional(),
  setting: labelled(SETTINGS).meta({ title: 'Setting' }).exactOptional(),
  venue: line.meta({ title: 'Venue' }).exactOptional(),
  format: labelled(FORMATS).meta({ title: 'Format' }),
  startsAt: zonedDateTime.meta({ title: 'Began' }).exactOptional(),
  languages: listOf(language).meta({ title: 'Languages' }).exactOptional(),
  transcripts: listOf(transcript).meta({ title: 'Transcripts' }).exactOptional(),
  statements: keyedList(statement, limits.statementsMax)
    .meta({ title: 'Statements', description: 'What was said, in order.' })
    .exactOptional(),
  topics: listOf(topic).meta({ title: 'Topics' }).exactOptional(),
  ...dateNotes,
});

type Briefing = z.infer<typeof data>;

/** Version 1 had one `host`, and one `text` and at most one `question` in each statement. */
const hostsAndTexts: Upcast = {
  payload: (older) =>
    changeField(moveField(older, 'host', 'hosts', asList), 'statements', (statements) =>
      mapObjects(statements, (said) =>
        changeField(moveField(said, 'question', 'questions', asList), 'text', (text) =>
          isObject(text) ? [text] : text,
        ),
      ),
    ),
  moved: { '/host': '/hosts/0' },
};

function asList(value: JsonValue): JsonValue {
  return [value];
}

export const briefingHeld = defineEventType({
  name: 'BriefingHeld',
  category: 'briefing',
  lane: 'Briefings',
  label: 'Briefing',
  description: 'A press briefing, or a written statement in place of one, with what was said.',
  version: 2,
  upcasts: [hostsAndTexts],
  data,
  headline: (briefing: Briefing) => {
    const gist = gistOf(briefing);
    return gist === '' ? opening(briefing) : `${opening(briefing)}: ${gist}`;
  },
  quote: (briefing) => {
    const first = briefing.statements?.[0];
    const language = first?.text[0]?.language;
    return first === undefined || language === undefined
      ? undefined
      : { before: `${opening(briefing)}: ${reporting(first)}`, language };
  },
  countries: ({ hosts = [], institution, statements = [] }) => [
    ...hosts.map((host) => [host, 'host'] as const),
    ...countriesAs('issuer', institution),
    ...statements.flatMap(countriesOfStatement),
  ],
  topics: (briefing) => [
    ...(briefing.topics ?? []),
    ...(briefing.statements ?? []).flatMap(topicsOfStatement),
  ],
  statements: (briefing) => briefing.statements ?? [],
  issuer: (briefing) => briefing.institution,
  references: ({ statements = [] }) =>
    statements.flatMap(({ about = [] }, statement) =>
      about.map((to, index) => ({ to, pointer: `/statements/${statement}/about/${index}` })),
    ),
  example: {
    occurred: '2025-10-13',
    data: {
      institution: { name: 'Ministry of Foreign Affairs', kind: 'government-body', country: 'CN' },
      hosts: ['CN'],
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
  if (first !== undefined) return `${reporting(first)} ${first.text[0]?.value}`.trimStart();
  const slugs = briefing.topics ?? [];
  if (slugs.length > 0) return enumerate(slugs.map((slug) => slug.replaceAll('-', ' ')));
  return enumerate((briefing.spokespersons ?? []).map((person) => person.name));
}

/** Marks a claim of somebody else: “Pakistan, according to Lin Jian (China), assures:”; empty for own words. */
function reporting(said: Statement): string {
  const note = relayNote(said);
  return note === '' ? '' : `${said.speaker.name}${note} ${SPEECH_ACTS[speechActOf(said)]}:`;
}

/** For `flatMap`, whose second argument would be an issuer. */
function countriesOfStatement(said: Statement): readonly CountryRole[] {
  return countriesIn(said);
}

function topicsOfStatement({ topics = [] }: Statement): readonly string[] {
  return topics;
}
