import microdiff from 'microdiff';
import type { DomainEvent } from '../events/event.ts';
import { pointerOf } from '../fields/field-error.ts';
import type { JsonValue } from '../values/json.ts';
import { emptyRecord, evolveRecord, type RecordState, type RecordVersion } from './record.ts';

/*
 * How one event of a record came to read as it does: its versions, what made each, and what each changed.
 */

/** One version of an event's reading: the event itself, a correction of it, or its retraction. */
export interface HistoryVersion {
  /** 1, 2, 3… */
  readonly version: number;
  /** As it stood with this version. */
  readonly status: RecordVersion['status'];
  /** EDTF. */
  readonly occurred: string;
  readonly data: RecordVersion['data'];
  /** How many sources the reading rests on. */
  readonly sources: number;
  /** The event that made the version; `event` is its id. */
  readonly by: {
    readonly event: string;
    readonly type: string;
    readonly position: string;
    readonly recordedAt: string;
    readonly actor: string;
  };
  /** Of the correction or the retraction. */
  readonly reason?: string;
  /** Against the version before; none on the first, and on a retraction. */
  readonly changes: readonly FieldChange[];
}

export interface FieldChange {
  /** RFC 6901, into the event: `/occurred`, or a field below `/data`. Lists are compared place by place. */
  readonly pointer: string;
  /** Absent when the field was added. */
  readonly before?: JsonValue;
  /** Absent when the field was removed. */
  readonly after?: JsonValue;
}

export interface RecordHistory {
  /** The record after all its events. */
  readonly state: RecordState;
  /**
   * The versions of the event, in order. Links, and corrections of the opening that it inherits from, make none. Empty
   * for an event of curation, which has no reading of its own.
   */
  readonly versions: readonly HistoryVersion[];
  /** Ids of the events of the record that correct or retract the event, or withdraw it as a link. */
  readonly concerning: ReadonlySet<string>;
}

/** Folds all events of a record, in their order, and tells what they did to the one with this id. Throws what the fold throws. */
export function historyOf(id: string, stream: string, events: Iterable<DomainEvent>): RecordHistory {
  let state = emptyRecord(stream);
  let reading: RecordVersion | undefined;
  const versions: HistoryVersion[] = [];
  const concerning = new Set<string>();
  for (const event of events) {
    state = evolveRecord(state, event);
    const next = state.versions.get(id);
    if (next !== undefined && next.versions > versions.length)
      versions.push(versionMade(event, next, reading));
    if (concerns(event, id, state)) concerning.add(event.id);
    reading = next;
  }
  return { state, versions, concerning };
}

function versionMade(
  event: DomainEvent,
  reading: RecordVersion,
  before: RecordVersion | undefined,
): HistoryVersion {
  const { id, type, position, recordedAt, actor } = event;
  const isCuration = event.type === 'EventCorrected' || event.type === 'EventRetracted';
  return {
    version: reading.versions,
    status: reading.status,
    occurred: reading.occurred,
    data: reading.data,
    sources: reading.sources.length,
    by: { event: id, type, position, recordedAt, actor },
    ...(isCuration && { reason: event.data.reason }),
    changes: before === undefined ? [] : changesBetween(before, reading),
  };
}

function changesBetween(before: RecordVersion, after: RecordVersion): readonly FieldChange[] {
  const differences = microdiff(comparable(before), comparable(after), { cyclesFix: false });
  return differences.map((difference) => ({
    pointer: pointerOf(difference.path),
    ...(difference.type !== 'CREATE' && { before: difference.oldValue as JsonValue }),
    ...(difference.type !== 'REMOVE' && { after: difference.value as JsonValue }),
  }));
}

function comparable({ occurred, data }: RecordVersion) {
  return { occurred, data };
}

function concerns(event: DomainEvent, id: string, { originals }: RecordState): boolean {
  switch (event.type) {
    case 'EventCorrected':
      return originals.get(event.id) === id;
    case 'EventRetracted':
      return event.data.retracts === id;
    case 'LinkWithdrawn':
      return event.data.withdraws === id;
    default:
      return false;
  }
}
