import { readRecordEvents } from '../../append/read-record.ts';
import type { SaidIn } from '../../domain/claims/silence.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { evolveRecord } from '../../domain/record/record.ts';
import { emptyRecord, type RecordState, type RecordVersion } from '../../domain/record/record-version.ts';
import { statementsOf } from '../../domain/record/statements.ts';
import type { LogPoint, TimelineReader } from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';
import { inboundLinksAsOf } from './inbound-links.ts';

type LogContext = Pick<AppContext, 'store' | 'tree'>;

/** The records of the log as they were at one point, with the links to them. Each is read once. */
export class RecordsAsOf {
  readonly #context: LogContext;
  readonly #reader: Pick<TimelineReader, 'linksTo'>;
  readonly #asOf: LogPoint;
  readonly #records = new Map<string, Promise<RecordState>>();

  /** @param reader the rows that have the links */
  constructor(context: LogContext, reader: Pick<TimelineReader, 'linksTo'>, asOf: LogPoint) {
    this.#context = context;
    this.#reader = reader;
    this.#asOf = asOf;
  }

  /** Returns the record; without versions if it had no events by then. */
  record(stream: string): Promise<RecordState> {
    const record = this.#records.get(stream) ?? this.#read(stream);
    this.#records.set(stream, record);
    return record;
  }

  /** Returns the version of an event, by its id or that of a correction; undefined if it was not in the log by then. */
  async version(id: string): Promise<RecordVersion | undefined> {
    const event = await this.#context.store.readEvent(id);
    if (event === undefined) return undefined;
    const { versions, originals } = await this.record(event.stream);
    return versions.get(originals.get(id) ?? '');
  }

  /** Returns a statement by the id of its event and its key; undefined if it was not in the log by then. */
  async statement(id: string, statement: string): Promise<SaidIn | undefined> {
    const version = await this.version(id);
    const said = version && statementsOf(version).find(({ key }) => key === statement);
    return said && { version, said };
  }

  async #read(stream: string): Promise<RecordState> {
    const { store, tree } = this.#context;
    const all = await readRecordEvents(store, stream);
    const events = all.filter(({ position }) => store.comparePositions(position, this.#asOf.position) <= 0);
    tree.requireUnaltered(events);
    const inbound = inboundLinksAsOf(this.#reader, this.#asOf.ordinal, stream, events);
    return events.map(decodeEvent).reduce(evolveRecord, { ...emptyRecord(stream), inbound });
  }
}
