import { organisationNames } from '../../domain/organisations/organisations.ts';
import { isActorKey, nameLookupPrefix } from '../../domain/record/actor-key.ts';
import { limits } from '../../domain/values/limits.ts';
import { normalizeName } from '../../domain/values/text.ts';
import type { Ordinal, TimelineReader } from '../../projector/timeline-store.ts';
import type { FoundActor } from '../../web/components/actor-item.ts';
import { readActor } from '../timelines/read-actor.ts';

/** Names that are searched for a match inside of them. Matches at the start are found among any number of names. */
const NAMES_MAX = 1_000;

/**
 * Finds actors by a name that events gave them, by the key of the timeline, and well-known organisations by any of
 * their names. Exact matches come first, then those at the start of a name, then the others.
 */
export function findActors(
  text: string,
  reader: TimelineReader | undefined,
  limit: number,
  asOf: Ordinal | undefined,
): readonly FoundActor[] {
  const name = normalizeName(text.slice(0, limits.nameCharsMax));
  if (name === '' || reader === undefined || asOf === undefined) return [];
  const isKey = isActorKey(text) && reader.summary(text, asOf) !== undefined;
  const starting = [...namesStartingWith(name, reader, asOf, limit), ...organisationsStartingWith(name)];
  const exact = starting.filter((match) => match.name === name);
  const keys = new Set([...(isKey ? [text] : []), ...[...exact, ...starting].map(({ key }) => key)]);
  if (keys.size < limit) for (const { key } of namesContaining(name, reader, asOf)) keys.add(key);
  return [...keys].slice(0, limit).map((key) => {
    return { ...readActor(reader, key, asOf), entries: reader.summary(key, asOf)?.entries ?? 0 };
  });
}

interface Match {
  readonly key: string;
  /** In the form that `normalizeName` returns. */
  readonly name: string;
}

/** Needs one index query, as the keys for the look-up of names are in the order of the names. */
function namesStartingWith(
  name: string,
  reader: TimelineReader,
  asOf: Ordinal,
  limit: number,
): readonly Match[] {
  const prefix = nameLookupPrefix(name);
  const found = reader.index({ after: prefix, limit, asOf });
  return found.filter(({ key }) => key.startsWith(prefix)).map(({ key }) => matchOf(key));
}

function namesContaining(name: string, reader: TimelineReader, asOf: Ordinal): readonly Match[] {
  const prefix = nameLookupPrefix('');
  const found = reader.find({ text: name, after: prefix, keysMax: NAMES_MAX, asOf });
  const names = found.filter(({ key }) => key.startsWith(prefix)).map(({ key }) => matchOf(key));
  return names.filter((match) => match.name.includes(name));
}

function organisationsStartingWith(name: string): readonly Match[] {
  return [...organisationNames()]
    .filter(([known]) => known.startsWith(name))
    .map(([known, { key }]) => ({ key, name: known }));
}

/** @param lookupKey made by `nameLookupKey` */
function matchOf(lookupKey: string): Match {
  const end = lookupKey.indexOf('\n');
  return { name: lookupKey.slice(nameLookupPrefix('').length, end), key: lookupKey.slice(end + 1) };
}
