import { randomBytes } from 'node:crypto';

import type { NewEvent, Revision } from '../../../src/event-store/event-store.ts';
import {
  EventStoreDbEventStore,
  type EventStoreDbSignal,
} from '../../../src/eventstoredb/eventstoredb-event-store.ts';
import { InMemoryEventIndex } from '../../../src/testing/in-memory/in-memory-event-index.ts';
import { WireServer, type WireServerOptions } from '../wire-server/wire-server.ts';

const opened: { close(): Promise<void> | void }[] = [];

/** Closes what the test has opened, the last first. Call it in `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const each of opened.splice(0).reverse()) await each.close();
}

export async function startWireServer(options: WireServerOptions = {}): Promise<WireServer> {
  const server = await new WireServer(options).start();
  opened.push({ close: () => server.stop() });
  return server;
}

export interface OpenAdapter {
  readonly store: EventStoreDbEventStore;
  readonly index: InMemoryEventIndex;
  readonly signals: EventStoreDbSignal[];
}

export interface AdapterOptions {
  readonly prefix?: string;
  readonly callTimeoutMs?: number;
  readonly appendTimeoutMs?: number;
  readonly clock?: () => Date;
  readonly index?: InMemoryEventIndex;
}

/**
 * Calls that should succeed have this much time, so that they do so on a loaded machine too. A test of a timeout sets a
 * shorter one.
 */
const CALL_TIMEOUT_MS = 20_000;

/** Opens a store as one process would. It is closed after the test. */
export function openAdapter(
  server: { readonly connectionString: string },
  options: AdapterOptions = {},
): OpenAdapter {
  const signals: EventStoreDbSignal[] = [];
  const { index = new InMemoryEventIndex() } = options;
  const store = new EventStoreDbEventStore({
    connectionString: server.connectionString,
    prefix: 'ours-',
    clock: () => new Date(),
    callTimeoutMs: CALL_TIMEOUT_MS,
    onSignal: (signal) => signals.push(signal),
    ...options,
    index,
  });
  opened.push(store);
  return { store, index, signals };
}

export function eventWithId(id: string, changes: Partial<NewEvent> = {}): NewEvent {
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

/** Returns the ids of our events on the server, in the order of its log. */
export function storedIds(server: WireServer, prefix = 'ours-'): unknown[] {
  const ours = server.log.all.filter(({ stream }) => stream.startsWith(prefix));
  return ours.map(({ metadata }) => JSON.parse(Buffer.from(metadata).toString()).id);
}
