import type { Actor } from '../fields/actor.ts';
import { organisationOf } from '../organisations/organisations.ts';
import { normalizeName } from '../values/text.ts';

/*
 * Keys of the timelines of actors. Two actors have the same key if they are the same well-known organisation, have the
 * same identifier, or have the same name and country. Nothing else makes them the same.
 */

/** The identifiers that make a key, the first that an actor has, with what they are prefixed by. */
const IDENTIFIER_PREFIXES = { wikidata: '', ror: 'ror-', lei: 'lei-', imo: 'imo-' } as const;

/**
 * Returns the key: that of the well-known organisation (`nato`); else by identifier (`Q7817`, `ror-01ggx4157`); else by
 * country and name (`pk~frontier-works-organization`, `~lin-jian` without a country).
 */
export function actorKey(actor: Actor): string {
  return organisationOf(actor)?.key ?? identifierKey(actor) ?? nameKey(actor);
}

/** True for a key by name, under which every event gives the same name but for case and spacing. */
export function isNameKey(key: string): boolean {
  return key.includes('~');
}

function identifierKey({ identifiers = {} }: Actor): string | undefined {
  for (const [register, prefix] of Object.entries(IDENTIFIER_PREFIXES)) {
    const id = identifiers[register as keyof typeof IDENTIFIER_PREFIXES];
    if (id !== undefined) return prefix + id;
  }
  return undefined;
}

/** Hyphens stand for spaces. A hyphen or tilde of the name is preceded by a tilde, so that different names differ. */
function nameKey({ name, country }: Actor): string {
  const words = normalizeName(name).replace(/[~-]/g, '~$&').replaceAll(' ', '-');
  return `${country?.toLowerCase() ?? ''}~${words}`;
}

/*
 * The projection of actors also has timelines by which names are looked up. Their keys sort before those of actors,
 * and neither keys nor normalised names contain a line break.
 */

/** All keys of actors sort after this text, all keys for the look-up of names before it. */
export const BEFORE_ACTOR_KEYS = 'A';

export function isActorKey(key: string): boolean {
  return key > BEFORE_ACTOR_KEYS;
}

/** The key under which a name leads to the actors that were called so. */
export function nameLookupKey(name: string, key: string): string {
  return `${nameLookupPrefix(name)}\n${key}`;
}

/** What the look-up keys of all names that begin with this text begin with. */
export function nameLookupPrefix(name: string): string {
  return `=${normalizeName(name)}`;
}

/** The key under which an actor leads to its names. */
export function namesOfActorKey(key: string, name: string): string {
  return `${namesOfActorPrefix(key)}${name}`;
}

export function namesOfActorPrefix(key: string): string {
  return `@${key}\n`;
}
