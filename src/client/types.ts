import type { z } from 'zod';
import type { BuiltInType, curationTypes } from '../domain/event-types/registry.ts';
import type { source } from '../domain/fields/source.ts';
import type { appendAnswer, eventAnswer, recordedEvent } from '../http/schemas/events.ts';
import type { stateAnswer } from '../http/schemas/shared.ts';
import type { eventEntry, liveUpdate, statementEntry } from '../http/schemas/timelines.ts';

type AnyBuiltInType = BuiltInType | (typeof curationTypes)[number];

interface EventOfType<Name extends string, Data> {
  /** A UUID, by which an append that is sent twice is recorded once. The client makes one if it is left out. */
  readonly id?: string;
  readonly type: Name;
  /** Name of the record, `<category>-<key>`. Left out: a new record. */
  readonly stream?: string;
  /** When it happened, EDTF. */
  readonly occurred: string;
  readonly data: Data;
  readonly sources: readonly z.input<typeof source>[];
  readonly correlationId?: string;
  readonly causationId?: string;
}

/** An event of a built-in type to append. */
export type EventToAppend = {
  readonly [Type in AnyBuiltInType as Type['name']]: EventOfType<Type['name'], z.input<Type['data']>>;
}[AnyBuiltInType['name']];

/** An event of a type that an extension of the server defines. */
export type OwnEvent<Name extends string = string, Data extends object = object> = EventOfType<Name, Data>;

export type AppendResult = z.infer<typeof appendAnswer>;
export type LogEvent = z.infer<typeof recordedEvent>;
/** An event with its current version and its history. */
export type EventDetails = z.infer<typeof eventAnswer>;
export type TimelineEvent = z.infer<typeof eventEntry>;
export type TimelineStatement = z.infer<typeof statementEntry>;
/** The state of the log that an answer shows; its `token` names it in `asOf`. */
export type State = z.infer<typeof stateAnswer>;
export type LiveUpdate = z.infer<typeof liveUpdate>;

/** The query parameters of timelines; `/docs/api` describes them. */
export interface EntryQuery {
  /** A day, a month or a year. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly certain?: boolean | undefined;
  readonly types?: readonly string[] | undefined;
  readonly countries?: readonly string[] | undefined;
  readonly topics?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly speechActs?: readonly string[] | undefined;
  /** Words, `"phrases"` and `begin*`, all of which are said in the entry. */
  readonly q?: string | undefined;
  /** The whole name of an outlet that reported it. */
  readonly outlet?: string | undefined;
  /** The whole name of somebody who relayed what was said. */
  readonly relay?: string | undefined;
  readonly order?: 'asc' | 'desc' | undefined;
  /** Entries of a page. */
  readonly limit?: number | undefined;
  /** The state to show: a position, a token, or an instant (RFC 3339). */
  readonly asOf?: string | undefined;
  /** Waits until the answer contains this position, such as that of an append. */
  readonly after?: string | undefined;
}

export interface StatementQuery extends Omit<EntryQuery, 'types' | 'roles' | 'speechActs'> {
  /** The country that made the statements or is named in them. */
  readonly country?: string | undefined;
  /** The event or record that they are about. */
  readonly about?: string | undefined;
  /** What `country`, or one of the `countries`, did. */
  readonly role?: 'any' | 'said' | 'about' | undefined;
  readonly speaker?: string | undefined;
  /** The whole name of the institution that made them. */
  readonly institution?: string | undefined;
  readonly speechAct?: readonly string[] | undefined;
}

export interface EntryPage<Entry> {
  /** Null while the log is empty. */
  readonly asOf: State | null;
  readonly entries: readonly Entry[];
  /** `cursor` of the next page; null on the last page. */
  readonly next: string | null;
}
