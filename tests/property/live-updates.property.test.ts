import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agreements } from '../../projections/agreements.ts';
import { concepts } from '../../projections/concepts.ts';
import { countryTimeline } from '../../projections/country.ts';
import { projections } from '../../projections/index.ts';
import { createRecorder } from '../../src/append/recorder.ts';
import { ALWAYS_CONNECTED } from '../../src/event-store/connectivity.ts';
import { NO_REMOVALS } from '../../src/event-store/removals.ts';
import { createApp } from '../../src/http/app.ts';
import { HTTP_LIMITS, type ProjectionName } from '../../src/http/protocol/context.ts';
import { ProjectionProgress } from '../../src/projector/progress.ts';
import { ProjectorGroup } from '../../src/projector/projector-group.ts';
import { type Ordinal, type TimelineQuery, UNFILTERED } from '../../src/projector/timeline-store.ts';
import { SqliteInboxStore } from '../../src/sqlite/inbox-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { InMemoryTimelineStore } from '../../src/testing/in-memory/in-memory-timeline-store.ts';
import { openAccess } from '../access/open-access.ts';
import { correction, mou, retraction, uuid } from '../append/sent-events.ts';
import { IDLE_AUDIT_LOG } from '../audit/idle-audit-log.ts';
import { idleRedactions } from '../http/support/idle-redactions.ts';
import { type LiveUpdate, openUpdates, type UpdatesClient } from '../http/support/sse-client.ts';
import { idleTree } from '../integrity/in-memory-tree.ts';
import { idleWebhooks } from '../webhooks/idle-webhooks.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(25);

/** Starts a server with a log and the timelines of countries, all in memory. */
async function startServer() {
  const log = new InMemoryEventStore(() => new Date('2026-01-01T00:00:00Z'));
  const comparePositions = log.comparePositions.bind(log);
  const newRows = () => new InMemoryTimelineStore('country@1', comparePositions);
  const monotonicMs = () => performance.now();
  const progress = new ProjectionProgress({
    name: 'country',
    version: 1,
    comparePositions,
    monotonicMs,
    onWait: () => {},
  });
  const rows = newRows();
  progress.serve(rows, 'current');
  const stopping = new AbortController();
  const live = [{ definition: countryTimeline, writer: rows }];
  const group = new ProjectorGroup(log, live, (signal) => progress.handle(signal));
  const running = group.run(stopping.signal);
  const app = createApp({
    removals: NO_REMOVALS,
    recorder: createRecorder(log),
    store: log,
    connectivity: ALWAYS_CONNECTED,
    projections: Object.fromEntries(projections.map(({ name }) => [name, progress])) as Record<
      ProjectionName,
      ProjectionProgress
    >,
    agreementChains: agreements,
    topicConcepts: concepts,
    definitions: [countryTimeline],
    tree: idleTree(log),
    webhooks: idleWebhooks(log),
    redactions: idleRedactions(log),
    inbox: new SqliteInboxStore(':memory:'),
    rebuilds: { start: () => false, last: () => undefined, cancel: () => false },
    clock: () => new Date(),
    access: openAccess(),
    audit: IDLE_AUDIT_LOG,
    limits: { ...HTTP_LIMITS, updateIntervalMs: 1 },
    stopping: stopping.signal,
    signal: (signal) => {
      if (signal.kind === 'request-failed') throw signal.error;
    },
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const recorder = createRecorder(log);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    progress,
    /** Returns the position of the event; undefined if it was refused. */
    record: async (event: object) => {
      const outcome = await recorder.record(event, { actor: 'local' });
      return outcome.outcome === 'recorded' ? outcome.events.at(-1)?.position : undefined;
    },
    /** Replaces the served rows by rebuilt ones. */
    rebuild: async () => {
      const writer = newRows();
      await group.replace([{ definition: countryTimeline, writer }]);
      progress.serve(writer, 'current');
    },
    close: async () => {
      stopping.abort();
      server.close();
      server.closeAllConnections();
      await running;
      await log.close();
    },
  };
}

type Server = Awaited<ReturnType<typeof startServer>>;

interface Reader {
  readonly query: string;
  readonly filter: Partial<TimelineQuery>;
}

const READERS: readonly Reader[] = [
  { query: '', filter: {} },
  { query: 'topics=rare-earths&', filter: { topics: ['rare-earths'] } },
  { query: 'countries=US&roles=party&', filter: { countries: ['US'], roles: ['party'] } },
  { query: 'from=2025-09-02&certain=true&', filter: { from: '2025-09-02' as never, certain: true } },
];

type Step =
  /** A number that was used before is refused, unless the event is the same. */
  | { readonly kind: 'sign'; readonly number: number; readonly data: object; readonly occurred: string }
  | { readonly kind: 'correct'; readonly which: number; readonly data: object }
  | { readonly kind: 'retract'; readonly which: number }
  | { readonly kind: 'disconnect'; readonly reader: number }
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'wait' };

