import {
  type CountryCode,
  consistsOfStatements,
  defineTimeline,
  type RecordVersion,
  type Role,
  rolesByCountry,
  rolesInStatement,
  statementsOf,
} from '../src/index.ts';
import { timelineEntry } from './timeline-entry.ts';

type Roles = ReadonlyMap<CountryCode, readonly Role[]>;
/** `CN~PK` → `CN:speaker`, `PK:mentioned`… */
type Relations = Map<string, Set<string>>;

/** Who is only spoken of, or only aimed at, does nothing to the others of whom that is true. */
const PASSIVE: readonly Role[] = ['mentioned', 'target'];
/** Those who stand apart from the many. */
const LEADING: readonly Role[] = ['speaker', 'host'];
const ACTING_MAX = 30;

/**
 * What passes between two countries, in either direction; the roles tell which.
 *
 * Two countries stand in a relation where one of them acts (it speaks, hosts, signs, sends or receives) and the other
 * has any role beside it. At a briefing each statement is taken by itself: `CN:speaker` stands with Pakistan only if a
 * Chinese speaker named Pakistan, and two countries of which a third speaks do not meet in that. The host of the
 * briefing is added where a statement makes the relation. On any other record a country has all its roles.
 *
 * Among more than `ACTING_MAX` countries that act, as in a convention of the whole world, only a speaker and a host
 * stand in relations: such a thing says nothing of two of its many parties. So a statement, or a record without any,
 * makes no more than `ACTING_MAX` relations a country.
 */
export const relationTimeline = defineTimeline({
  name: 'relation',
  version: 2,
  partitionBy: (record) => {
    const relations = relationsOf(record);
    return new Map([...relations].map(([pair, roles]) => [pair, { roles: [...roles].sort() }]));
  },
  entry: timelineEntry,
});

function relationsOf(record: RecordVersion): Relations {
  const relations: Relations = new Map();
  if (!consistsOfStatements(record)) {
    addRelations(relations, rolesByCountry(record));
    return relations;
  }
  for (const said of statementsOf(record)) addRelations(relations, rolesInStatement(said));
  const hosts = [...rolesByCountry(record)].flatMap(([country, roles]) => (roles.includes('host') ? [country] : []));
  for (const [pair, roles] of relations) {
    for (const host of hosts) if (pair.split('~').includes(host)) roles.add(`${host}:host`);
  }
  return relations;
}

function addRelations(relations: Relations, roles: Roles): void {
  for (const one of actingAmong(roles)) {
    for (const other of roles.keys()) {
      if (other === one) continue;
      const pair = one < other ? `${one}~${other}` : `${other}~${one}`;
      const known = relations.get(pair) ?? new Set();
      for (const country of [one, other]) {
        for (const role of roles.get(country) ?? []) known.add(`${country}:${role}`);
      }
      relations.set(pair, known);
    }
  }
}

function actingAmong(roles: Roles): readonly CountryCode[] {
  const having = (isSuch: (role: Role) => boolean) =>
    [...roles].flatMap(([country, its]) => (its.some(isSuch) ? [country] : []));
  const acting = having((role) => !PASSIVE.includes(role));
  return acting.length > ACTING_MAX ? having((role) => LEADING.includes(role)) : acting;
}
