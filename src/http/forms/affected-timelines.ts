import type { Actor } from '../../domain/fields/actor.ts';
import { isActorKey } from '../../domain/record/actor-key.ts';
import type { RecordVersion } from '../../domain/record/record-version.ts';
import type { PartitionFields, TimelineDefinition } from '../../projector/define-timeline.ts';
import type { AffectedTimelines } from '../../web/forms/affected-timelines.ts';

/** Returns the timelines on which the mounted projections show an event. */
export function affectedTimelines(
  definitions: readonly TimelineDefinition[],
  version: RecordVersion,
): AffectedTimelines {
  // One map per item that the event has on the timelines of the projection: timeline key → fields.
  const partitionsIn = (name: string): readonly ReadonlyMap<string, PartitionFields>[] => {
    const definition = definitions.find((each) => each.name === name);
    const items = definition?.itemsOf?.(version) ?? [undefined];
    return definition === undefined ? [] : items.map((item) => definition.partitionBy(version, item));
  };
  const keysIn = (name: string) => [
    ...new Set(partitionsIn(name).flatMap((partitions) => [...partitions.keys()])),
  ];
  const countries = partitionsIn('country').flatMap((partitions) => [...partitions]);
  const actors = partitionsIn('actor').flatMap((partitions) => [...partitions]);
  return {
    countries: countries.map(([code, { roles }]) => ({ code, roles: roles as readonly string[] })),
    topics: keysIn('topic'),
    relations: keysIn('relation').map((key) => key.split('~') as [string, string]),
    actors: actors
      .filter(([key]) => isActorKey(key))
      .map(([key, { actor, roles }]) => {
        return { key, name: (actor as Actor).name, roles: roles as readonly string[] };
      }),
    statements: partitionsIn('statements').filter(({ size }) => size > 0).length,
    agreements: keysIn('agreements'),
  };
}