const someData = fc
  .record({
    countries: fc.constantFrom(['PK', 'US'], ['PK', 'CN'], ['US', 'CN'], ['PK', 'IN']),
    topic: fc.constantFrom('rare-earths', 'mica'),
  })
  .map(({ countries, topic }) => ({
    ...mou.data,
    topics: [topic],
    parties: countries.map((country) => ({ name: `Company of ${country}`, kind: 'company', country })),
  }));
const which = fc.nat({ max: 8 });
const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('sign' as const),
      number: which,
      data: someData,
      occurred: fc.constantFrom('2025-09-01', '2025-09-08', '2025-09'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('correct' as const), which, data: someData }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retract' as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('disconnect' as const),
      reader: fc.nat({ max: READERS.length - 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'rebuild' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'wait' } as const) },
);

/** Counts the changed entries by comparing the pages as of each event with those as of the event before. */
function changedEntries({ progress }: Server, filter: Partial<TimelineQuery>, after: number): number {
  const { reader } = progress;
  const end = reader?.checkpoint()?.ordinal ?? 0;
  const page = (asOf: number, filters: Partial<TimelineQuery>) => {
    const query = { ...UNFILTERED, order: 'asc', limit: 10_000, ...filters, asOf: asOf as Ordinal } as const;
    return reader?.page('PK', query).entries ?? [];
  };
  let changes = 0;
  for (let ordinal = after + 1; ordinal <= end; ordinal += 1) {
    const before = new Set(page(ordinal - 1, {}));
    changes += page(ordinal, filter).filter((entry) => !before.has(entry)).length;
  }
  return changes;
}

/** A reader that reconnects where its connection broke, and adds up the announced changes. */
class ReconnectingReader {
  readonly reader: Reader;
  readonly #open: (lastEventId: string) => Promise<UpdatesClient>;
  #client: UpdatesClient | undefined;
  #announcedBefore = 0;

  constructor(server: Server, reader: Reader, after: string) {
    this.reader = reader;
    const path = `/countries/PK/live?${reader.query}after=${after}`;
    this.#open = (id) => openUpdates(server.url, path, id === '' ? {} : { 'last-event-id': id });
  }

  async open(): Promise<void> {
    const previous = this.#client;
    previous?.break();
    this.#announcedBefore += previous?.sum ?? 0;
    this.#client = await this.#open(previous?.lastEventId ?? '');
  }

  /** Waits for the update at a position, and returns the number of all announced changes. */
  async announcedUpTo(position: string): Promise<number> {
    const client = this.#client;
    await client?.until(() => client.all.at(-1)?.position === position);
    return this.#announcedBefore + (client?.sum ?? 0);
  }

  /** Returns the first update of a new connection, which counts all changes since the start. */
  async firstUpdate(): Promise<LiveUpdate> {
    const client = await this.#open('');
    const update = await client.next();
    client.break();
    return update;
  }

  close(): void {
    this.#client?.break();
  }
}

const { stream: _stream, ...signing } = mou;

async function perform(step: Step, server: Server, readers: readonly ReconnectingReader[]): Promise<void> {
  switch (step.kind) {
    case 'sign':
      await server.record({ ...signing, occurred: step.occurred, data: step.data, id: uuid(step.number) });
      return;
    case 'correct':
      await server.record(correction(uuid(step.which), `mou-${uuid(step.which)}`, step.data));
      return;
    case 'retract':
      await server.record(retraction(uuid(step.which), `mou-${uuid(step.which)}`));
      return;
    case 'disconnect':
      return readers[step.reader]?.open();
    case 'rebuild':
      return server.rebuild();
    case 'wait':
      await delay(3);
  }
}

async function checkAnnouncements(server: Server, steps: readonly Step[]): Promise<void> {
  const start = (await server.record({ ...signing, id: uuid(0) })) ?? '';
  const readers = READERS.map((reader) => new ReconnectingReader(server, reader, start));
  try {
    for (const reader of readers) await reader.open();
    for (const step of steps) await perform(step, server, readers);
    // when: an event matches the filters of all readers
    const last = (await server.record({ ...signing, data: { ...mou.data, topics: ['rare-earths'] } })) ?? '';
    for (const reader of readers) {
      const announced = await reader.announcedUpTo(last);
      const update = await reader.firstUpdate();
      expect(update).toMatchObject({ position: last, new: changedEntries(server, reader.reader.filter, 1) });
      expect(announced).toBe(update.new);
    }
  } finally {
    for (const reader of readers) reader.close();
  }
}

test('the announced changes add up, despite broken connections and rebuilds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { maxLength: 25 }), async (steps) => {
      const server = await startServer();
      try {
        await checkAnnouncements(server, steps);
      } finally {
        await server.close();
      }
    }),
    { numRuns },
  );
});
