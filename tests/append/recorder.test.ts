import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createRecorder, type Recorder, type RecordOutcome } from '../../src/append/recorder.ts';
import { storedEnvelopeJson } from '../../src/domain/events/event.ts';
import {
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
  StoreUnavailableError,
} from '../../src/event-store/event-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { olderAnnouncement, olderArrival, olderCorrection, olderLines } from './older-history.ts';
import { amendment, briefing, correction, mou, retraction, shipment, uuid } from './sent-events.ts';

const actor = 'desk';
const clock = () => new Date('2025-12-05T10:00:00.000Z');

/** Counts calls, and runs a hook between the read of a record and the append. */
class WatchedStore extends InMemoryEventStore {
  reads = 0;
  appends = 0;
  beforeAppend: (() => Promise<unknown>) | undefined;

  override readStream(...args: Parameters<EventStore['readStream']>) {
    this.reads += 1;
    return super.readStream(...args);
  }

  override async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly [NewEvent, ...NewEvent[]],
  ) {
    this.appends += 1;
    await this.beforeAppend?.();
    return super.append(stream, expected, events);
  }
}

let store: WatchedStore;
let recorder: Recorder;

beforeEach(() => {
  store = new WatchedStore(clock);
  recorder = createRecorder(store);
});

function recorded(outcome: RecordOutcome): RecordedEvent {
  const [event] = outcome.outcome === 'recorded' ? outcome.events : [];
  if (event === undefined) throw new Error(`not recorded: ${JSON.stringify(outcome)}`);
  return event;
}

const record = async (input: unknown) => recorded(await recorder.record(input, { actor }));

describe('a new event', () => {
  test('opens a record named after its category and id, without any read', async () => {
    const event = await record(briefing);
    expect(event.stream).toBe(`briefing-${event.id}`);
    expect(event).toMatchObject({
      revision: 0,
      type: 'BriefingHeld',
      recordedAt: '2025-12-05T10:00:00.000Z',
    });
    expect(store.reads).toBe(0);
  });

  test('gets a version 7 UUID of the time of recording', async () => {
    const sources = { clock, randomBytes: (count: number) => Buffer.alloc(count, 7) };
    const { id } = recorded(await createRecorder(store, sources).record(briefing, { actor }));
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(clock().getTime());
  });

  test('keeps the id that it was sent with, converted to lower case', async () => {
    const event = await record({ ...briefing, id: 'ABCDEF00-0000-4000-8000-00000000000A' });
    expect(event.id).toBe('abcdef00-0000-4000-8000-00000000000a');
  });

  test('is stored as canonical JSON with its actor, version and own salt', async () => {
    const [first, second] = [await record(briefing), await record(briefing)];
    // Worked out by hand from RFC 8785: members sorted by name, no white space.
    expect(first.metadata).toBe('{"actor":"desk","schemaVersion":2}');
    expect(first.content).toBe(
      '{"data":{"format":"regular","hosts":["CN"],"institution":{"country":"CN","kind":"government-body",' +
        '"name":"Ministry of Foreign Affairs"},"topics":["rare-earths"]},"occurred":"2025-10-13",' +
        '"sources":[{"outlet":"Dawn","url":"https://www.dawn.com/news/1"}]}',
    );
    expect(first.salt).toMatch(/^[\w-]{22}$/);
    expect(second.salt).not.toBe(first.salt);
  });

  test('keeps its causation and correlation ids', async () => {
    const event = await record({ ...briefing, correlationId: uuid(1), causationId: uuid(2) });
    expect(JSON.parse(event.metadata)).toEqual({
      actor,
      schemaVersion: 2,
      correlationId: uuid(1),
      causationId: uuid(2),
    });
  });

  test('is refused with pointers, and nothing is stored', async () => {
    const { format: _format, ...data } = briefing.data;
    const outcome = await recorder.record({ ...briefing, data, colour: 'red' }, { actor });
    expect(outcome).toMatchObject({
      outcome: 'invalid',
      errors: expect.arrayContaining([
        expect.objectContaining({ pointer: '/data/format', code: 'missing-field' }),
        expect.objectContaining({ pointer: '/colour', code: 'unknown-field' }),
      ]),
    });
    expect(await store.readAll({ direction: 'forwards', maxCount: 10 })).toEqual([]);
  });
});

