import {
  type Actor,
  defineTimeline,
  issuerOf,
  normalizeName,
  occurrenceOf,
  type RecordVersion,
  rolesInStatement,
  type Statement,
  statementsOf,
  type TimelineEntry,
} from '../src/index.ts';
import { namedActor } from './named-actor.ts';

/** Key of the timeline of all statements; the others have the codes of countries. */
const ALL_STATEMENTS = '*';

/**
 * The ledger of claims: each statement of a briefing by itself, a denial like any other. It stands in the timeline of
 * all, and in that of its speaker's country and of each country that it names.
 */
export const statements = defineTimeline({
  name: 'statements',
  version: 2,
  itemsOf: statementsOf,
  partitionBy: (_record, said) =>
    new Map([ALL_STATEMENTS, ...rolesInStatement(said).keys()].map((key) => [key, {}])),
  entry: statementEntry,
});

/**
 * The topics are those of the statement alone, not of its briefing. `speakers` has the words that a filter compares a
 * name with, and is not shown: every name of the speaker and of the institution.
 */
function statementEntry(record: RecordVersion, said: Statement): TimelineEntry {
  const { event } = record;
  const institution = issuerOf(record);
  const roles = rolesInStatement(said);
  return {
    id: event.id,
    stream: event.stream,
    statement: said.key,
    type: record.type,
    occurred: occurrenceOf(record),
    speaker: namedActor(said.speaker),
    institution: institution && namedActor(institution),
    speechAct: said.speechAct,
    text: said.text,
    quoted: said.quoted,
    question: said.question,
    about: said.about ?? [],
    countries: [...roles.keys()],
    roles: Object.fromEntries(roles),
    topics: said.topics ?? [],
    attribution: (said.attribution ?? []).map(namedActor),
    sources: record.sources.length,
    status: record.status,
    versions: record.versions,
    position: event.position,
    recordedAt: event.recordedAt,
    speechActs: [said.speechAct],
    speakers: [...wordsOf(said.speaker), ...(institution === undefined ? [] : wordsOf(institution))],
  };
}

function wordsOf({ name, names = {} }: Actor): readonly string[] {
  return [name, ...Object.values(names)].map(normalizeName);
}
