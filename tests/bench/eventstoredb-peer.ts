import { randomBytes, randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import type { JsonObject } from '../../src/domain/values/json.ts';
import { EventStoreDbEventStore } from '../../src/eventstoredb/eventstoredb-event-store.ts';
import { EventStoreDbEventReader } from '../../src/eventstoredb/read/eventstoredb-event-reader.ts';
import { InMemoryEventIndex } from '../../src/testing/in-memory/in-memory-event-index.ts';
import { generateEvents } from './generate-events.ts';
import { serveRequests } from './peer.ts';

/** Work to do through the adapter, or through the client that it is built on. */
export interface EventStoreDbRequest {
  readonly side: 'adapter' | 'client';
  readonly work: 'append' | 'catch-up';
  readonly connectionString: string;
  readonly prefix: string;
  readonly events: number;
  readonly concurrency: number;
}

export interface EventStoreDbResult {
  readonly elapsedMs: number;
}

type Append = (number: number) => Promise<unknown>;

interface Side {
  readonly append: Append;
  readonly close: () => Promise<void>;
}

const METADATA = '{"actor":"desk","schemaVersion":1}';
/** The default page size of projectors. */
const PAGE_EVENTS = 2_000;

function openAdapter({ connectionString, prefix }: EventStoreDbRequest, bodies: readonly JsonObject[]): Side {
  const index = new InMemoryEventIndex();
  const store = new EventStoreDbEventStore({ connectionString, prefix, clock: () => new Date(), index });
  const events = bodies.map((body) => ({
    id: randomUUID(),
    type: String(body['type']),
    metadata: METADATA,
    content: JSON.stringify(body),
    salt: randomBytes(16).toString('base64url'),
  }));
  return {
    append: async (number) => {
      const event = events[number];
      if (event === undefined) throw new RangeError(`There is no event ${number}.`);
      const { outcome } = await store.append(event.id, 'no-stream', [event]);
      if (outcome !== 'appended') throw new Error(outcome);
    },
    close: () => store.close(),
  };
}

function openClient({ connectionString, prefix }: EventStoreDbRequest, bodies: readonly JsonObject[]): Side {
  const client = EventStoreDBClient.connectionString(connectionString);
  const ids = bodies.map(() => randomUUID());
  return {
    append: (number) => {
      const [id, data = {}] = [ids[number] ?? '', bodies[number]];
      const event = jsonEvent({ id, type: String(data['type']), data, metadata: JSON.parse(METADATA) });
      return client.appendToStream(`${prefix}${id}`, event, { expectedRevision: 'no_stream' });
    },
    close: () => client.dispose(),
  };
}

async function measureAppends(request: EventStoreDbRequest): Promise<number> {
  const { events, concurrency, side } = request;
  const bodies = [...generateEvents(events + 1)] as unknown as JsonObject[];
  const { append, close } = side === 'adapter' ? openAdapter(request, bodies) : openClient(request, bodies);
  await append(0); // opens the connection
  const startMs = performance.now();
  let next = 1;
  const appendOneByOne = async () => {
    while (next <= events) {
      next += 1;
      await append(next - 1);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, appendOneByOne));
  const elapsedMs = performance.now() - startMs;
  await close();
  return elapsedMs;
}

async function catchUpByAdapter({ connectionString, prefix, events }: EventStoreDbRequest): Promise<number> {
  const reader = new EventStoreDbEventReader({ connectionString, prefix });
  const startMs = performance.now();
  let received = 0;
  for await (const message of reader.subscribe({
    pageSize: PAGE_EVENTS,
    signal: new AbortController().signal,
  })) {
    if (message.kind === 'caught-up') break;
    received += message.events.length;
  }
  const elapsedMs = performance.now() - startMs;
  reader.close();
  if (received < events) throw new Error(`Only ${received} of ${events} events were read.`);
  return elapsedMs;
}

async function catchUpByClient({ connectionString, prefix, events }: EventStoreDbRequest): Promise<number> {
  const client = EventStoreDBClient.connectionString(connectionString);
  const startMs = performance.now();
  const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: [prefix] }) });
  let received = 0;
  await new Promise<void>((resolve, reject) => {
    subscription.on('data', () => {
      received += 1;
      if (received >= events) resolve();
    });
    subscription.on('error', reject);
  });
  const elapsedMs = performance.now() - startMs;
  await subscription.unsubscribe();
  await client.dispose();
  return elapsedMs;
}

serveRequests(async (request: EventStoreDbRequest): Promise<EventStoreDbResult> => {
  if (request.work === 'append') return { elapsedMs: await measureAppends(request) };
  const catchUp = request.side === 'adapter' ? catchUpByAdapter : catchUpByClient;
  return { elapsedMs: await catchUp(request) };
});