describe('an array', () => {
  test('is for one stream, and later events are validated against earlier ones', async () => {
    const events = [{ ...mou, id: uuid(1) }, amendment, correction(uuid(1)), retraction(uuid(1))];
    const outcome = await recorder.record(events, { actor });
    expect(outcome.outcome).toBe('recorded');
    expect(outcome).toMatchObject({
      events: [{ revision: 0 }, { revision: 1 }, { revision: 2 }, { revision: 3 }],
    });
  });

  test('is recorded completely or not at all', async () => {
    const events = [{ ...mou, id: uuid(1) }, retraction(uuid(1)), retraction(uuid(1))];
    expect(await recorder.record(events, { actor })).toMatchObject({
      outcome: 'conflict',
      errors: [{ pointer: '/2/data/retracts', code: 'already-retracted' }],
    });
    expect(await store.readEvent(uuid(1))).toBeUndefined();
  });

  test('is refused if its events are for several streams, unnamed ones included', async () => {
    expect(await recorder.record([mou, { ...mou, stream: 'mou-other' }, amendment], { actor })).toMatchObject(
      { outcome: 'invalid', errors: [{ pointer: '/1/stream', code: 'invalid-stream' }] },
    );
    expect(await recorder.record([briefing, briefing], { actor })).toMatchObject({
      outcome: 'invalid',
      errors: [{ pointer: '/1/stream', code: 'invalid-stream' }],
    });
  });

  test('is refused if two events have the same id', async () => {
    const event = { ...mou, id: uuid(1) };
    const outcome = await recorder.record([event, event], { actor });
    expect(outcome).toMatchObject({ outcome: 'invalid', errors: [{ pointer: '/1/id', code: 'invalid-id' }] });
  });

  test('reports the errors of all events with their index, also in an array of one', async () => {
    const outcome = await recorder.record([{ ...mou, occurred: 'soon' }, 7], { actor });
    expect(outcome).toMatchObject({
      errors: [{ pointer: '/0/occurred' }, { pointer: '/1', code: 'wrong-type' }],
    });
    expect(await recorder.record([7], { actor })).toMatchObject({ errors: [{ pointer: '/0' }] });
  });

  test('contains 1 to 500 events', async () => {
    expect(await recorder.record([], { actor })).toMatchObject({
      errors: [{ pointer: '', code: 'too-few' }],
    });
    const many = Array.from({ length: 501 }, () => amendment);
    expect(await recorder.record(many, { actor })).toMatchObject({
      errors: [{ pointer: '', code: 'too-many' }],
    });
    expect(await recorder.record(many.slice(1), { actor })).toMatchObject({ outcome: 'recorded' });
  });
});

describe('a repeated event', () => {
  test('returns the first result again', async () => {
    const event = { ...briefing, id: uuid(1) };
    const first = await record(event);
    const again = await recorder.record(event, { actor: 'another' });
    expect(again).toEqual({ outcome: 'repeated', events: [first], warnings: [] });
  });

  test('returns the first result again, even if the record has more events now', async () => {
    const first = await record({ ...mou, id: uuid(1) });
    await record(amendment);
    expect(await recorder.record({ ...mou, id: uuid(1) }, { actor })).toMatchObject({
      outcome: 'repeated',
      events: [first],
    });
  });

  test.each([
    ['retraction', retraction(uuid(1))],
    ['correction', correction(uuid(1))],
    [
      'correction with a country by name',
      correction(uuid(1), mou.stream, { ...mou.data, place: { country: 'China' } }),
    ],
  ])('is no conflict when it is a %s', async (_name, curation) => {
    await record({ ...mou, id: uuid(1) });
    const first = await record({ ...curation, id: uuid(2) });
    await record(amendment);
    const again = await recorder.record({ ...curation, id: uuid(2) }, { actor });
    expect(again).toMatchObject({ outcome: 'repeated', events: [first] });
  });

  test('never fails an outdated precondition', async () => {
    await record({ ...mou, id: uuid(1) });
    const sent = { ...retraction(uuid(1)), id: uuid(2) };
    const precondition = (actual: unknown) => actual === 0;
    const first = recorded(await recorder.record(sent, { actor, precondition }));
    const again = await recorder.record(sent, { actor, precondition });
    expect(again).toMatchObject({ outcome: 'repeated', events: [first] });
  });

  test('is refused if its content differs', async () => {
    await record({ ...briefing, id: uuid(1) });
    const outcome = await recorder.record({ ...briefing, id: uuid(1), occurred: '2025-10-14' }, { actor });
    expect(outcome).toEqual({ outcome: 'id-taken', id: uuid(1) });
  });

  test('is refused if only part of the array was recorded', async () => {
    await record({ ...mou, id: uuid(1) });
    const outcome = await recorder.record(
      [
        { ...mou, id: uuid(1) },
        { ...amendment, id: uuid(2) },
      ],
      { actor },
    );
    expect(outcome).toEqual({ outcome: 'id-taken', id: uuid(1) });
  });
});

