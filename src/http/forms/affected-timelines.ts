import type { RecordVersion } from '../../domain/record/record.ts';
import type { PartitionFields, TimelineDefinition } from '../../projector/define-timeline.ts';
import type { AffectedTimelines } from '../../web/forms/affected-timelines.ts';

/** The timelines to which the mounted projections would add an event. */
export function affectedTimelines(
  definitions: readonly TimelineDefinition[],
  version: RecordVersion,
): AffectedTimelines {
  const placesIn = (name: string): readonly ReadonlyMap<string, PartitionFields>[] => {
    const definition = definitions.find((other) => other.name === name);
    const items = definition?.itemsOf?.(version) ?? [undefined];
    return definition === undefined ? [] : items.map((item) => definition.partitionBy(version, item));
  };
  const keysIn = (name: string) => [...new Set(placesIn(name).flatMap((places) => [...places.keys()]))];
  const countries = placesIn('country').flatMap((places) => [...places]);
  return {
    countries: countries.map(([code, { roles }]) => ({ code, roles: roles as readonly string[] })),
    topics: keysIn('topic'),
    pairs: keysIn('relation').map((pair) => pair.split('~') as [string, string]),
    statements: placesIn('statements').filter(({ size }) => size > 0).length,
    agreements: keysIn('agreements'),
  };
}
