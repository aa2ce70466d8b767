import type { EventStore, RecordedEvent } from '../../../event-store/event-store.ts';
import { leafOf } from '../../../integrity/leaf.ts';
import { type EventStoreContract, eventId, newEvent } from './contract.ts';

const METADATA = '{"actor":"desk","correlationId":"é\\u0001","schemaVersion":1}';
const CONTENT = '{"data":{"number":1.5e-7,"text":"中国 \\u2028 \\"\\\\"}}';

/** The leaf that every store must arrive at; the commitment was computed with another program. */
const LEAF =
  '{"commitment":"WRQDF62LAREur0uXzibhTBDwdcXnEGoRgEQEb/6zMQY=",' +
  `"id":"${eventId(1)}","metadata":${METADATA},` +
  '"recordedAt":"2025-10-13T08:00:00.000Z","revision":0,"stream":"briefing-é","type":"BriefingHeld"}';

export function describeLeaves({ describe, test, expect }: EventStoreContract): void {
  describe('the leaf of an event', () => {
    test('is the same on every store and however the event is read', async (store) => {
      const salt = 'cqeLXB_zPGT6QiWmLUDKiA';
      const event = newEvent(1, { metadata: METADATA, content: CONTENT, salt });
      const outcome = await store.append('briefing-é', 'no-stream', [event]);
      const appended = outcome.outcome === 'appended' ? outcome.events : [];
      const events = [...appended, ...(await readEveryWay(store))];
      expect(events.map(leafOf)).toEqual([LEAF, LEAF, LEAF, LEAF, LEAF]);
    });

    test('has the commitment to the content as recorded, if some of it was removed', async (store) => {
      const commitment = 'WRQDF62LAREur0uXzibhTBDwdcXnEGoRgEQEb/6zMQY=';
      const event = newEvent(1, { metadata: METADATA, content: '{"data":{}}', commitment });
      await store.append('briefing-é', 'no-stream', [event]);
      const events = await readEveryWay(store);
      expect(events.map(leafOf)).toEqual([LEAF, LEAF, LEAF, LEAF]);
      const again = await store.append('briefing-é', 'any', [newEvent(1, { content: CONTENT })]);
      expect(again).toEqual({ outcome: 'content-redacted', id: eventId(1) });
    });
  });
}

async function readEveryWay(store: EventStore): Promise<readonly RecordedEvent[]> {
  const all = await store.readAll({ direction: 'forwards', maxCount: 10 });
  const stream = await store.readStream('briefing-é', { direction: 'forwards', maxCount: 10 });
  const byId = await store.readEvent(eventId(1));
  const at = all[0] && (await store.readEventAt(all[0].position));
  return [...all, ...stream, ...(byId ? [byId] : []), ...(at ? [at] : [])];
}