describe('an event for an existing record', () => {
  test('is appended after the others without a precondition', async () => {
    await record(mou);
    expect(await record(amendment)).toMatchObject({ stream: mou.stream, revision: 1 });
  });

  test('takes one append and no read if this process appended to the record before', async () => {
    await record({ ...mou, id: uuid(1) });
    expect(store).toMatchObject({ reads: 0, appends: 1 });
    await record({ ...correction(uuid(1)), id: uuid(2) });
    await record(amendment);
    await record(retraction(uuid(1)));
    expect(store).toMatchObject({ reads: 0, appends: 4 });
  });

  test('takes one append and one read if another process made the record', async () => {
    await createRecorder(store).record(mou, { actor });
    await record(amendment);
    expect(store).toMatchObject({ reads: 1, appends: 2 });
    await record(amendment);
    expect(store).toMatchObject({ reads: 1, appends: 3 });
  });

  test('is validated against what another process has appended since', async () => {
    await record(mou);
    await createRecorder(store).record({ ...amendment, id: uuid(1) }, { actor });
    const longer = { amendment: 'The refinery is to be built in Karachi by 2031.' };
    expect(await record(correction(uuid(1), mou.stream, longer))).toMatchObject({ revision: 2 });
  });

  test('fulfils or fails a precondition on what another process has appended since', async () => {
    await record(mou);
    await createRecorder(store).record(amendment, { actor });
    const at = (revision: number) => ({ actor, precondition: (actual: unknown) => actual === revision });
    const wrong = { outcome: 'wrong-revision', stream: mou.stream, actual: 1 };
    expect(await recorder.record(amendment, at(0))).toEqual(wrong);
    expect(await recorder.record(amendment, at(1))).toMatchObject({ events: [{ revision: 2 }] });
  });

  test('is refused for a failed precondition before anything else is checked', async () => {
    await record({ ...mou, id: uuid(1) });
    await record(retraction(uuid(1)));
    const outcome = await recorder.record(retraction(uuid(1)), {
      actor,
      precondition: (actual) => actual === 0,
    });
    expect(outcome).toEqual({ outcome: 'wrong-revision', stream: mou.stream, actual: 1 });
  });

  test('is refused if the record must be new', async () => {
    await record(mou);
    const outcome = await recorder.record(mou, { actor, precondition: (actual) => actual === 'no-stream' });
    expect(outcome).toEqual({ outcome: 'wrong-revision', stream: mou.stream, actual: 0 });
  });

  test('is refused if the record must exist and does not', async () => {
    const outcome = await recorder.record(mou, { actor, precondition: (actual) => actual !== 'no-stream' });
    expect(outcome).toEqual({ outcome: 'wrong-revision', stream: mou.stream, actual: 'no-stream' });
  });

  test('records the schema version of a correction’s payload', async () => {
    const stream = 'shipment-antimony-2025';
    await record({ ...shipment, stream, id: uuid(1) });
    await record({ ...shipment, stream, type: 'ShipmentArrived', data: {}, id: uuid(2) });
    const metadata = async (corrects: number, data: object) =>
      (await record(correction(uuid(corrects), stream, data))).metadata;
    expect(await metadata(1, { ...shipment.data, topics: ['antimony'] })).toBe(
      '{"actor":"desk","correctedSchemaVersion":2,"schemaVersion":1}',
    );
    expect(await metadata(2, { places: [{ country: 'US' }] })).toBe(
      '{"actor":"desk","correctedSchemaVersion":3,"schemaVersion":1}',
    );
  });

  test('is refused if it corrects something that does not exist', async () => {
    expect(await recorder.record(correction(uuid(9)), { actor })).toMatchObject({
      outcome: 'not-found',
      errors: [{ pointer: '/stream', code: 'unknown-record' }],
    });
    await record(mou);
    expect(await recorder.record(correction(uuid(9)), { actor })).toMatchObject({
      outcome: 'not-found',
      errors: [{ pointer: '/data/corrects', code: 'unknown-event' }],
    });
  });

  test('is refused if the corrected payload is invalid for its type', async () => {
    await record({ ...mou, id: uuid(1) });
    const { title: _title, ...data } = mou.data;
    expect(await recorder.record(correction(uuid(1), mou.stream, data), { actor })).toMatchObject({
      outcome: 'invalid',
      errors: [{ pointer: '/data/data/title', code: 'missing-field' }],
    });
  });

  test('is validated again if another writer was faster', async () => {
    // given: another writer retracts the same event just before the append
    await record({ ...mou, id: uuid(1) });
    const other = createRecorder(store);
    store.beforeAppend = () => {
      store.beforeAppend = undefined;
      return other.record(retraction(uuid(1)), { actor });
    };
    const outcome = await recorder.record(retraction(uuid(1)), { actor });
    expect(outcome).toMatchObject({ outcome: 'conflict', errors: [{ code: 'already-retracted' }] });
  });

  test('is refused as contended if other writers never stop', async () => {
    await record(mou);
    const other = createRecorder(store);
    store.beforeAppend = async () => {
      const hook = store.beforeAppend;
      store.beforeAppend = undefined;
      await other.record(amendment, { actor });
      store.beforeAppend = hook;
    };
    expect(await recorder.record(amendment, { actor })).toEqual({ outcome: 'contended', stream: mou.stream });
  });

  test('waits for events sent before it at the same time', async () => {
    const sent = [
      { ...mou, id: uuid(1) },
      amendment,
      correction(uuid(1)),
      retraction(uuid(1)),
      retraction(uuid(1)),
    ];
    const outcomes = await Promise.all(sent.map((each) => recorder.record(each, { actor })));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'recorded',
      'recorded',
      'recorded',
      'recorded',
      'conflict',
    ]);
  });
});

