import type { RecordVersion } from '../domain/record.ts';
import type { Matter, TimelineDefinition } from '../projector/define-timeline.ts';
import type { TouchedTimelines } from '../web/forms/touched-timelines.ts';

/** The timelines to which the mounted projections would add an event. */
export function touchedBy(
  definitions: readonly TimelineDefinition[],
  version: RecordVersion,
): TouchedTimelines {
  const placesIn = (name: string): readonly ReadonlyMap<string, Matter>[] => {
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
    agreements: keysIn('implementation'),
  };
}
