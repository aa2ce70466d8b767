import { type CountryCode, countryName } from '../countries/countries.ts';
import type { Role } from '../fields/role.ts';
import { actorKey } from '../record/actor-key.ts';
import { actorsOf } from '../record/actors.ts';
import type { RecordVersion } from '../record/record-version.ts';
import { issuerOf, rolesInStatement, type Statement, statementsOf } from '../record/statements.ts';
import { rolesByCountry } from '../record/summary.ts';

/** A country or an actor that is party to something, and of which no statement about it is recorded. */
export interface SilentParty {
  /** Code of the country, or key of the actor. */
  readonly key: string;
  readonly name: string;
  /** `country`, or the kind of the actor. */
  readonly kind: string;
  readonly country: CountryCode | null;
  readonly roles: readonly string[];
}

/** The roles of those who are party to an event, and so could be expected to say something about it. */
const PARTY_ROLES: ReadonlySet<string> = new Set([
  'party',
  'participant',
  'imposer',
  'target',
  'origin',
  'destination',
  'interceptor',
  'consignor',
  'consignee',
]);

/** The roles of countries that said something, if only according to others. */
const SPEAKING_ROLES: readonly Role[] = ['speaker', 'relayed', 'issuer'];

/** A statement with the version of the event that it is part of. */
export interface SaidIn {
  readonly version: RecordVersion;
  readonly said: Statement;
}

/** Returns the parties to events that spoke neither in them nor about them. What was retracted does not count. */
export function silentParties(
  versions: readonly RecordVersion[],
  statements: readonly SaidIn[],
): readonly SilentParty[] {
  const own = versions.flatMap((version) => statementsOf(version).map((said) => ({ version, said })));
  const heard = new Set(
    [...own, ...statements].filter(({ version }) => version.status !== 'retracted').flatMap(speakersOf),
  );
  const parties = versions.filter(({ status }) => status !== 'retracted').flatMap(partiesOf);
  const silent = new Map<string, SilentParty>();
  for (const party of parties) {
    if (heard.has(party.key)) continue;
    const roles = [...(silent.get(party.key)?.roles ?? []), ...party.roles];
    silent.set(party.key, { ...party, roles: [...new Set(roles)] });
  }
  return [...silent.values()];
}

/** Returns the keys of the countries and actors that a statement is from. */
function speakersOf({ version, said }: SaidIn): readonly string[] {
  const issuer = issuerOf(version);
  const actors = [said.speaker, ...(said.attribution ?? []), ...(issuer === undefined ? [] : [issuer])];
  const countries = [...rolesInStatement(version, said)].filter(([, roles]) =>
    roles.some((role) => SPEAKING_ROLES.includes(role)),
  );
  return [...actors.map(actorKey), ...countries.map(([code]) => code)];
}

/** States are listed as countries. */
function partiesOf(version: RecordVersion): readonly SilentParty[] {
  const countries = [...rolesByCountry(version)].map(([code, roles]) => {
    return { key: code, name: countryName(code), kind: 'country', country: code, roles };
  });
  const actors = [...actorsOf(version)]
    .filter(([, { actor }]) => actor.kind !== 'state' || actor.country === undefined)
    .map(([key, { actor, roles }]) => {
      return { key, name: actor.name, kind: actor.kind, country: actor.country ?? null, roles };
    });
  return [...countries, ...actors]
    .map((party) => ({ ...party, roles: party.roles.filter((role) => PARTY_ROLES.has(role)) }))
    .filter(({ roles }) => roles.length > 0);
}
