import type { ContentData, ContentTypeName } from '../domain/event-types/registry.ts';
import type { ContentEvent } from '../domain/events/event.ts';
import type { RecordVersion } from '../domain/record/record.ts';
import {
  headline,
  type Links,
  linksOf,
  type Occurrence,
  occurrenceOf,
  rolesByCountry,
  speechActsOf,
  topicsOf,
} from '../domain/record/summary.ts';
import { requireNameAndVersion, type TimelineDefinition, type TimelineEntry } from './define-timeline.ts';

/** In the place of a handler: what happened in events of this type does not matter here. */
export const ignored: unique symbol = Symbol('ignored');

/** How one event of a record reads, for a handler of its type. */
export type ProjectedRecord<Type extends ContentTypeName = ContentTypeName> = {
  readonly [Name in Type]: Pick<RecordVersion, 'sources' | 'status' | 'versions'> & {
    readonly type: Name;
    /** As corrected. */
    readonly data: ContentData[Name];
    readonly occurred: Occurrence;
    readonly headline: string;
    /** Those that it inherits are among them. */
    readonly links: Links;
    readonly event: Pick<ContentEvent, 'id' | 'stream' | 'revision' | 'position' | 'recordedAt' | 'actor'>;
    /** The record's first event as it reads, where the type inherits from it. */
    readonly opening?: Payload;
  };
}[Type];

type Payload = {
  readonly [Name in ContentTypeName]: { readonly type: Name; readonly data: ContentData[Name] };
}[ContentTypeName];

type Handler<State, Type extends ContentTypeName> = (state: State, record: ProjectedRecord<Type>) => State;

export interface ProjectionDefinition<Name extends string, State> {
  /** As of a timeline. Raise the version also when the states come out otherwise than before. */
  readonly name: Name;
  readonly version: number;
  /** The states that the record goes into; not asked for types that are ignored. */
  keysOf(record: RecordVersion): readonly string[];
  /** The state of a key before anything has happened. */
  initial(key: string): State;
  /** Total: a type of event that is neither handled nor ignored does not compile. Handlers are pure. */
  readonly when: { readonly [Type in ContentTypeName]: Handler<State, Type> | typeof ignored };
}

/** A projection, mounted like a timeline: its entries are the records of a key. */
export interface FoldedProjection<Name extends string = string, State = unknown>
  extends TimelineDefinition<Name, undefined> {
  /** The state of the key after the entries of its timeline (JSON), in the order of the timeline. Throws when a handler does. */
  fold(key: string, entries: readonly string[]): State;
}

/**
 * Declares a projection into states that are no timelines. As for a timeline, corrections, retractions and links are
 * folded before it is asked; a retracted event is still there, with that status.
 *
 * What is stored are the records by key, so that a state can be had as of any moment; it is folded when it is read.
 * Handlers get the records in the order of the timeline: by first day, then by last day, then as recorded. So a state
 * does not depend on the order in which the reports came in, but for what has the same dates.
 *
 * @throws RangeError when the name is no slug or the version no positive integer.
 */
export function defineProjection<const Name extends string, State>(
  definition: ProjectionDefinition<Name, State>,
): FoldedProjection<Name, State> {
  requireNameAndVersion(definition);
  const { name, version, keysOf, initial, when } = definition;
  return {
    name,
    version,
    partitionBy: (record) =>
      new Map(when[record.type] === ignored ? [] : keysOf(record).map((key) => [key, {}])),
    entry: projectedRecord,
    fold: (key, entries) => {
      try {
        return entries.reduce((state, entry) => evolve(when, state, entry), initial(key));
      } catch (cause) {
        throw new Error(`The projection ${name} has no state for ${key}: ${cause}`, { cause });
      }
    },
  };
}

function evolve<State>(
  when: ProjectionDefinition<string, State>['when'],
  state: State,
  entry: string,
): State {
  const record = JSON.parse(entry) as ProjectedRecord;
  const handler = when[record.type];
  return handler === ignored ? state : (handler as Handler<State, ContentTypeName>)(state, record);
}

function projectedRecord(version: RecordVersion): ProjectedRecord & TimelineEntry {
  const { type, data, event, sources, status, versions, opening } = version;
  const { id, stream, revision, position, recordedAt, actor } = event;
  return {
    type,
    data,
    occurred: occurrenceOf(version),
    headline: headline(version),
    countries: [...rolesByCountry(version).keys()],
    topics: topicsOf(version),
    speechActs: speechActsOf(version),
    status,
    versions,
    sources,
    links: linksOf(version),
    event: { id, stream, revision, position, recordedAt, actor },
    ...(opening && { opening: { type: opening.type, data: opening.data } }),
  } as ProjectedRecord & TimelineEntry;
}
