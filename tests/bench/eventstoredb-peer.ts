import { randomBytes, randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import type { JsonObject } from '../../src/domain/values/json.ts';
import { InMemoryEventIndex } from '../../src/event-store/event-index.ts';
import { EventStoreDbEventStore } from '../../src/eventstoredb/eventstoredb-event-store.ts';
import { EventStoreDbEventReader } from '../../src/eventstoredb/read/eventstoredb-event-reader.ts';
import { generateEvents } from './generate-events.ts';
import { answer } from './peer.ts';

/** The same work through the adapter and through the client that it is built on. */
export interface EventStoreDbQuestion {
  readonly side: 'adapter' | 'client';
  readonly work: 'append' | 'catch-up';
  readonly connectionString: string;
  readonly prefix: string;
  readonly events: number;
  readonly atOnce: number;
}

export interface EventStoreDbAnswer {
  readonly elapsedMs: number;
}

type Append = (number: number) => Promise<unknown>;

interface Side {
  readonly append: Append;
  readonly close: () => Promise<void>;
}

const METADATA = '{"actor":"desk","schemaVersion":1}';
/** As the projectors ask for them. */
const PAGE_EVENTS = 2_000;

function openAdapter(
  { connectionString, prefix }: EventStoreDbQuestion,
  bodies: readonly JsonObject[],
): Side {
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

function openClient({ connectionString, prefix }: EventStoreDbQuestion, bodies: readonly JsonObject[]): Side {
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

async function measureAppends(question: EventStoreDbQuestion): Promise<number> {
  const { events, atOnce, side } = question;
  const bodies = [...generateEvents(events + 1)] as unknown as JsonObject[];
  const { append, close } = side === 'adapter' ? openAdapter(question, bodies) : openClient(question, bodies);
  await append(0); // the connection is there, and the measured appends go over it
  const startMs = performance.now();
  let next = 1;
  const keepOneOnItsWay = async () => {
    while (next <= events) {
      next += 1;
      await append(next - 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, keepOneOnItsWay));
  const elapsedMs = performance.now() - startMs;
  await close();
  return elapsedMs;
}

async function catchUpByAdapter({ connectionString, prefix, events }: EventStoreDbQuestion): Promise<number> {
  const reader = new EventStoreDbEventReader({ connectionString, prefix });
  const startMs = performance.now();
  let seen = 0;
  for await (const message of reader.subscribe({
    pageSize: PAGE_EVENTS,
    signal: new AbortController().signal,
  })) {
    if (message.kind === 'caught-up') break;
    seen += message.events.length;
  }
  const elapsedMs = performance.now() - startMs;
  reader.close();
  if (seen < events) throw new Error(`${seen} events were read of ${events}.`);
  return elapsedMs;
}

async function catchUpByClient({ connectionString, prefix, events }: EventStoreDbQuestion): Promise<number> {
  const client = EventStoreDBClient.connectionString(connectionString);
  const startMs = performance.now();
  const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: [prefix] }) });
  let seen = 0;
  await new Promise<void>((resolve, reject) => {
    subscription.on('data', () => {
      seen += 1;
      if (seen >= events) resolve();
    });
    subscription.on('error', reject);
  });
  const elapsedMs = performance.now() - startMs;
  await subscription.unsubscribe();
  await client.dispose();
  return elapsedMs;
}

answer(async (question: EventStoreDbQuestion): Promise<EventStoreDbAnswer> => {
  if (question.work === 'append') return { elapsedMs: await measureAppends(question) };
  const catchUp = question.side === 'adapter' ? catchUpByAdapter : catchUpByClient;
  return { elapsedMs: await catchUp(question) };
});
