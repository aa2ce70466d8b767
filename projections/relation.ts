import {
  type CountryCode,
  consistsOfStatements,
  defineTimeline,
  type RecordVersion,
  type Role,
  relationKey,
  rolesByCountry,
  rolesInStatement,
  statementsOf,
} from '../src/index.ts';
import { timelineEntry } from './timeline-entry.ts';

type Roles = ReadonlyMap<CountryCode, readonly Role[]>;

/** Key of a relation → roles of its countries, such as `CN~PK` → `CN:speaker`, `PK:mentioned`. */
type Relations = Map<string, Set<string>>;

/** Two countries that have only these roles do nothing with each other. */
const PASSIVE_ROLES: readonly Role[] = ['mentioned', 'target', 'relayed'];

/** The only roles that make relations in events with very many countries. */
const LEADING_ROLES: readonly Role[] = ['issuer', 'speaker', 'host', 'imposer'];

const ACTING_COUNTRIES_MAX = 30;

/**
 * The timeline of a relation: what happens between two countries, in either direction. The roles tell the direction.
 *
 * Two countries have a relation in an event if one of them acts (it speaks, hosts, signs, imposes…) and the
 * other has any role. At a briefing each statement counts separately. `CN:speaker` relates to Pakistan only if a
 * Chinese speaker named or relayed Pakistan, and two countries that a third one mentions have no relation. The host of
 * a briefing is added to the relations that its statements make. In any other event a country has all its roles.
 *
 * If more than `ACTING_COUNTRIES_MAX` countries act, as in a global convention, only those that lead it make relations:
 * such an event says nothing about two of its many parties. This also bounds the number of relations of a country in
 * one statement or event.
 */
export const relationTimeline = defineTimeline({
  name: 'relation',
  version: 6,
  partitionBy: (record) => {
    const relations = relationsOf(record);
    return new Map([...relations].map(([key, roles]) => [key, { roles: [...roles].sort() }]));
  },
  entry: timelineEntry,
});

function relationsOf(record: RecordVersion): Relations {
  const relations: Relations = new Map();
  if (!consistsOfStatements(record)) {
    addRelations(relations, rolesByCountry(record));
    return relations;
  }
  for (const statement of statementsOf(record)) addRelations(relations, rolesInStatement(record, statement));
  const hosts = countriesWith(rolesByCountry(record), isHost);
  for (const [key, roles] of relations) {
    for (const host of hosts) if (key.split('~').includes(host)) roles.add(`${host}:host`);
  }
  return relations;
}

function addRelations(relations: Relations, rolesOf: Roles): void {
  for (const acting of actingCountries(rolesOf)) {
    for (const other of rolesOf.keys()) {
      if (other === acting) continue;
      const key = relationKey(acting, other);
      const roles = relations.get(key) ?? new Set();
      for (const country of [acting, other]) {
        for (const role of rolesOf.get(country) ?? []) roles.add(`${country}:${role}`);
      }
      relations.set(key, roles);
    }
  }
}

function actingCountries(rolesOf: Roles): readonly CountryCode[] {
  const acting = countriesWith(rolesOf, acts);
  if (acting.length <= ACTING_COUNTRIES_MAX) return acting;
  return countriesWith(rolesOf, leads);
}

function countriesWith(rolesOf: Roles, matches: (role: Role) => boolean): readonly CountryCode[] {
  const countries: CountryCode[] = [];
  for (const [country, roles] of rolesOf) if (roles.some(matches)) countries.push(country);
  return countries;
}

function isHost(role: Role): boolean {
  return role === 'host';
}

function acts(role: Role): boolean {
  return !PASSIVE_ROLES.includes(role);
}

function leads(role: Role): boolean {
  return LEADING_ROLES.includes(role);
}
