import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countryTimeline } from '../../projections/country.ts';
import { statements } from '../../projections/statements.ts';
import { topicTimeline } from '../../projections/topic.ts';
import { createRecorder } from '../../src/append/recorder.ts';
import type { Day } from '../../src/domain/values/edtf.ts';
import type { TimelineDefinition } from '../../src/projector/define-timeline.ts';
import type { EntryFilter } from '../../src/projector/entry-filter.ts';
import { Projector } from '../../src/projector/projector.ts';
import { type Checkpoint, type Ordinal, UNFILTERED } from '../../src/projector/timeline-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { InMemoryTimelineStore } from '../../src/testing/in-memory/in-memory-timeline-store.ts';
import { type EntryFeed, FeedReader } from '../../src/webhooks/feed-reader.ts';
import { messagesFor } from '../../src/webhooks/matches.ts';
import type { NewMessage, StandingQuery } from '../../src/webhooks/subscription.ts';
import { generateEvents } from '../bench/generate-events.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(20);
const clock = () => new Date('2026-01-01T00:00:00Z');
const compare = (a: string, b: string) => Number(a) - Number(b);

const DEFINITIONS: readonly TimelineDefinition[] = [countryTimeline, topicTimeline, statements];

const aFilter: fc.Arbitrary<EntryFilter> = fc
  .record({
    types: fc.constantFrom([], ['MouSigned'], ['BriefingHeld', 'ShipmentAnnounced']),
    roles: fc.constantFrom([], ['party'], ['host', 'consignee']),
    countries: fc.constantFrom([], ['US'], ['CN', 'PK']),
    certain: fc.boolean(),
    from: fc.constantFrom(undefined, '2024-03-01', '2025-01-01'),
  })
  .map(({ from, ...lists }) => {
    return { ...UNFILTERED, ...lists, ...(from !== undefined && { from: from as Day }) };
  });

const histories = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  count: fc.integer({ min: 1, max: 150 }),
  /** Numbers of generated events that are linked, and whether the link is withdrawn. */
  links: fc.array(fc.record({ from: fc.nat(), to: fc.nat(), isWithdrawn: fc.boolean() }), { maxLength: 8 }),
  filters: fc.array(aFilter, { minLength: 2, maxLength: 4 }),
  /** Where the subscription begins, and where its process is restarted, as parts of the log. */
  start: fc.double({ min: 0, max: 1, noNaN: true }),
  restart: fc.double({ min: 0, max: 1, noNaN: true }),
});

type History = typeof histories extends fc.Arbitrary<infer Value> ? Value : never;

/** Records generated events, and links between their records among them. */
async function recordHistory({ seed, count, links }: History): Promise<InMemoryEventStore> {
  const store = new InMemoryEventStore(clock);
  const recorder = createRecorder(store);
  const recorded: { readonly stream: string; readonly id: string }[] = [];
  for (const event of generateEvents(count, seed)) {
    if ((await recorder.record(event, { actor: 'local' })).outcome === 'recorded') recorded.push(event);
    const link = links[recorded.length % 20];
    const [from, to] = [
      recorded[(link?.from ?? 0) % recorded.length],
      recorded[(link?.to ?? 0) % recorded.length],
    ];
    if (link === undefined || from === undefined || to === undefined) continue;
    const shared = { stream: from.stream, occurred: '2026-01-01', sources: [{ outlet: 'The desk' }] };
    const data = { from: from.id, to: to.id, relation: 'contradicts', basis: 'It says so.' };
    const linked = await recorder.record({ ...shared, type: 'RecordLinked', data }, { actor: 'local' });
    if (linked.outcome !== 'recorded' || !link.isWithdrawn) continue;
    const withdrawn = { withdraws: linked.events[0]?.id, reason: 'It does not.' };
    await recorder.record({ ...shared, type: 'LinkWithdrawn', data: withdrawn }, { actor: 'local' });
  }
  return store;
}

