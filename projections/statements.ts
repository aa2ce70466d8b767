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
import { namedActor } from './timeline-entry.ts';

/** Key of the timeline of all statements. The other keys are country codes. */
const ALL_STATEMENTS = '*';

/**
 * The timelines of statements: one entry for each statement of a briefing, denials included. A statement is in the
 * timeline of all statements, in that of the speaker's country, and in those of the countries that it names.
 */
export const statements = defineTimeline({
  name: 'statements',
  version: 2,
  itemsOf: statementsOf,
  partitionBy: (_record, statement) =>
    new Map([ALL_STATEMENTS, ...rolesInStatement(statement).keys()].map((key) => [key, {}])),
  entry: statementEntry,
});

/**
 * The topics are those of the statement, not of its briefing. `speakers` has every name of the speaker and of the
 * institution, for the speaker filter; it is not shown.
 */
function statementEntry(record: RecordVersion, statement: Statement): TimelineEntry {
  const { event } = record;
  const institution = issuerOf(record);
  const roles = rolesInStatement(statement);
  return {
    id: event.id,
    stream: event.stream,
    statement: statement.key,
    type: record.type,
    occurred: occurrenceOf(record),
    speaker: namedActor(statement.speaker),
    institution: institution && namedActor(institution),
    speechAct: statement.speechAct,
    text: statement.text,
    quoted: statement.quoted,
    question: statement.question,
    about: statement.about ?? [],
    countries: [...roles.keys()],
    roles: Object.fromEntries(roles),
    topics: statement.topics ?? [],
    attribution: (statement.attribution ?? []).map(namedActor),
    sources: record.sources.length,
    status: record.status,
    versions: record.versions,
    position: event.position,
    recordedAt: event.recordedAt,
    speechActs: [statement.speechAct],
    speakers: [
      ...searchNames(statement.speaker),
      ...(institution === undefined ? [] : searchNames(institution)),
    ],
  };
}

function searchNames({ name, names = {} }: Actor): readonly string[] {
  return [name, ...Object.values(names)].map(normalizeName);
}
