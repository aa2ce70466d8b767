import { beforeEach, describe, expect, test } from '@jest/globals';
import { DataSetEdition } from '../../src/append/edition.ts';
import { createRecorder, type Recorder } from '../../src/append/recorder.ts';
import { decodeEvent } from '../../src/domain/events/event.ts';
import type { JsonObject } from '../../src/domain/values/json.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { mou, uuid } from './sent-events.ts';

const SETTINGS = { dataSet: 'signings', occurred: '2025-12-01' };
const first = { ...mou, id: uuid(1), correlationId: 'signings' } as unknown as JsonObject;
const retitled = (title: string): JsonObject => ({ ...first, data: { ...mou.data, title } });

let store: InMemoryEventStore;
let recorder: Recorder;

beforeEach(async () => {
  store = new InMemoryEventStore(() => new Date());
  recorder = createRecorder(store);
  await append(first);
});

const append = (event: JsonObject) => recorder.record(event, { actor: 'local' });

/** Imports an edition that has this event only. */
const edition = (event: JsonObject) =>
  new DataSetEdition(store, SETTINGS).append([event], (input) => recorder.record(input, { actor: 'local' }));

const lastEvent = async () => {
  const [last] = await store.readAll({ direction: 'backwards', maxCount: 1 });
  return last && decodeEvent(last);
};

const byHand = (title: string): JsonObject => ({
  type: 'EventCorrected',
  stream: mou.stream,
  occurred: '2025-11-01',
  data: { corrects: uuid(1), data: { ...mou.data, title }, reason: 'A curator knows better.' },
  sources: mou.sources,
});

describe('a row that is as in the former edition', () => {
  test('is a repeat, and does not undo what a curator corrected in the meantime', async () => {
    await append(byHand('Corrected by hand'));
    expect(await edition(first)).toMatchObject({ outcome: 'repeated' });
  });
});

describe('a row that has changed', () => {
  test('becomes a correction, the third edition one of the second', async () => {
    expect(await edition(retitled('Second'))).toMatchObject({ outcome: 'corrected' });
    expect(await edition(retitled('Second'))).toMatchObject({ outcome: 'repeated' });
    expect(await edition(first)).toMatchObject({ outcome: 'corrected' });
    expect(await edition(retitled('Second'))).toMatchObject({ outcome: 'corrected' });
    expect(await store.countAfter()).toBe(4);
  });

  test('is a repeat if a curator has corrected the event to the same', async () => {
    await append(byHand('Second'));
    expect(await edition(retitled('Second'))).toMatchObject({ outcome: 'repeated' });
  });

  test('corrects a source in place, and adds one', async () => {
    const [source] = mou.sources;
    const renamed = { ...first, sources: [{ ...source, outlet: 'The Dawn' }, { outlet: 'APP' }] };
    expect(await edition(renamed as unknown as JsonObject)).toMatchObject({ outcome: 'corrected' });
    const events = (await store.readAll({ direction: 'forwards', maxCount: 9 })).slice(1).map(decodeEvent);
    expect(events).toMatchObject([
      { type: 'SourceAdded', data: { act: 'corrects-source', source: 0 }, sources: [{ outlet: 'The Dawn' }] },
      { type: 'SourceAdded', data: { act: 'corroborates' }, sources: [{ outlet: 'APP' }] },
    ]);
    expect(await edition(renamed as unknown as JsonObject)).toMatchObject({ outcome: 'repeated' });
    expect(await edition(first)).toMatchObject({ outcome: 'invalid', errors: [{ pointer: '/0/sources' }] });
  });

  test('has the date, kind and reason of the settings', async () => {
    const settings = { ...SETTINGS, reason: 'Edition of 2026.', kind: 'source', occurred: '2026-01' };
    const comparison = new DataSetEdition(store, settings);
    await comparison.append([retitled('New')], (input) => recorder.record(input, { actor: 'local' }));
    expect(await lastEvent()).toMatchObject({
      occurred: '2026-01',
      correlationId: 'signings',
      data: { reason: 'Edition of 2026.', kind: 'source' },
    });
  });
});

test('a key that two rows of a file have is refused the second time', async () => {
  const comparison = new DataSetEdition(store, SETTINGS);
  const record = (input: readonly JsonObject[]) => recorder.record(input, { actor: 'local' });
  await comparison.append([first], record);
  expect(await comparison.append([retitled('Again')], record)).toMatchObject({
    outcome: 'invalid',
    errors: [{ pointer: '/0/id', detail: 'An earlier row of the file has this key.' }],
  });
});
