import type { RecordVersion } from '../domain/record.ts';
import type { Facets } from './timeline-store.ts';

/** What goes into the JSON that readers get. */
type Matter = Readonly<Record<string, unknown>>;

/** What a timeline shows for one event of a record. The facets are what readers filter by; the rest is free. */
export type TimelineEntry = Facets & Matter;

export interface TimelineDefinition<Name extends string = string> {
  /** Lower-case slug; part of file names and ETags. */
  readonly name: Name;
  /** 1, 2, 3…: raise it whenever the timelines come out otherwise than before. */
  readonly version: number;
  /** The timelines that the version belongs to, each with what the entry says there alone (such as a country's roles). */
  readonly partitionBy: (record: RecordVersion) => ReadonlyMap<string, Matter>;
  /** What the entry says in every timeline. Must depend on the record alone: no clock, no look-up. */
  readonly entry: (record: RecordVersion) => TimelineEntry;
}

/**
 * Declares a projection of the log into timelines. The engine has folded corrections, retractions and links before
 * it asks, so a definition says only where one version of an event belongs and how it reads.
 *
 * @throws RangeError when the name is no slug or the version no positive integer.
 */
export function defineTimeline<const Name extends string>(
  definition: TimelineDefinition<Name>,
): TimelineDefinition<Name> {
  if (!/^[a-z][a-z0-9-]*$/.test(definition.name)) {
    throw new RangeError(`A timeline's name is a lower-case slug, not ${JSON.stringify(definition.name)}`);
  }
  if (!Number.isSafeInteger(definition.version) || definition.version < 1) {
    throw new RangeError(`The version of the timeline ${definition.name} is a whole number from 1`);
  }
  return definition;
}
