import { type EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { type Faults, invalidReadPosition, streamDeleted, tooSlow, unavailable } from './faults.ts';
import { caughtUp, confirmation, streamNotFound } from './read-messages.ts';
import type { StoredLog } from './stored-log.ts';
import { isBefore, type WireEvent } from './wire-event.ts';

/** Answers are already encoded: see `StoredLog`. */
export type ReadCall = ServerWritableStream<ReadReq, Buffer>;
type Options = ReadReq.Options;
type Entry = StoredLog['all'][number];

const BACKWARDS = streams.ReadReq.Options.ReadDirection.BACKWARDS;

/** What clients have asked to read, and what they were sent. */
export interface ReadTraffic {
  /** Reads and subscriptions. */
  calls: number;
  events: number;
}

/** Handles one read or one subscription from its request to its end. */
export async function answerRead(
  call: ReadCall,
  log: StoredLog,
  faults: Faults,
  traffic: ReadTraffic,
): Promise<void> {
  traffic.calls += 1;
  const refusal = faults.refusal();
  if (refusal !== undefined) return void call.emit('error', refusal);
  if (faults.ignoringReads) return;
  const options = call.request.getOptions();
  if (options === undefined) throw new TypeError('The read has no options.');
  const breakAfter = faults.takeBreak();
  if (options.hasSubscription()) return subscribe(call, options, log, { faults, traffic, breakAfter });

  const notLeading = faults.followerRefusal(call.metadata);
  if (notLeading !== undefined) return void call.emit('error', notLeading);
  if (!isReadable(options, log)) return void call.emit('error', invalidReadPosition(options.hasFilter()));
  const isOfStream = options.getStream() !== undefined;
  if (isOfStream && log.isTombstoned(streamOf(options))) {
    return void call.emit('error', streamDeleted(streamOf(options)));
  }
  const entries = isOfStream ? await readStream(call, options, log) : await readAll(options, log, faults);
  const count = Math.min(Number(options.getCount()), entries.length);
  for (const { response } of entries.slice(0, Math.min(count, breakAfter))) {
    traffic.events += 1;
    await write(call, response);
  }
  const hasEnough = !isOfStream && count === Number(options.getCount());
  if (hasEnough && faults.searchOnMs > 0) await delay(faults.searchOnMs, undefined, { ref: false });
  if (count > breakAfter) call.emit('error', unavailable());
  else call.end();
}

/** The revision is inclusive. */
async function readStream(call: ReadCall, options: Options, log: StoredLog): Promise<readonly Entry[]> {
  const stream = options.getStream();
  const name = streamOf(options);
  const entries = log.stream(name);
  if (entries.length === 0) await write(call, streamNotFound(name));
  const isBackwards = options.getReadDirection() === BACKWARDS;
  if (stream?.hasRevision() !== true) return isBackwards ? entries.toReversed() : entries;
  const revision = Number(stream.getRevision());
  return isBackwards
    ? entries.filter((entry) => entry.revision <= revision).reverse()
    : entries.filter((entry) => entry.revision >= revision);
}

function streamOf(options: Options): string {
  const name = options.getStream()?.getStreamIdentifier()?.getStreamName_asU8();
  return Buffer.from(name ?? []).toString();
}

/** The position is inclusive forwards and exclusive backwards. */
async function readAll(
  options: Options,
  log: StoredLog,
  { foreignEventMs }: Faults,
): Promise<readonly Entry[]> {
  const matches = filterOf(options);
  const position = positionOf(options);
  const start = position === undefined ? undefined : firstFrom(log.all, position);
  const part =
    options.getReadDirection() === BACKWARDS
      ? log.all.slice(0, start ?? log.all.length).reverse()
      : log.all.slice(start ?? 0);
  const count = Number(options.getCount());
  const entries = part.filter(matches).slice(0, count);
  const scanned = entries.length < count ? part.length : part.indexOf(entries.at(-1) as Entry) + 1;
  const scanMs = foreignEventMs * (scanned - entries.length);
  if (scanMs > 0) await delay(scanMs, undefined, { ref: false });
  return entries;
}

function positionOf(options: Options): Pick<WireEvent, 'commit' | 'prepare'> | undefined {
  const position = options.getAll()?.getPosition();
  if (position === undefined) return undefined;
  return { commit: BigInt(position.getCommitPosition()), prepare: BigInt(position.getPreparePosition()) };
}

/**
 * Whether a read may start at the position, where a record must start, or have started before a scavenge. From beyond
 * the end, a read forwards is empty and a read backwards is an error.
 */
function isReadable(options: Options, log: StoredLog): boolean {
  const { all } = log;
  const position = positionOf(options);
  if (position === undefined || position.commit === 0n) return true;
  const isBeyondEnd = position.commit > (all.at(-1)?.commit ?? -1n);
  if (isBeyondEnd) return options.getReadDirection() !== BACKWARDS;
  if (log.wasScavenged(position.commit)) return true;
  return all[firstFrom(all, { ...position, prepare: 0n })]?.commit === position.commit;
}

function filterOf(options: Options): (event: Entry) => boolean {
  const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList();
  return ({ stream }) => prefixes === undefined || prefixes.some((prefix) => stream.startsWith(prefix));
}

/** Returns the index of the first event that is not before the position. */
function firstFrom(all: readonly Entry[], position: Pick<WireEvent, 'commit' | 'prepare'>): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(all[middle] as Entry, position)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sends the events after the position, "caught up", then new events, until the call is cancelled. */
async function subscribe(
  call: ReadCall,
  options: Options,
  log: StoredLog,
  { faults, traffic, breakAfter }: { faults: Faults; traffic: ReadTraffic; breakAfter: number },
): Promise<void> {
  const matches = filterOf(options);
  let next = firstOfSubscription(options, log);
  let sent = 0;
  let last: Entry | undefined;
  const afterScavenge = () => {
    next = last === undefined ? firstOfSubscription(options, log) : firstAfter(log.all, last);
  };
  log.on('scavenged', afterScavenge);
  call.once('cancelled', () => log.off('scavenged', afterScavenge));
  await write(call, confirmation());
  while (!call.cancelled) {
    for (; next < log.all.length && !call.cancelled; next += 1) {
      const entry = log.all[next] as Entry;
      last = entry;
      if (!matches(entry) || faults.mutingSubscriptions) continue;
      if (faults.takeSubscriptionDrop()) return void call.emit('error', tooSlow());
      if (sent === breakAfter) return void call.emit('error', unavailable());
      sent += 1;
      traffic.events += 1;
      await write(call, entry.response);
    }
    if (next === log.all.length) await write(call, caughtUp());
    if (next === log.all.length) await nextEvent(log, 'stored', call);
  }
}

function firstOfSubscription(options: Options, log: StoredLog): number {
  if (options.getAll()?.hasEnd() === true) return log.all.length;
  const position = positionOf(options);
  if (position === undefined) return 0;
  return firstAfter(log.all, position);
}

function firstAfter(all: readonly Entry[], position: Pick<WireEvent, 'commit' | 'prepare'>): number {
  const first = firstFrom(all, position);
  const entry = all[first];
  return entry !== undefined && !isBefore(position, entry) ? first + 1 : first;
}

async function write(call: ReadCall, response: Buffer): Promise<void> {
  if (!call.cancelled && !call.write(response)) await nextEvent(call, 'drain', call);
}

/** Resolves at the next event of the emitter, or at the end of the call. */
async function nextEvent(emitter: EventEmitter, name: string, call: ReadCall): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  call.once('cancelled', end);
  await once(emitter, name, { signal: ended.signal }).catch(() => {});
  call.off('cancelled', end);
}
