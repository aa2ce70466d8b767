import type { z } from 'zod';
import { countryName } from '../domain/countries/countries.ts';
import type { ContentEventType } from '../domain/event-types/define-event-type.ts';
import type { contentRedacted } from '../domain/event-types/redaction.ts';
import type { BuiltInType, ContentData, ContentTypeName } from '../domain/event-types/registry.ts';
import type { ContentEvent } from '../domain/events/event.ts';
import type { RecordState, RecordVersion } from '../domain/record/record-version.ts';
import { outletsOf, relaysOf, searchableTextsOf } from '../domain/record/searchable-texts.ts';
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
import { searchableWords } from '../domain/search/words.ts';
import { requireNameAndVersion, type TimelineDefinition, type TimelineEntry } from './define-timeline.ts';
import { rankOf } from './entry-rank.ts';
import type { ListItem } from './timeline-list.ts';

/** Takes the place of a handler for types whose events do not matter to a projection. */
export const ignored: unique symbol = Symbol('ignored');

interface ProjectedFields<Name extends string, Data>
  extends Pick<RecordVersion, 'sources' | 'status' | 'versions' | 'redactions'> {
  readonly type: Name;
  /** The corrected payload. */
  readonly data: Data;
  readonly occurred: Occurrence;
  readonly headline: string;
  /** Slugs. */
  readonly topics: readonly string[];
  /** Links of the event, those inherited from the record's first event included. */
  readonly links: Links;
  readonly event: Pick<ContentEvent, 'id' | 'stream' | 'revision' | 'position' | 'recordedAt' | 'actor'>;
  /** The record's first event, for types that inherit from it. */
  readonly opening?: Payload;
}

/** One event of a record after its corrections, as handlers get it. */
export type ProjectedRecord<Name extends ContentTypeName = ContentTypeName> = {
  readonly [Each in Name]: ProjectedFields<Each, ContentData[Each]>;
}[Name];

/** An event whose content was removed by law, as handlers get it. */
export type RedactedRecord = ProjectedFields<
  (typeof contentRedacted)['name'],
  z.infer<(typeof contentRedacted)['data']>
>;

type Payload = {
  readonly [Name in ContentTypeName]: { readonly type: Name; readonly data: ContentData[Name] };
}[ContentTypeName];

type Handler<State, Type extends ContentEventType> = (
  state: State,
  record: ProjectedFields<Type['name'], z.infer<Type['data']>>,
) => State;

export interface ProjectionDefinition<
  Name extends string,
  State,
  Type extends ContentEventType = BuiltInType,
> {
  /** Lower-case slug; part of file names and ETags. */
  readonly name: Name;
  /** Raise it whenever the states come out differently. */
  readonly version: number;
  /** The keys of the states that the record goes into. Not called for ignored types. */
  keysOf(record: RecordVersion): readonly string[];
  /** The state of a key before any event. */
  initial(key: string): State;
  /** Total: a type that is neither handled nor ignored does not compile. Handlers are pure. */
  readonly when: {
    readonly [Name in Type['name']]: Handler<State, Extract<Type, { name: Name }>> | typeof ignored;
  } & {
    /** Of events whose content was removed by law. Without it, they are ignored. */
    readonly ContentRedacted?: Handler<State, typeof contentRedacted> | typeof ignored;
  };
  /**
   * What the list of states can be sorted and filtered by. It gets the state of a record's name, folded from the record
   * alone: other records of the key are left out, so that their events cost nothing here.
   */
  listItem?(state: State): ListItem;
}

/** A projection into states. It is mounted like a timeline; its entries are the records of a key. */
export interface FoldedProjection<Name extends string = string, State = unknown>
  extends TimelineDefinition<Name, undefined> {
  /** Folds the entries (JSON) of the key's timeline, in its order. Throws when a handler throws. */
  fold(key: string, entries: readonly string[]): State;
}

