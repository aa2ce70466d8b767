import {
  attributionOfStatement,
  type CountryCode,
  countryName,
  defineTimeline,
  issuerOf,
  normalizedNames,
  occurrenceOf,
  outletsOf,
  type RecordVersion,
  type Role,
  relayersOf,
  relaysOf,
  rolesInStatement,
  type Statement,
  searchableTextsIn,
  searchableWords,
  speechActOf,
  statementsOf,
  type TimelineEntry,
  topicsInStatement,
} from '../src/index.ts';
import { type NamedActor, namedActor } from './timeline-entry.ts';

/** Key of the timeline of all statements. */
const ALL_STATEMENTS = '*';

/**
 * The timelines of statements: one entry for each statement of a briefing, denials included. A statement is in the
 * timeline of all statements, in those of its speaker's and its issuer's country and of the countries that it names,
 * under their codes, and in those of the events and records that it is about, under their ids and names.
 */
export const statements = defineTimeline({
  name: 'statements',
  version: 6,
  itemsOf: statementsOf,
  partitionBy: (record, statement) => {
    const countries = rolesInStatement(record, statement).keys();
    return new Map([ALL_STATEMENTS, ...countries, ...(statement.about ?? [])].map((key) => [key, {}]));
  },
  entry: statementEntry,
});

/**
 * The topics are those of the statement, not of its briefing. `speakers` has every name of the speaker and of the
 * institution, for the speaker filter; neither it nor the outlets, relays and words are shown.
 */
function statementEntry(record: RecordVersion, statement: Statement): TimelineEntry {
  const { event } = record;
  const institution = issuerOf(record);
  const roles = rolesInStatement(record, statement);
  const relayers = relayersOf(statement);
  const speechAct = speechActOf(statement);
  const topics = topicsInStatement(statement);
  return {
    id: event.id,
    stream: event.stream,
    statement: statement.key,
    type: record.type,
    occurred: occurrenceOf(record),
    speaker: namedSpeaker(statement.speaker),
    ...(relayers.length > 0 && { relayedBy: relayers.map(namedActor) }),
    institution: institution && namedActor(institution),
    speechAct,
    text: statement.text,
    quoted: statement.quoted,
    questions: statement.questions ?? [],
    about: statement.about ?? [],
    countries: [...roles.keys()],
    roles: Object.fromEntries(roles),
    topics,
    attribution: attributionOfStatement(record, statement),
    sources: record.sources.length,
    status: record.status,
    versions: record.versions,
    position: event.position,
    recordedAt: event.recordedAt,
    speechActs: [speechAct],
    speakers: [
      ...normalizedNames(statement.speaker),
      ...(institution === undefined ? [] : normalizedNames(institution)),
    ],
    outlets: outletsOf(record),
    relays: relaysOf(record, [statement]),
    institutions: institution === undefined ? [] : normalizedNames(institution),
    countryRoles: partsOfCountries(roles),
    words: searchableWords([
      ...[...roles.keys()].map(countryName),
      ...topics,
      ...searchableTextsIn(record, statement),
    ]),
  };
}

/** A country said something, or somebody said it for the country, if it has one of these roles. */
const SAYING_ROLES: readonly Role[] = ['speaker', 'issuer', 'relayed'];

/** Returns the parts of all countries, such as `PK:said`. */
function partsOfCountries(rolesOf: ReadonlyMap<CountryCode, readonly Role[]>): readonly string[] {
  const found: string[] = [];
  for (const [country, roles] of rolesOf) {
    for (const part of parts(roles)) found.push(`${country}:${part}`);
  }
  return found;
}

/** Returns the parts that a country has in a statement. */
function parts(roles: readonly Role[]): readonly string[] {
  const says = roles.some((role) => SAYING_ROLES.includes(role));
  const isMeant = roles.some((role) => !SAYING_ROLES.includes(role));
  return [...(says ? ['said'] : []), ...(isMeant ? ['about'] : [])];
}

type NamedSpeaker = NamedActor & Pick<Statement['speaker'], 'anonymity'>;

function namedSpeaker({ anonymity, ...speaker }: Statement['speaker']): NamedSpeaker {
  return { ...namedActor(speaker), ...(anonymity !== undefined && { anonymity }) };
}
