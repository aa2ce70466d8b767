import type { RecordState, RecordVersion } from '../domain/record/record-version.ts';
import type { ListItem } from './timeline-list.ts';
import type { Facets } from './timeline-store.ts';

/** Fields of the JSON that readers get. */
export type PartitionFields = Readonly<Record<string, unknown>>;

/** What a timeline shows for one event. Readers filter by the facets; the other fields are up to the definition. */
export type TimelineEntry = Facets & PartitionFields;

export interface TimelineDefinition<Name extends string = string, Item = unknown> {
  /** Lower-case slug; part of file names and ETags. */
  readonly name: Name;
  /** From 1. Raise it whenever the timelines come out differently. */
  readonly version: number;
  /** Parts that get an entry each, in order, such as the statements of a briefing. Absent: one entry for the event. */
  itemsOf?(record: RecordVersion): readonly Item[];
  /** The keys of its timelines, each with the fields that its entry has there only, such as a country's roles. */
  partitionBy(record: RecordVersion, item: Item): ReadonlyMap<string, PartitionFields>;
  /**
   * The fields of the entry in every timeline. They must depend on the record only: no clock, no look-up. Definitions
   * without items that share the function share its result.
   */
  entry(record: RecordVersion, item: Item): TimelineEntry;
  /**
   * What the list of timelines can be sorted and filtered by, for the timeline that has the name of the record as its
   * key; undefined if there is none.
   */
  listItem?(record: RecordState): ListItem | undefined;
}

/**
 * Declares a projection of the log into timelines. The engine folds corrections, retractions and links first, so a
 * definition only says where a version of an event belongs and what its entry shows.
 *
 * @throws RangeError when the name is not a slug or the version is not a positive integer.
 */
export function defineTimeline<const Name extends string, Item = undefined>(
  definition: TimelineDefinition<Name, Item>,
): TimelineDefinition<Name, Item> {
  requireNameAndVersion(definition);
  return definition;
}

/** @throws RangeError when the name is not a slug or the version is not a positive integer. */
export function requireNameAndVersion({ name, version }: Pick<TimelineDefinition, 'name' | 'version'>): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new RangeError(`The name of a projection must be a lower-case slug, not ${JSON.stringify(name)}`);
  }
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new RangeError(`The version of the projection ${name} must be a whole number from 1`);
  }
}
