import type { Actor } from '../fields/actor.ts';
import { normalizeName } from '../values/text.ts';
import { globalOrganisations } from './global-organisations.ts';
import type { Organisation } from './organisation.ts';
import { regionalOrganisations } from './regional-organisations.ts';

const organisationTable: readonly Organisation[] = [...regionalOrganisations, ...globalOrganisations];

const byName: ReadonlyMap<string, Organisation> = new Map(
  organisationTable.flatMap((organisation) =>
    [organisation.key, organisation.name, ...organisation.names].map(
      (name) => [normalizeName(name), organisation] as const,
    ),
  ),
);
const byKey: ReadonlyMap<string, Organisation> = new Map(organisationTable.map((each) => [each.key, each]));
const byWikidata: ReadonlyMap<string, Organisation> = new Map(
  organisationTable.flatMap((each) => (each.wikidata === undefined ? [] : [[each.wikidata, each] as const])),
);

/** Returns the organisation whose timeline has this key. */
export function organisationByKey(key: string): Organisation | undefined {
  return byKey.get(key);
}

/** Returns the organisation of this name, abbreviation, key or Wikidata item. */
export function findOrganisation(text: string): Organisation | undefined {
  return byWikidata.get(text) ?? byName.get(normalizeName(text));
}

/**
 * Returns the organisation that an actor is: by its Wikidata item, or by its name if it is of the kind `igo` and has no
 * other Wikidata item. The country is ignored, as sources state that of the seat.
 */
export function organisationOf({ name, kind, identifiers }: Actor): Organisation | undefined {
  const identified = identifiers?.wikidata === undefined ? undefined : byWikidata.get(identifiers.wikidata);
  if (identified !== undefined || kind !== 'igo') return identified;
  const named = byName.get(normalizeName(name));
  const isOther = identifiers?.wikidata !== undefined && named?.wikidata !== undefined;
  return isOther ? undefined : named;
}

/** Every name in the form that `normalizeName` returns, with its organisation. */
export function organisationNames(): Iterable<readonly [name: string, organisation: Organisation]> {
  return byName;
}
