import { type CurationData, findCurationType } from '../event-types/registry.ts';
import type { DomainEvent } from '../events/event.ts';
import { type FieldChange, fieldChanges } from './field-changes.ts';
import { evolveRecord } from './record.ts';
import { emptyRecord, type RecordState, type RecordVersion } from './record-version.ts';

/** One version of an event: the event as recorded, a correction of it, or its retraction. */
export interface HistoryVersion {
  /** 1, 2, 3… */
  readonly version: number;
  /** The status that this version gave the event. */
  readonly status: RecordVersion['status'];
  /** EDTF. */
  readonly occurred: string;
  readonly data: RecordVersion['data'];
  /** Number of sources. */
  readonly sources: number;
  /** The event that made the version; `event` is its id. */
  readonly by: {
    readonly event: string;
    readonly type: string;
    readonly position: string;
    readonly recordedAt: string;
    readonly actor: string;
  };
  /** The reason given by the correction or the retraction. */
  readonly reason?: string;
  /** Whose mistake a correction corrects, if it says. */
  readonly kind?: CurationData['EventCorrected']['kind'];
  /**
   * Changes of `/occurred` and of fields below `/data` from the version before; none in the first version and in a
   * retraction.
   */
  readonly changes: readonly FieldChange[];
}

export interface RecordHistory {
  /** The record after all its events. */
  readonly state: RecordState;
  /**
   * The versions of the event, in order. Links, sources, and corrections of the first event that it inherits from make
   * none.
   * Empty for a curation event.
   */
  readonly versions: readonly HistoryVersion[];
  /** Ids of the events that correct or retract the event or, if it is a link, withdraw it. */
  readonly concerning: ReadonlySet<string>;
}

/**
 * Folds all events of a record and returns the history of one of them. Throws what `evolveRecord` throws.
 *
 * @param inbound links of other records: the name of the record or the id of an event → the links to it
 */
export function historyOf(
  id: string,
  stream: string,
  events: Iterable<DomainEvent>,
  inbound: RecordState['inbound'] = new Map(),
): RecordHistory {
  let state: RecordState = { ...emptyRecord(stream), inbound };
  let current: RecordVersion | undefined;
  const versions: HistoryVersion[] = [];
  const concerning = new Set<string>();
  for (const event of events) {
    state = evolveRecord(state, event);
    const next = state.versions.get(id);
    if (next !== undefined && next.versions > versions.length)
      versions.push(versionMade(event, next, current));
    if (concerns(event, id, state)) concerning.add(event.id);
    current = next;
  }
  return { state, versions, concerning };
}

function versionMade(
  event: DomainEvent,
  version: RecordVersion,
  before: RecordVersion | undefined,
): HistoryVersion {
  const { id, type, position, recordedAt, actor } = event;
  return {
    version: version.versions,
    status: version.status,
    occurred: version.occurred,
    data: version.data,
    sources: version.sources.length,
    by: { event: id, type, position, recordedAt, actor },
    ...('reason' in event.data && before !== undefined && { reason: event.data.reason }),
    ...('corrects' in event.data && event.data.kind && { kind: event.data.kind }),
    changes: before === undefined ? [] : fieldChanges(comparable(before), comparable(version)),
  };
}

function comparable({ occurred, data }: RecordVersion) {
  return { occurred, data };
}

/** Links name a target too, but change no event. */
function concerns({ id: eventId, type, data }: DomainEvent, id: string, { originals }: RecordState): boolean {
  const curation = findCurationType(type);
  if (curation === undefined || curation.references !== undefined) return false;
  const target = curation.target(data);
  return (originals.get(eventId) ?? originals.get(target) ?? target) === id;
}
