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
  return {
    countries: countries.map(([code, { roles }]) => ({ code, roles: roles as readonly string[] })),
    topics: keysIn('topic'),
    relations: keysIn('relation').map((key) => key.split('~') as [string, string]),
    statements: partitionsIn('statements').filter(({ size }) => size > 0).length,
    agreements: keysIn('agreements'),
  };
}
