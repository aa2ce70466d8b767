import { expect, test } from '@jest/globals';
import { createRecorder } from '../../src/append/recorder.ts';
import type { RedactableLog } from '../../src/event-store/redaction.ts';
import type { RedactionRequest } from '../../src/redaction/redaction-store.ts';
import { type RedactionSignal, Redactions } from '../../src/redaction/redactions.ts';
import { SqliteRedactionStore } from '../../src/sqlite/redaction-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { mou, uuid } from '../append/sent-events.ts';

const SECRET = 'Zweigenthal';
const clock = () => new Date('2026-11-26T08:00:00Z');

const confirmed: RedactionRequest = {
  id: uuid(90),
  event: uuid(1),
  stream: mou.stream,
  ground: 'court-order',
  basis: 'order 12/2025',
  askedBy: 'ann',
  askedAt: clock().toISOString(),
  expiresAt: '2026-12-03T08:00:00.000Z',
  state: 'removing',
  settledBy: 'ben',
};

/** Opens removals over a new log that has the content. Everything that is derived from it is erased at once. */
async function open(request: RedactionRequest, redactable?: RedactableLog) {
  const log = new InMemoryEventStore(clock);
  const recorder = createRecorder(log);
  await recorder.record({ ...mou, id: uuid(1), data: { ...mou.data, subject: SECRET } }, { actor: 'desk' });
  const store = new SqliteRedactionStore(':memory:');
  store.add(request);
  const signals: RedactionSignal[] = [];
  const redactions = new Redactions({
    store,
    log,
    recorder,
    clock,
    redactable: redactable ?? log,
    newId: () => uuid(99),
    newSalt: () => 'BBBBBBBBBBBBBBBBBBBBBB',
    eraseDerived: async () => {},
    onSignal: (signal) => signals.push(signal),
  });
  const texts = async () =>
    (await log.readAll({ direction: 'forwards', maxCount: 10 })).map(({ content }) => content).join();
  return { redactions, signals, texts };
}

test('A removal that was confirmed before the process was killed is carried out at the next start', async () => {
  const { redactions, signals, texts } = await open(confirmed);
  await redactions.start();
  await redactions.settled();
  expect(await texts()).not.toContain(SECRET);
  expect(redactions.find(uuid(90))).toMatchObject({ state: 'done', doneAt: clock().toISOString() });
  expect(signals.map(({ kind }) => kind)).toEqual(['content-redacted', 'content-erased']);
  await redactions.close();
});

test('A removal that an older backup of the log has undone is repeated', async () => {
  const { redactions, texts } = await open({ ...confirmed, state: 'done' });
  await redactions.start();
  await redactions.settled();
  expect(await texts()).not.toContain(SECRET);
  expect(redactions.find(uuid(90))).toMatchObject({ state: 'done' });
  await redactions.close();
});

test.each(['asked', 'rejected', 'failed'] as const)('A request that is %s removes nothing', async (state) => {
  const { redactions, texts } = await open({ ...confirmed, state });
  await redactions.start();
  expect(await texts()).toContain(SECRET);
  await redactions.close();
});

test('A log that cannot be written keeps no server from starting, and the removal is tried again', async () => {
  const full: RedactableLog = {
    redact: async () => {
      throw new Error('database or disk is full');
    },
    erase: async () => true,
  };
  const { redactions, signals } = await open(confirmed, full);
  await redactions.start();
  expect(signals).toMatchObject([{ kind: 'redaction-failed', redaction: uuid(90) }]);
  expect(redactions.find(uuid(90))).toMatchObject({ state: 'removing' });
  await redactions.close();
});
