import type { EventStore, RecordedEvent } from '../../../event-store/event-store.ts';
import type { LogRedaction, RedactableLog } from '../../../event-store/redaction.ts';
import { commitmentOf, leafOf } from '../../../integrity/leaf.ts';
import { eventId, eventStoreTests, newEvent, revision, type TestFramework } from './contract.ts';

type RedactableStore = EventStore & RedactableLog;

const STREAM = 'briefing-a';
const SECRET = '{"data":{"text":"Zweigenthal"}}';
const LEFT = '{"data":{}}';
const NEW_SALT = 'BBBBBBBBBBBBBBBBBBBBBB';

/**
 * Defines the tests that every store must pass from which content can be removed by law, in addition to the contract of
 * event stores.
 */
export function describeRedactionContract(
  name: string,
  openStore: (clock: () => Date) => RedactableStore | Promise<RedactableStore>,
  framework: TestFramework,
): void {
  const { describe, expect } = framework;
  const test = eventStoreTests(openStore, framework);

  describe(`${name} meets the contract of redactable logs`, () => {
    test('replaces the content and appends the event that says so', async (store) => {
      const { before } = await recorded(store);
      const { outcome } = await store.redact(redactionOf(before));
      expect(outcome).toBe('appended');
      for (const event of await readEveryWay(store)) {
        expect(event).toEqual({ ...before, content: LEFT, salt: NEW_SALT, commitment: commitmentOf(before) });
      }
      expect((await idsOf(store)).join()).toBe([1, 2, 9].map(eventId).join());
      expect(await store.erase()).toBe(true);
    });

    test('keeps the leaf of the event, and so every proof', async (store) => {
      const { before } = await recorded(store);
      await store.redact(redactionOf(before));
      const [after] = await readEveryWay(store);
      expect(after && leafOf(after)).toBe(leafOf(before));
    });

    test('replaces nothing if the record has grown', async (store) => {
      const { before } = await recorded(store);
      await store.append(STREAM, 'any', [newEvent(3)]);
      const { outcome } = await store.redact(redactionOf(before));
      expect(outcome).toBe('wrong-revision');
      expect((await readEveryWay(store))[0]).toEqual(before);
      expect((await idsOf(store)).join()).toBe([1, 2, 3].map(eventId).join());
    });

    test('does not record the event again', async (store) => {
      const { before } = await recorded(store);
      await store.redact(redactionOf(before));
      const again = await store.append(STREAM, 'any', [newEvent(1, { content: SECRET })]);
      expect(again).toEqual({ outcome: 'content-redacted', id: eventId(1) });
      const left = newEvent(1, { content: LEFT, commitment: commitmentOf(before) });
      expect((await store.append(STREAM, 'any', [left])).outcome).toBe('already-recorded');
    });

    test('can remove more of the same event', async (store) => {
      const { before } = await recorded(store);
      await store.redact(redactionOf(before));
      const [once] = await readEveryWay(store);
      if (once === undefined) throw new Error('The event is missing.');
      const { event, contents, ...rest } = redactionOf(once);
      const content = { ...contents[0], content: '{}' } as (typeof contents)[number];
      const second = { ...event, id: eventId(10) };
      const redaction = { ...rest, expected: revision(2), event: second, contents: [content] };
      expect((await store.redact(redaction)).outcome).toBe('appended');
      const [twice] = await readEveryWay(store);
      expect(twice).toEqual({ ...once, content: '{}' });
      expect(twice && leafOf(twice)).toBe(leafOf(before));
    });
  });
}

/** Records two events. Content is to be removed from the first one. */
async function recorded(store: EventStore): Promise<{ readonly before: RecordedEvent }> {
  await store.append(STREAM, 'no-stream', [newEvent(1, { content: SECRET }), newEvent(2)]);
  const before = await store.readEvent(eventId(1));
  if (before === undefined) throw new Error('The event was not recorded.');
  return { before };
}

function redactionOf(before: RecordedEvent): LogRedaction {
  const left = { id: before.id, content: LEFT, salt: NEW_SALT, commitment: commitmentOf(before) };
  const content = `{"data":{"redacted":[{"event":"${before.id}"}]}}`;
  const event = newEvent(9, { type: 'EventRedacted', content });
  return { stream: STREAM, expected: revision(1), event, contents: [left] };
}

/** Reads the first event in every way in which events are read. */
async function readEveryWay(store: EventStore): Promise<readonly RecordedEvent[]> {
  const [first] = await store.readAll({ direction: 'forwards', maxCount: 1 });
  const [ofStream] = await store.readStream(STREAM, { direction: 'forwards', maxCount: 1 });
  const byId = await store.readEvent(eventId(1));
  const at = first && (await store.readEventAt(first.position));
  return [first, ofStream, byId, at].filter((event) => event !== undefined);
}

async function idsOf(store: EventStore): Promise<readonly string[]> {
  return (await store.readAll({ direction: 'forwards', maxCount: 10 })).map(({ id }) => id);
}
