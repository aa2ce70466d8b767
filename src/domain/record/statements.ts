import type { CountryCode } from '../countries/countries.ts';
import { findContentType } from '../event-types/registry.ts';
import { countriesIn, type Statement } from '../event-types/statement.ts';
import type { Actor } from '../fields/actor.ts';
import { byCountry, type Role } from '../fields/role.ts';
import { canonicalTopic } from '../fields/topic.ts';
import type { RecordVersion } from './record-version.ts';

export { relayersOf, type Statement, speechActOf } from '../event-types/statement.ts';

/** Returns the statements of an event, in order; none for events of types that do not consist of statements. */
export function statementsOf({ type, data }: RecordVersion): readonly Statement[] {
  return findContentType(type)?.statements?.(data) ?? [];
}

/** True for types that consist of statements, also when an event of them has none. */
export function consistsOfStatements({ type }: RecordVersion): boolean {
  return findContentType(type)?.statements !== undefined;
}

/** Returns who issued the event's statements. */
export function issuerOf({ type, data }: RecordVersion): Actor | undefined {
  return findContentType(type)?.issuer?.(data);
}

/** Returns the distinct roles of the countries of a statement: of its speaker, its issuer, and those that it names. */
export function rolesInStatement(
  version: RecordVersion,
  statement: Statement,
): Map<CountryCode, readonly Role[]> {
  return byCountry(countriesIn(statement, issuerOf(version)));
}

/** Returns the distinct topics of the statement, as slugs. */
export function topicsInStatement({ topics = [] }: Pick<Statement, 'topics'>): readonly string[] {
  return [...new Set(topics.map(canonicalTopic))];
}
