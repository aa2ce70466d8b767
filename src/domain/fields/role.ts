import type { CountryCode } from '../countries/countries.ts';

/**
 * The roles that a country can have in an event. A country is `relayed` if somebody else said what it said, and
 * `target` if a measure or a statement is aimed at it.
 */
export const ROLES = [
  'host',
  'issuer',
  'speaker',
  'relayed',
  'party',
  'participant',
  'imposer',
  'target',
  'origin',
  'destination',
  'interceptor',
  'mentioned',
] as const;

export type Role = (typeof ROLES)[number];

/** Gives the countries of actors or places the role. Those without a country have none. */
export function countriesAs(
  role: Role,
  ...located: readonly ({ readonly country?: CountryCode } | undefined)[]
): readonly (readonly [CountryCode, Role])[] {
  const roles: [CountryCode, Role][] = [];
  for (const each of located) if (each?.country !== undefined) roles.push([each.country, role]);
  return roles;
}

/** Groups roles by country. Countries and roles keep the order of their first appearance. */
export function byCountry(roles: Iterable<readonly [CountryCode, Role]>): Map<CountryCode, readonly Role[]> {
  const byCode = new Map<CountryCode, Role[]>();
  for (const [country, role] of roles) {
    const known = byCode.get(country);
    if (known === undefined) byCode.set(country, [role]);
    else if (!known.includes(role)) known.push(role);
  }
  return byCode;
}