async function project(store: InMemoryEventStore, definition: TimelineDefinition) {
  const rows = new InMemoryTimelineStore(`${definition.name}@1`, compare);
  const stopping = new AbortController();
  const projector = new Projector(store, [{ definition, writer: rows }], ({ kind }) => {
    if (kind === 'caught-up') stopping.abort();
  });
  await projector.run(stopping.signal);
  return rows;
}

/** Reads the log from a cursor to its end, and returns the messages for a query. */
async function messagesAfter(
  store: InMemoryEventStore,
  feed: EntryFeed,
  query: StandingQuery,
  cursor: Checkpoint | undefined,
): Promise<readonly NewMessage[]> {
  const reader = new FeedReader(store, feed, cursor);
  const messages: NewMessage[] = [];
  for (let page = await reader.nextPage(); page !== undefined; page = await reader.nextPage()) {
    messages.push(...page.events.flatMap((event) => messagesFor(query, event)));
  }
  return messages;
}

async function cursorAt(store: InMemoryEventStore, rows: InMemoryTimelineStore, ordinal: number) {
  const event = (await store.readAll({ direction: 'forwards', maxCount: 10_000 }))[ordinal - 1];
  if (event === undefined) return undefined;
  const { position, id: eventId, recordedAt: instant } = event;
  return {
    ordinal: ordinal as Ordinal,
    position,
    eventId,
    instant,
    lineage: rows.checkpoint()?.lineage ?? '',
  };
}

/** The entries of a query by what they show: an event, or a statement of it. */
function entriesAt(rows: InMemoryTimelineStore, { key, filter }: StandingQuery, ordinal: number) {
  const query = { ...filter, order: 'asc', limit: 10_000, asOf: ordinal as Ordinal } as const;
  const { entries } = rows.page(key, query);
  return new Map(entries.map((entry) => [nameOf(JSON.parse(entry)), entry]));
}

function nameOf({ id, statement = '' }: { readonly id: string; readonly statement?: string }): string {
  return `${id} ${statement}`;
}

function apply(messages: readonly NewMessage[], entries: Map<string, string>): Map<string, string> {
  for (const { payload } of messages) {
    const { type, data } = JSON.parse(payload);
    const name = nameOf(data.entry);
    const isKnown = entries.has(name);
    // An entry is added once, and only a known one changes or leaves.
    expect([type, isKnown]).toEqual([type, type !== 'entry.added']);
    if (type === 'entry.removed') entries.delete(name);
    else entries.set(name, JSON.stringify(data.entry));
  }
  return entries;
}

test('messages, applied to the timeline where a subscription begins, make the timeline as it is', async () => {
  let messagesCount = 0;
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const store = await recordHistory(history);
      for (const definition of DEFINITIONS) {
        const rows = await project(store, definition);
        const feed: EntryFeed = { definition, projection: { reader: rows, onChange: () => {} } };
        const end = rows.checkpoint()?.ordinal ?? 0;
        const keys = rows.index({ limit: 3, asOf: end as Ordinal }).map(({ key }) => key);
        const [start, restart] = [history.start, history.restart]
          .map((part) => Math.round(part * end))
          .sort((a, b) => a - b);
        for (const key of keys) {
          for (const filter of [UNFILTERED, ...history.filters]) {
            const query = { text: `/${definition.name}/${key}`, feed: definition.name, key, filter };
            const all = await messagesAfter(store, feed, query, await cursorAt(store, rows, start ?? 0));
            const entries = apply(all, entriesAt(rows, query, start ?? 0));
            expect(entries).toEqual(entriesAt(rows, query, end));
            expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
            // A process that is restarted somewhere on its way sends the same messages.
            const later = await messagesAfter(store, feed, query, await cursorAt(store, rows, restart ?? 0));
            expect(later).toEqual(all.filter(({ ordinal }) => ordinal > (restart ?? 0)));
            messagesCount += all.length;
          }
        }
      }
    }),
    { numRuns },
  );
  expect(messagesCount).toBeGreaterThan(100);
});