describe('a warning', () => {
  const warnings = async (input: unknown) => {
    const outcome = await recorder.record(input, { actor });
    return outcome.outcome === 'recorded'
      ? outcome.warnings.map(({ code, pointer }) => [code, pointer])
      : outcome;
  };

  test('is returned for a shipment whose agreement is not recorded', async () => {
    expect(await warnings(shipment)).toEqual([['unknown-record', '/data/implements/0']]);
    await record(mou);
    expect(await warnings(shipment)).toEqual([]);
  });

  test('needs no read if this process appended to what the event refers to', async () => {
    await record(mou);
    expect(await warnings(shipment)).toEqual([]);
    expect(store.reads).toBe(0);
  });

  test('is not returned if another process appended to what the event refers to', async () => {
    await createRecorder(store).record(mou, { actor });
    expect(await warnings(shipment)).toEqual([]);
  });

  test('is left out, and the event recorded, if the log is unavailable when the agreement is looked up', async () => {
    store.readEvent = () => Promise.reject(new StoreUnavailableError());
    store.readStream = () => Promise.reject(new StoreUnavailableError());
    expect(await warnings(shipment)).toEqual([]);
  });

  test('is returned for a link to something that is not recorded', async () => {
    const { id } = await record(mou);
    const link = (to: string) => ({
      ...amendment,
      type: 'RecordLinked',
      data: { from: mou.stream, to, relation: 'cites', basis: 'The text says so.' },
    });
    expect(await warnings(link('briefing-none'))).toEqual([['unknown-record', '/data/to']]);
    expect(await warnings(link(uuid(7)))).toEqual([['unknown-record', '/data/to']]);
    expect(await warnings(link(id))).toEqual([]);
  });

  test('is returned for an arrival only if the shipment was never dispatched', async () => {
    const stream = 'shipment-antimony-2025';
    const arrived = { ...shipment, stream, type: 'ShipmentArrived', data: {} };
    await record({ ...shipment, stream });
    expect(await warnings(arrived)).toEqual([['arrival-without-dispatch', undefined]]);
    await record({ ...arrived, type: 'ShipmentDispatched' });
    expect(await warnings(arrived)).toEqual([]);
  });

  test('is returned for a field that deserves a second look, by the clock of the recorder', async () => {
    recorder = createRecorder(store, { clock, randomBytes });
    expect(await warnings({ ...mou, id: uuid(1), occurred: '2025-12-08' })).toEqual([
      ['future-date', '/occurred'],
    ]);
    const goods = [{ description: 'antimony', hsCode: '7701' }];
    expect(await warnings(correction(uuid(1), mou.stream, { ...mou.data, goods }))).toEqual([
      ['unknown-hs-code', '/data/data/goods/0/hsCode'],
    ]);
  });

  test('has a pointer into the array', async () => {
    const stream = 'shipment-antimony-2025';
    const dispatched = { ...shipment, stream, type: 'ShipmentDispatched' };
    expect(await warnings([{ ...shipment, stream }, dispatched])).toEqual([
      ['unknown-record', '/0/data/implements/0'],
      ['unknown-record', '/1/data/implements/0'],
    ]);
  });
});

