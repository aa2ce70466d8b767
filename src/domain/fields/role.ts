import type { CountryCode } from '../countries/countries.ts';

/** What a country has to do with an event. */
export const ROLES = ['host', 'speaker', 'target', 'party', 'origin', 'destination', 'mentioned'] as const;

export type Role = (typeof ROLES)[number];

/** Every country with its roles, each once, in the order in which they come. */
export function byCountry(roles: Iterable<readonly [CountryCode, Role]>): Map<CountryCode, readonly Role[]> {
  const gathered = new Map<CountryCode, Role[]>();
  for (const [country, role] of roles) {
    const known = gathered.get(country);
    if (known === undefined) gathered.set(country, [role]);
    else if (!known.includes(role)) known.push(role);
  }
  return gathered;
}