/**
 * Declares a projection into states other than timelines. As for a timeline, corrections, retractions and links are
 * folded before; retracted events still come, with that status.
 *
 * The records of each key are stored, so a state can be read as of any point of the log; the fold runs on each read.
 * Handlers get the records in the order of the timeline: by first day, last day, start time, the life of a record, then
 * order of recording. So a state hardly depends on the order in which reports arrived.
 *
 * Without `eventTypes`, `when` is total over the built-in types. With it, over those types; all others are ignored.
 *
 * @throws RangeError when the name is not a slug or the version is not a positive integer.
 */
export function defineProjection<const Name extends string, State, Type extends ContentEventType>(
  definition: ProjectionDefinition<Name, State, Type> & { readonly eventTypes: readonly Type[] },
): FoldedProjection<Name, State>;
export function defineProjection<const Name extends string, State>(
  definition: ProjectionDefinition<Name, State>,
): FoldedProjection<Name, State>;
export function defineProjection<Name extends string, State>(
  definition: ProjectionDefinition<Name, State, never>,
): FoldedProjection<Name, State> {
  requireNameAndVersion(definition);
  const { name, version, keysOf, initial, listItem } = definition;
  const handlers = new Map(
    Object.entries<unknown>(definition.when).filter(([, handler]) => handler !== ignored),
  ) as Handlers<State>;
  return {
    name,
    version,
    partitionBy: (record) => new Map(handlers.has(record.type) ? keysOf(record).map((key) => [key, {}]) : []),
    entry: storedRecord,
    fold: (key, entries) => {
      try {
        return entries.reduce((state, entry) => evolve(handlers, state, entry), initial(key));
      } catch (cause) {
        throw new Error(`The projection ${name} has no state for ${key}: ${cause}`, { cause });
      }
    },
    ...(listItem && { listItem: (record) => recordItem({ handlers, keysOf, initial, listItem }, record) }),
  };
}

interface ListingDefinition<State>
  extends Required<Pick<ProjectionDefinition<string, State, never>, 'keysOf' | 'initial' | 'listItem'>> {
  readonly handlers: Handlers<State>;
}

function recordItem<State>(
  { handlers, keysOf, initial, listItem }: ListingDefinition<State>,
  { stream, versions }: RecordState,
): ListItem | undefined {
  const own = [...versions.values()].filter(
    (version) => handlers.has(version.type) && keysOf(version).includes(stream),
  );
  if (own.length === 0) return undefined;
  const evolveBy = (state: State, version: RecordVersion): State =>
    handlers.get(version.type)?.(state, projectedRecord(version)) ?? state;
  return listItem(own.sort(inOrder).reduce(evolveBy, initial(stream)));
}

/** The order of a timeline. Versions with the same place stay in the order of recording. */
function inOrder(a: RecordVersion, b: RecordVersion): number {
  return (
    compareDays(a.span.earliest ?? '', b.span.earliest ?? '') ||
    compareDays(a.span.latest ?? AFTER_ALL_DAYS, b.span.latest ?? AFTER_ALL_DAYS) ||
    rankOf(a) - rankOf(b)
  );
}

const AFTER_ALL_DAYS = '~';

function compareDays(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

type Handlers<State> = ReadonlyMap<string, (state: State, record: ProjectedRecord) => State>;

function evolve<State>(handlers: Handlers<State>, state: State, entry: string): State {
  const record = JSON.parse(entry) as ProjectedRecord;
  return handlers.get(record.type)?.(state, record) ?? state;
}

/** What is stored of a record: what handlers get, and what it is found by. */
function storedRecord(version: RecordVersion): ProjectedRecord & TimelineEntry {
  const record = projectedRecord(version);
  const { headline: line, countries, topics } = record;
  const texts = [line, ...countries.map(countryName), ...topics, ...searchableTextsOf(version)];
  return {
    ...record,
    outlets: outletsOf(version),
    relays: relaysOf(version),
    words: searchableWords(texts),
  };
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
    ...(version.redactions && { redactions: version.redactions }),
    event: { id, stream, revision, position, recordedAt, actor },
    ...(opening && { opening: { type: opening.type, data: opening.data } }),
  } as ProjectedRecord & TimelineEntry;
}