describe('an imported history', () => {
  const exported = async () =>
    (await store.readAll({ direction: 'forwards', maxCount: 100 })).map(storedEnvelopeJson);

  beforeEach(async () => {
    await record({ ...mou, id: uuid(1), data: { ...mou.data, place: { country: '巴基斯坦' } } });
    await record({ ...briefing, correlationId: uuid(8) });
    await record(correction(uuid(1), mou.stream, { ...mou.data, place: { country: 'Burma' } }));
    await record({ ...retraction(uuid(1)), id: uuid(2) });
  });

  test('is equal, byte for byte, in a log with another clock', async () => {
    const before = await exported();
    const copy = new InMemoryEventStore(() => new Date('2031-01-01T00:00:00Z'));
    const restorer = createRecorder(copy);
    for (const envelope of before) {
      expect(await restorer.restore(JSON.parse(envelope))).toMatchObject({ outcome: 'recorded' });
    }
    const after = (await copy.readAll({ direction: 'forwards', maxCount: 100 })).map(storedEnvelopeJson);
    expect(after).toEqual(before);
  });

  test('can be imported again from the start', async () => {
    for (const envelope of await exported()) {
      expect(await recorder.restore(JSON.parse(envelope))).toMatchObject({ outcome: 'repeated' });
    }
  });

  test('can be imported one stream at a time', async () => {
    const events = (await exported())
      .map((text) => JSON.parse(text))
      .filter(({ stream }) => stream === mou.stream);
    const restorer = createRecorder(new InMemoryEventStore(clock));
    expect(await restorer.restore(events)).toMatchObject({
      outcome: 'recorded',
      events: [{ revision: 0 }, {}, { revision: 2 }],
    });
  });

  test.each<[string, (envelope: Record<string, unknown>) => object, string]>([
    ['it lacks a field that the server sets', ({ recordedAt: _, ...rest }) => rest, '/recordedAt'],
    [
      'its time of recording is not an instant',
      (envelope) => ({ ...envelope, recordedAt: '2025-12-05' }),
      '/recordedAt',
    ],
    ['its date is not a date', (envelope) => ({ ...envelope, occurred: 'soon' }), '/occurred'],
    ['it has an unknown field', (envelope) => ({ ...envelope, colour: 'red' }), '/colour'],
    [
      'its countries are not codes',
      (envelope) => ({ ...envelope, data: { ...mou.data, place: { country: 'China' } } }),
      '',
    ],
  ])('is refused when %s', async (_name, alter, pointer) => {
    const [envelope = ''] = await exported();
    const outcome = await createRecorder(new InMemoryEventStore(clock)).restore(alter(JSON.parse(envelope)));
    expect(outcome).toMatchObject({ outcome: 'invalid', errors: [{ pointer }] });
  });

  test('is refused in the form that reads return, which may be upcast', async () => {
    const data = { places: [olderArrival.data.place] };
    const read = { ...olderArrival, schemaVersion: 2, recordedSchemaVersion: 1, data };
    expect(await recorder.restore(read)).toMatchObject({
      outcome: 'invalid',
      errors: [{ pointer: '/recordedSchemaVersion' }],
    });
  });

  test('is refused if it leaves a gap or was recorded too early', async () => {
    const [first, , third] = (await exported()).map((text) => JSON.parse(text));
    const copy = new InMemoryEventStore(() => new Date('2031-01-01T00:00:00Z'));
    const restorer = createRecorder(copy);
    expect(await restorer.restore(third)).toEqual({
      outcome: 'wrong-revision',
      stream: mou.stream,
      actual: 'no-stream',
    });
    expect(await restorer.restore([first, { ...third, revision: 2 }])).toMatchObject({
      errors: [{ pointer: '/1/revision' }],
    });
    await restorer.record(briefing, { actor });
    expect(await restorer.restore(first)).toEqual({
      outcome: 'recorded-at-out-of-order',
      last: '2031-01-01T00:00:00.000Z',
    });
  });
});

