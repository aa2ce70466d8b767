import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { type Direction, UnknownPositionError } from '../../event-store/event-store.ts';
import { callFailure, isOverdue, isUnknownPosition } from '../connection/call-errors.ts';
import { cancelSoon, type ServerConnection, type Session } from '../connection/server-connection.ts';
import { type LogPosition, positionToken } from '../log-position.ts';
import type { ServerEvent } from '../stored-event.ts';
import { logRequest, streamRequest } from './read-requests.ts';

export interface StreamPart {
  readonly direction: Direction;
  /** First revision to read; absent: the end that the direction starts from. */
  readonly from?: number;
  readonly maxCount: number;
  /** Absent: as for every call. */
  readonly timeoutMs?: number;
}

export interface LogPart {
  readonly direction: Direction;
  /** Read itself forwards, and not backwards; absent: the end that the direction starts from. */
  readonly from?: LogPosition;
  readonly maxCount: number;
  /** Absent: as for every call. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** How long a server may search for an event that nobody asked for. */
const SEARCH_ON_MS = 100;

interface Reading {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** With so many events it is over, whatever the server does. */
  readonly enough?: number;
}

/** Reads pages. Each is asked for with its size, and no call is left open behind it. */
export class LogReads {
  readonly #connection: ServerConnection;
  readonly #prefix: string;
  readonly #timeoutMs: number;

  constructor(connection: ServerConnection, prefix: string, timeoutMs: number) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#timeoutMs = timeoutMs;
  }

  /** By the name without the prefix. Empty when the stream is not there. */
  stream(stream: string, part: StreamPart): Promise<readonly ServerEvent[]> {
    return this.#read(streamRequest(this.#prefix + stream, part), part);
  }

  /**
   * Events of the streams with our prefix; the server leaves all others out. Throws UnknownPositionError. Having found
   * the last event that was asked for, the server searches for one more before it ends the call, over all the events of
   * strangers that come next (all versions up to 26.1): that is not waited for.
   */
  log(part: LogPart): Promise<readonly ServerEvent[]> {
    return this.#logFrom(part, this.#prefix);
  }

  /** The event there, when it is ours. Asked for without the prefix: else the server would look for the next of ours. */
  async at(from: LogPosition): Promise<ServerEvent | undefined> {
    try {
      const [event] = await this.#logFrom({ direction: 'forwards', from, maxCount: 1 });
      const isThere = event !== undefined && positionToken(event.position) === positionToken(from);
      return isThere && event.stream.startsWith(this.#prefix) ? event : undefined;
    } catch (error) {
      if (error instanceof UnknownPositionError) return undefined;
      throw error;
    }
  }

  async #logFrom(part: LogPart, prefix?: string): Promise<readonly ServerEvent[]> {
    const { from, maxCount } = part;
    try {
      return await this.#read(logRequest(part, prefix), { ...part, enough: maxCount });
    } catch (error) {
      if (from === undefined || !(error instanceof Error) || !isUnknownPosition(error.cause)) throw error;
      const detail = `No event of the log stands at ${positionToken(from)}.`;
      throw new UnknownPositionError(detail, { cause: error.cause });
    }
  }

  async #read(request: ReadReq, reading: Reading): Promise<readonly ServerEvent[]> {
    const { timeoutMs = this.#timeoutMs, signal, enough } = reading;
    signal?.throwIfAborted();
    const session = await this.#connection.session();
    const call = session.track(session.service.read(request, ...session.callArguments(timeoutMs)));
    const cancel = () => cancelSoon(call);
    signal?.addEventListener('abort', cancel);
    try {
      const events = await new Promise<ServerEvent[]>((resolve, reject) => {
        const read: ServerEvent[] = [];
        call.on('data', (response: ReadResp) => {
          const event = storedEvent(response);
          if (event !== undefined) read.push(event);
          if (read.length !== enough) return;
          cancelUnlessOver(call);
          resolve(read);
        });
        call.on('error', reject);
        call.on('end', () => resolve(read));
      });
      this.#connection.works(session);
      return events;
    } catch (error) {
      signal?.throwIfAborted();
      // A search among the events of strangers that takes too long does not mean that nobody is there.
      const isLongSearch = enough !== undefined && isOverdue(error);
      throw isLongSearch ? callFailure(error) : this.#connection.failed(session, error);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }
}

/** Nearly all are over by themselves at once: a server, or what stands before it, can take many resets for an attack. */
function cancelUnlessOver(call: ReturnType<Session['service']['read']>): void {
  const timer = setTimeout(() => call.cancel(), SEARCH_ON_MS);
  call.on('status', () => clearTimeout(timer));
}

/** Undefined for what is no event: that a stream is not there, or where its ends are. */
export function storedEvent(response: ReadResp): ServerEvent | undefined {
  const recorded = response.getEvent()?.getEvent();
  if (recorded === undefined) return undefined;
  const stream = recorded.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array();
  return {
    id: recorded.getId()?.getString() ?? '',
    type: recorded.getMetadataMap().get('type') ?? '',
    stream: Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength).toString(),
    revision: Number(recorded.getStreamRevision()),
    position: { commit: recorded.getCommitPosition(), prepare: recorded.getPreparePosition() },
    data: recorded.getData_asU8(),
    metadata: recorded.getCustomMetadata_asU8(),
  };
}
