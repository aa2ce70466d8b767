import { actorsOf, defineTimeline, isNameKey, nameLookupKey, namesOfActorKey } from '../src/index.ts';
import { namedActor, timelineEntry } from './timeline-entry.ts';

/**
 * The timeline of an actor, an organisation or a person: the events that name it in any field, each once, with its
 * roles and with the actor as this event names it.
 *
 * Further timelines serve to look up names; see `actor-key.ts` for their keys. One for each name of each actor finds
 * actors by name. One for each actor with an identifier and each of its names lists the names it was given.
 */
export const actorTimeline = defineTimeline({
  name: 'actor',
  version: 4,
  partitionBy: (record) => {
    const timelines = new Map<string, Record<string, unknown>>();
    for (const [key, { actor, names, roles }] of actorsOf(record)) {
      timelines.set(key, { roles, actor: namedActor(actor) });
      for (const name of names) {
        timelines.set(nameLookupKey(name, key), {});
        if (!isNameKey(key)) timelines.set(namesOfActorKey(key, name), {});
      }
    }
    return timelines;
  },
  entry: timelineEntry,
});