describe('an imported history of older schema versions', () => {
  const older = [olderAnnouncement, olderArrival, olderCorrection];

  test.each<[string, readonly unknown[]]>([
    ['one after another', older],
    ['together', [older]],
  ])('is stored byte for byte when it is restored %s', async (_name, parts) => {
    for (const part of parts) expect(await recorder.restore(part)).toMatchObject({ outcome: 'recorded' });
    const stored = await store.readAll({ direction: 'forwards', maxCount: 10 });
    expect(stored.map(storedEnvelopeJson)).toEqual(olderLines);
    expect(await recorder.restore(older)).toMatchObject({ outcome: 'repeated' });
  });

  test('accepts later corrections in the current version', async () => {
    await recorder.restore(older);
    const places = [{ country: 'AE' }, { country: 'US' }];
    const event = await record(correction(olderArrival.id, olderArrival.stream, { places }));
    expect(event.metadata).toBe('{"actor":"desk","correctedSchemaVersion":3,"schemaVersion":1}');
  });

  const arrivedAt = (country: string) => ({ ...olderArrival, data: { place: { country } } });
  const correctedTo = (country: string) => ({
    ...olderCorrection,
    data: { ...olderCorrection.data, data: { place: { country } } },
  });

  test.each<[string, readonly unknown[], string, string]>([
    [
      'its country is ambiguous',
      [olderAnnouncement, arrivedAt('Congo')],
      '/1/data/places/0/country',
      'ambiguous-country',
    ],
    ['its country is not a code', [olderAnnouncement, arrivedAt('USA')], '/1', 'unknown-value'],
    [
      'its corrected country is not a code',
      [olderAnnouncement, olderArrival, correctedTo('USA')],
      '/2',
      'unknown-value',
    ],
    ['it has no payload', [{ ...olderArrival, data: 7 }], '/0/data', 'wrong-type'],
    ['a newer program wrote it', [{ ...olderArrival, schemaVersion: 4 }], '/0/schemaVersion', 'out-of-range'],
    [
      'a newer program wrote its corrected payload',
      [olderAnnouncement, olderArrival, { ...olderCorrection, correctedSchemaVersion: 4 }],
      '/2/correctedSchemaVersion',
      'out-of-range',
    ],
    [
      'it has the version of a corrected payload and corrects nothing',
      [{ ...olderAnnouncement, correctedSchemaVersion: 1 }],
      '/0/correctedSchemaVersion',
      'server-field',
    ],
    ['its type is unknown', [{ ...olderAnnouncement, type: 'MeasureTaken' }], '/0/type', 'unknown-type'],
  ])('is refused when %s', async (_name, envelopes, pointer, code) => {
    expect(await recorder.restore(envelopes)).toMatchObject({
      outcome: 'invalid',
      errors: [{ pointer, code }],
    });
  });
});
