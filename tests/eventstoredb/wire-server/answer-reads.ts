import { type EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { type Faults, readFromNowhere, tooSlow, unavailable } from './faults.ts';
import { caughtUp, confirmation, streamNotFound } from './read-messages.ts';
import { isBefore, type StoredEvent } from './stored-event.ts';
import type { StoredLog } from './stored-log.ts';

/** Answers are bytes already: see `StoredLog`. */
export type ReadCall = ServerWritableStream<ReadReq, Buffer>;
type Options = ReadReq.Options;
type Entry = StoredLog['all'][number];

const BACKWARDS = streams.ReadReq.Options.ReadDirection.BACKWARDS;

/** One read, or one subscription, from its request to its end. */
export async function answerRead(call: ReadCall, log: StoredLog, faults: Faults): Promise<void> {
  const refusal = faults.refusal();
  if (refusal !== undefined) return void call.emit('error', refusal);
  if (faults.readsSilent) return;
  const options = call.request.getOptions();
  if (options === undefined) throw new TypeError('A read without options.');
  const breakAfter = faults.takeBreak();
  if (options.hasSubscription()) return subscribe(call, options, log, faults, breakAfter);

  const notLeading = faults.refusalOfFollower(call.metadata);
  if (notLeading !== undefined) return void call.emit('error', notLeading);
  if (!isReadable(options, log)) return void call.emit('error', readFromNowhere(options.hasFilter()));
  const stream = options.getStream();
  const name = nameOf(stream?.getStreamIdentifier()?.getStreamName_asU8());
  if (stream !== undefined && log.stream(name).length === 0) await write(call, streamNotFound(name));
  const found =
    stream === undefined ? await fromAll(options, log, faults) : fromStream(options, log.stream(name));
  const count = Math.min(Number(options.getCount()), found.length);
  for (const { response } of found.slice(0, Math.min(count, breakAfter))) await write(call, response);
  const hasEnough = stream === undefined && count === Number(options.getCount());
  if (hasEnough && faults.searchesOnMs > 0) await delay(faults.searchesOnMs, undefined, { ref: false });
  if (count > breakAfter) call.emit('error', unavailable());
  else call.end();
}

function nameOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString();
}

/** From a revision, which is read itself. */
function fromStream(options: Options, story: readonly Entry[]): readonly Entry[] {
  const stream = options.getStream();
  const backwards = options.getReadDirection() === BACKWARDS;
  if (stream?.hasRevision() !== true) return backwards ? story.toReversed() : story;
  const revision = Number(stream.getRevision());
  return backwards ? story.slice(0, revision + 1).reverse() : story.slice(revision);
}

/** From a position, which is read itself forwards and not backwards. */
async function fromAll(options: Options, log: StoredLog, { strangerMs }: Faults): Promise<readonly Entry[]> {
  const matches = filterOf(options);
  const position = positionOf(options);
  const start = position === undefined ? undefined : firstFrom(log.all, position);
  const part =
    options.getReadDirection() === BACKWARDS
      ? log.all.slice(0, start ?? log.all.length).reverse()
      : log.all.slice(start ?? 0);
  const count = Number(options.getCount());
  const found = part.filter(matches).slice(0, count);
  const passed = found.length < count ? part.length : part.indexOf(found.at(-1) as Entry) + 1;
  if (strangerMs > 0) await delay(strangerMs * (passed - found.length));
  return found;
}

function positionOf(options: Options): Pick<StoredEvent, 'commit' | 'prepare'> | undefined {
  const position = options.getAll()?.getPosition();
  if (position === undefined) return undefined;
  return { commit: BigInt(position.getCommitPosition()), prepare: BigInt(position.getPreparePosition()) };
}

/** A record has to begin there; beyond the end, forwards, there is nothing to read, and backwards it is an error. */
function isReadable(options: Options, { all }: StoredLog): boolean {
  const position = positionOf(options);
  if (position === undefined || position.commit === 0n) return true;
  const isForwards = options.getReadDirection() !== BACKWARDS;
  const isBeyond = position.commit > (all.at(-1)?.commit ?? -1n);
  if (isBeyond) return isForwards;
  return all[firstFrom(all, { ...position, prepare: 0n })]?.commit === position.commit;
}

function filterOf(options: Options): (event: Entry) => boolean {
  const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList();
  return ({ stream }) => prefixes === undefined || prefixes.some((prefix) => stream.startsWith(prefix));
}

/** Index of the first event that does not lie before the position. */
function firstFrom(all: readonly Entry[], position: Pick<StoredEvent, 'commit' | 'prepare'>): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(all[middle] as Entry, position)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Events after the position, "caught up", then what comes, until the call is cancelled. */
async function subscribe(
  call: ReadCall,
  options: Options,
  log: StoredLog,
  faults: Faults,
  breakAfter: number,
): Promise<void> {
  const matches = filterOf(options);
  let next = startOf(options, log);
  let sent = 0;
  await write(call, confirmation());
  while (!call.cancelled) {
    for (; next < log.all.length && !call.cancelled; next += 1) {
      const entry = log.all[next] as Entry;
      if (!matches(entry)) continue;
      if (faults.dropsSlow) return void call.emit('error', tooSlow());
      if (sent === breakAfter) return void call.emit('error', unavailable());
      sent += 1;
      await write(call, entry.response);
    }
    if (next === log.all.length) await write(call, caughtUp());
    if (next === log.all.length) await eventOf(log, 'stored', call);
  }
}

function startOf(options: Options, log: StoredLog): number {
  if (options.getAll()?.hasEnd() === true) return log.all.length;
  const position = positionOf(options);
  if (position === undefined) return 0;
  const first = firstFrom(log.all, position);
  const entry = log.all[first];
  return entry !== undefined && !isBefore(position, entry) ? first + 1 : first;
}

async function write(call: ReadCall, response: Buffer): Promise<void> {
  if (!call.cancelled && !call.write(response)) await eventOf(call, 'drain', call);
}

/** Waits for an event, or for the end of the call. */
async function eventOf(emitter: EventEmitter, name: string, call: ReadCall): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  call.once('cancelled', end);
  await once(emitter, name, { signal: ended.signal }).catch(() => {});
  call.off('cancelled', end);
}
