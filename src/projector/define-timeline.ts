import type { RecordVersion } from '../domain/record/record.ts';
import type { Facets } from './timeline-store.ts';

/** What goes into the JSON that readers get. */
export type PartitionFields = Readonly<Record<string, unknown>>;

/** What a timeline shows for one event of a record. The facets are what readers filter by; the rest is free. */
export type TimelineEntry = Facets & PartitionFields;

export interface TimelineDefinition<Name extends string = string, Item = unknown> {
  /** Lower-case slug; part of file names and ETags. */
  readonly name: Name;
  /** 1, 2, 3…: raise it whenever the timelines come out otherwise than before. */
  readonly version: number;
  /** What gets an entry of its own, such as the statements of a briefing, in order. Absent: the version as a whole. */
  itemsOf?(record: RecordVersion): readonly Item[];
  /** The timelines that it belongs to, each with what the entry says there alone (such as a country's roles). */
  partitionBy(record: RecordVersion, item: Item): ReadonlyMap<string, PartitionFields>;
  /**
   * What the entry says in every timeline. Must depend on the record alone: no clock, no look-up. Asked once for all
   * definitions that share the function, where they have no items.
   */
  entry(record: RecordVersion, item: Item): TimelineEntry;
}

/**
 * Declares a projection of the log into timelines. The engine has folded corrections, retractions and links before
 * it asks, so a definition says only where one version of an event belongs and how it reads.
 *
 * @throws RangeError when the name is no slug or the version no positive integer.
 */
export function defineTimeline<const Name extends string, Item = undefined>(
  definition: TimelineDefinition<Name, Item>,
): TimelineDefinition<Name, Item> {
  requireNameAndVersion(definition);
  return definition;
}

/** @throws RangeError when the name is no slug or the version no positive integer. */
export function requireNameAndVersion({ name, version }: Pick<TimelineDefinition, 'name' | 'version'>): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new RangeError(`The name of a projection is a lower-case slug, not ${JSON.stringify(name)}`);
  }
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new RangeError(`The version of the projection ${name} is a whole number from 1`);
  }
}
