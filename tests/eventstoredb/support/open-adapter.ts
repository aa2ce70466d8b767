import { randomBytes } from 'node:crypto';
import { InMemoryEventIndex } from '../../src/event-store/event-index.ts';
import type { NewEvent, Revision } from '../../src/event-store/event-store.ts';
import {
  EventStoreDbEventStore,
  type EventStoreDbSignal,
} from '../../src/eventstoredb/eventstoredb-event-store.ts';
import { WireServer, type WireServerOptions } from './wire-server/wire-server.ts';

const opened: { close(): Promise<void> | void }[] = [];

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const each of opened.splice(0).reverse()) await each.close();
}

export async function startWireServer(options: WireServerOptions = {}): Promise<WireServer> {
  const server = await new WireServer(options).start();
  opened.push({ close: () => server.stop() });
  return server;
}

export interface OpenedLog {
  readonly store: EventStoreDbEventStore;
  readonly index: InMemoryEventIndex;
  readonly signals: EventStoreDbSignal[];
}

export interface LogOptions {
  readonly prefix?: string;
  readonly callTimeoutMs?: number;
  readonly clock?: () => Date;
  readonly index?: InMemoryEventIndex;
}

/** One process's view of a log; closed after the test. */
export function openLog(server: { readonly connectionString: string }, options: LogOptions = {}): OpenedLog {
  const signals: EventStoreDbSignal[] = [];
  const { index = new InMemoryEventIndex() } = options;
  const store = new EventStoreDbEventStore({
    connectionString: server.connectionString,
    prefix: 'ours-',
    clock: () => new Date(),
    callTimeoutMs: 1_000,
    onSignal: (signal) => signals.push(signal),
    ...options,
    index,
  });
  opened.push(store);
  return { store, index, signals };
}

export function event(id: string, changes: Partial<NewEvent> = {}): NewEvent {
  return {
    id,
    type: 'BriefingHeld',
    metadata: '{"actor":"desk"}',
    content: `{"data":{"of":"${id}"}}`,
    salt: randomBytes(16).toString('base64url'),
    ...changes,
  };
}

export const revision = (number: number) => number as Revision;

/** Polls: what is waited for happens in another process, or nowhere. */
export async function until(happened: () => unknown, timeoutMs = 5_000): Promise<void> {
  const giveUpMs = performance.now() + timeoutMs;
  while (!(await happened())) {
    if (performance.now() > giveUpMs)
      throw new Error(`It did not happen within ${timeoutMs} ms: ${happened}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Ids of our streams as the server has them, in its order. */
export function storedIds(server: WireServer, prefix = 'ours-'): unknown[] {
  const ours = server.log.all.filter(({ stream }) => stream.startsWith(prefix));
  return ours.map(({ metadata }) => JSON.parse(Buffer.from(metadata).toString()).id);
}
