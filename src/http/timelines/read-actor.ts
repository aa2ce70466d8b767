import type { Actor } from '../../domain/fields/actor.ts';
import { organisationByKey } from '../../domain/organisations/organisations.ts';
import { namesOfActorPrefix } from '../../domain/record/actor-key.ts';
import { type Ordinal, type TimelineReader, UNFILTERED } from '../../projector/timeline-store.ts';
import type { ActorItem } from '../../web/components/actor-item.ts';
import type { ActorView, UsedName } from '../../web/pages/actor-page.ts';

/** Names that are listed for one actor. */
const NAMES_MAX = 100;

/**
 * Returns an actor as the table of organisations names it, else as the latest event names it by then. An actor that no
 * event names yet has its key as its name.
 */
export function readActor(reader: TimelineReader, key: string, asOf: Ordinal): ActorItem {
  const organisation = organisationByKey(key);
  if (organisation !== undefined) return { key, name: organisation.name, kind: 'igo', country: null };
  const { name = key, kind = null, country = null } = latestNaming(reader, key, asOf) ?? {};
  return { key, name, kind, country };
}

/** Returns everything that is known about an actor. `asOf` is undefined while the log is empty. */
export function readActorDetails(
  reader: TimelineReader | undefined,
  key: string,
  asOf: Ordinal | undefined,
): ActorView {
  const organisation = organisationByKey(key);
  const members = (organisation?.members ?? []).map(({ country, from = null, to = null }) => ({
    country,
    from,
    to,
  }));
  const wikidata = organisation?.wikidata;
  if (reader === undefined || asOf === undefined) {
    const { name = key } = organisation ?? {};
    return {
      key,
      name,
      kind: organisation ? 'igo' : null,
      country: null,
      identifiers: {},
      names: [],
      members,
    };
  }
  const identifiers = { ...latestNaming(reader, key, asOf)?.identifiers, ...(wikidata && { wikidata }) };
  return { ...readActor(reader, key, asOf), identifiers, names: readNames(reader, key, asOf), members };
}

/** The names that events gave to an actor with an identifier, in the order of their characters. */
function readNames(reader: TimelineReader, key: string, asOf: Ordinal): readonly UsedName[] {
  const prefix = namesOfActorPrefix(key);
  const found = reader.index({ after: prefix, limit: NAMES_MAX, asOf });
  return found
    .filter((summary) => summary.key.startsWith(prefix))
    .map((summary) => ({ name: summary.key.slice(prefix.length), entries: summary.entries }));
}

function latestNaming(reader: TimelineReader, key: string, asOf: Ordinal): Actor | undefined {
  const [latest] = reader.page(key, { ...UNFILTERED, order: 'desc', limit: 1, asOf }).entries;
  return latest === undefined ? undefined : (JSON.parse(latest) as { actor: Actor }).actor;
}
