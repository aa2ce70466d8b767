import type {
  EventStore,
  Position,
  ReadAllOptions,
  RecordedEvent,
} from '../../../event-store/event-store.ts';
import { appendNumbered, type EventStoreContract, eventId, newEvent, revision } from './contract.ts';

export function describeReading(contract: EventStoreContract): void {
  const { describe, test, expect } = contract;
  describe('readStream', () => {
    const revisions = async (store: EventStore, options: Parameters<EventStore['readStream']>[1]) =>
      (await store.readStream('s-0', options)).map((event) => event.revision);

    test('reads forwards and backwards, from an end or from a revision', async (store) => {
      await appendNumbered(store, 15); // five events in each of three streams
      expect(await revisions(store, { direction: 'forwards', maxCount: 9 })).toEqual([0, 1, 2, 3, 4]);
      expect(await revisions(store, { direction: 'backwards', maxCount: 9 })).toEqual([4, 3, 2, 1, 0]);
      expect(await revisions(store, { direction: 'forwards', from: revision(3), maxCount: 9 })).toEqual([
        3, 4,
      ]);
      expect(await revisions(store, { direction: 'backwards', from: revision(1), maxCount: 9 })).toEqual([
        1, 0,
      ]);
      expect(await revisions(store, { direction: 'forwards', from: revision(1), maxCount: 2 })).toEqual([
        1, 2,
      ]);
      expect(await revisions(store, { direction: 'backwards', maxCount: 1 })).toEqual([4]);
    });

    test('returns nothing forwards and everything backwards from a revision past the end', async (store) => {
      await appendNumbered(store, 6);
      expect(await revisions(store, { direction: 'forwards', from: revision(2), maxCount: 9 })).toEqual([]);
      expect(await revisions(store, { direction: 'backwards', from: revision(7), maxCount: 9 })).toEqual([
        1, 0,
      ]);
    });

    test('returns an empty page for a stream that does not exist', async (store) => {
      expect(await revisions(store, { direction: 'forwards', maxCount: 9 })).toEqual([]);
      expect(await revisions(store, { direction: 'backwards', maxCount: 9 })).toEqual([]);
    });
  });

  describe('readAll', () => {
    for (const direction of ['forwards', 'backwards'] as const) {
      test(`returns every event once and in order, in pages ${direction}`, async (store) => {
        const recorded = await appendNumbered(store, 25);
        const pages = await readPages(store, direction);
        expect(pages.map((page) => page.length)).toEqual([10, 10, 5, 0]);
        expect(pages.flat()).toEqual(direction === 'forwards' ? recorded : recorded.toReversed());
      });

      test(`returns an empty page ${direction} if the log is empty`, async (store) => {
        expect(await store.readAll({ direction, maxCount: 10 })).toEqual([]);
      });
    }
  });

  describe('readEvent and readEventAt', () => {
    test('return the event with an id, and undefined for an unknown id', async (store) => {
      const [, second] = await appendNumbered(store, 3);
      expect(await store.readEvent(eventId(2))).toEqual(second);
      expect(await store.readEvent(eventId(4))).toBe(undefined);
    });

    test('return the event at a position', async (store) => {
      const recorded = await appendNumbered(store, 12);
      const events = recorded.map(({ position }) => store.readEventAt(position));
      expect(await Promise.all(events)).toEqual(recorded);
    });
  });

  describePositions(contract);
}

async function readPages(
  store: EventStore,
  direction: ReadAllOptions['direction'],
): Promise<RecordedEvent[][]> {
  const pages: RecordedEvent[][] = [];
  let after: Position | undefined;
  for (let count = 0; count < 4; count += 1) {
    const page = await store.readAll({ direction, maxCount: 10, ...(after !== undefined && { after }) });
    pages.push([...page]);
    after = page.at(-1)?.position ?? after;
  }
  return pages;
}

function describePositions({ describe, test, expect }: EventStoreContract): void {
  describe('positions', () => {
    test('increase along the log', async (store) => {
      const recorded = await appendNumbered(store, 120);
      const positions = recorded.map(({ position }) => position);
      const sorted = positions.toReversed().sort((a, b) => store.comparePositions(a, b));
      expect(sorted).toEqual(positions);
      expect(new Set(positions).size).toBe(120);
      expect(positions.map((position) => store.comparePositions(position, position) === 0)).toEqual(
        positions.map(() => true),
      );
    });

    test('are parsed from their text', async (store) => {
      const recorded = await appendNumbered(store, 12);
      for (const { position } of recorded) expect(store.parsePosition(String(position))).toBe(position);
    });

    test('are not parsed from other text', async (store) => {
      await store.append('s', 'any', [newEvent(1)]);
      const [event] = await store.readAll({ direction: 'forwards', maxCount: 1 });
      const text = String(event?.position);
      const invalid = ['', ' ', 'invalid', '-1', '1.5', '1e3', '\0', '9'.repeat(60), `${text} `, ` ${text}`];
      expect(invalid.map((each) => store.parsePosition(each))).toEqual(invalid.map(() => undefined));
    });
  });
}
