import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readRecordEvents } from '../../src/append/read-record.ts';
import { createRecorder } from '../../src/append/recorder.ts';
import { curationTypes } from '../../src/domain/event-types/registry.ts';
import { decodeEvent } from '../../src/domain/events/event.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord } from '../../src/domain/record/record-version.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { leafOf } from '../../src/integrity/leaf.ts';
import { RedactionCheck } from '../../src/integrity/redaction-check.ts';
import { recordRedaction } from '../../src/redaction/record-redaction.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { generateEvents } from '../bench/generate-events.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(30);
const clock = () => new Date('2026-01-01T00:00:00Z');
const curations: ReadonlySet<string> = new Set(curationTypes.map(({ name }) => name));

const UUID = /^[0-9a-f-]{36}$/;

/** The strings of a content that are longer than codes, without the ids of events, which are no content. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length > 24 && !UUID.test(value) ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}

async function logOf(count: number, seed: number) {
  const store = new InMemoryEventStore(clock);
  const recorder = createRecorder(store);
  for (const event of generateEvents(count, seed)) await recorder.record(event, { actor: 'desk' });
  return { store, recorder, events: await allOf(store) };
}

function allOf(store: InMemoryEventStore): Promise<readonly RecordedEvent[]> {
  return store.readAll({ direction: 'forwards', maxCount: 10_000 });
}

function stateOf(record: readonly RecordedEvent[], stream: string) {
  return record.map(decodeEvent).reduce(evolveRecord, emptyRecord(stream));
}

test('A removal leaves no text of an event, every leaf, and every other record as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), fc.nat(), async (seed, choice) => {
      const { store, recorder, events } = await logOf(60, seed);
      const facts = events.filter(({ type }) => !curations.has(type));
      const target = facts[choice % facts.length] as RecordedEvent;
      let salts = 0;
      const newSalt = () => {
        salts += 1;
        return String(salts).padStart(22, 'S');
      };
      const request = { id: '00000000-0000-4000-8000-000000000001', event: target.id, stream: target.stream };
      const why = { ground: 'court-order', basis: 'an order', askedBy: 'ann', settledBy: 'ben' } as const;
      const times = { askedAt: '', expiresAt: '', state: 'removing' } as const;
      const before = await readRecordEvents(store, target.stream);
      const outcome = await recordRedaction(
        { log: store, redactable: store, recorder, clock, newSalt },
        { ...request, ...why, ...times },
      );
      const redacted = outcome.outcome === 'recorded' ? outcome.events : [];
      expect(redacted).toContain(target.id);

      const after = await allOf(store);
      expect(after.slice(0, -1).map(leafOf)).toEqual(events.map(leafOf));
      const others = ({ id }: RecordedEvent) => !redacted.includes(id);
      expect(after.slice(0, -1).filter(others)).toEqual(events.filter(others));
      const kept = after.map(({ content }) => content).join();
      const keptBefore = events
        .filter(others)
        .map(({ content }) => content)
        .join();
      for (const { id, content, salt } of before) {
        if (!redacted.includes(id)) continue;
        for (const text of textsIn(JSON.parse(content))) {
          const quoted = JSON.stringify(text).slice(1, -1);
          expect([text, kept.includes(quoted)]).toEqual([text, keptBefore.includes(quoted)]);
        }
        expect(after.some((event) => event.salt === salt)).toBe(false);
      }

      const check = new RedactionCheck();
      for (const event of after) check.add(event, decodeEvent(event));
      expect(check.findings()).toEqual([]);

      const rewritten = await readRecordEvents(store, target.stream);
      const { versions } = stateOf(rewritten, target.stream);
      expect(versions.get(target.id)).toMatchObject({
        type: 'ContentRedacted',
        sources: [],
        redactions: [{ by: request.id }],
      });
      const removal = rewritten.at(-1) as RecordedEvent;
      const unrewritten = stateOf([...before, removal], target.stream).versions.get(target.id);
      expect(unrewritten?.type).toBe('ContentRedacted');
      expect(unrewritten?.data).toEqual(versions.get(target.id)?.data);
    }),
    { numRuns },
  );
});
