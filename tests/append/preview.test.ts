import { beforeEach, describe, expect, test } from '@jest/globals';
import { previewRecorded } from '../../src/append/preview.ts';
import { createRecorder, type PreviewOutcome, type Recorder } from '../../src/append/recorder.ts';
import { headline, rolesByCountry } from '../../src/domain/record/summary.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { amendment, briefing, correction, mou, retraction, shipment, uuid } from './sent-events.ts';

const actor = 'desk';

let store: InMemoryEventStore;
let recorder: Recorder;

beforeEach(() => {
  store = new InMemoryEventStore(() => new Date('2025-12-05T10:00:00.000Z'));
  recorder = createRecorder(store);
});

const log = () => store.readAll({ direction: 'forwards', maxCount: 100 });
const previewed = (input: unknown) => recorder.preview(input, { actor });

function acceptedPreview(outcome: PreviewOutcome) {
  if (outcome.outcome !== 'accepted') throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return outcome;
}

describe('a preview', () => {
  test('returns the version that an event would make, and records nothing', async () => {
    const { versions, warnings, isRepeat } = acceptedPreview(await previewed({ ...mou, id: uuid(1) }));
    expect(versions.map(headline)).toEqual([
      'Memorandum of understanding signed: US Strategic Metals and Frontier Works Organization, ' +
        'on the development of critical minerals',
    ]);
    expect(versions[0]?.event).toMatchObject({ id: uuid(1), stream: mou.stream, revision: 0, actor });
    expect([warnings, isRepeat]).toEqual([[], false]);
    expect(await log()).toEqual([]);
  });

  test('fills in what a later step inherits from its record', async () => {
    await recorder.record(shipment, { actor });
    const [announced] = await log();
    const { stream } = announced ?? { stream: '' };
    const arrived = { ...shipment, type: 'ShipmentArrived', stream, data: { places: [{ country: 'AE' }] } };
    const { versions, warnings } = acceptedPreview(await previewed(arrived));
    expect([...rolesByCountry(versions[0] as (typeof versions)[number])]).toEqual([
      ['PK', ['origin']],
      ['US', ['destination']],
      ['AE', ['mentioned']],
    ]);
    expect(warnings).toMatchObject([{ code: 'arrival-without-dispatch' }]);
  });

  test('previews each event of an array after the ones before it', async () => {
    const { versions } = acceptedPreview(await previewed([{ ...mou, id: uuid(1) }, amendment]));
    expect(versions.map(({ opening }) => opening?.event.id)).toEqual([undefined, uuid(1)]);
  });

  test('warns of records that do not exist', async () => {
    const { warnings } = acceptedPreview(await previewed(shipment));
    expect(warnings).toMatchObject([{ code: 'unknown-record', pointer: '/data/implements/0' }]);
    await recorder.record(mou, { actor });
    expect(acceptedPreview(await previewed(shipment)).warnings).toEqual([]);
  });

  test.each<[name: string, input: unknown]>([
    ['a missing field', { ...briefing, data: {} }],
    ['an unknown record', correction(uuid(9))],
    ['a second retraction', retraction(uuid(1))],
    ['an id of another event', { ...mou, id: uuid(1), occurred: '2025-09-09' }],
    ['an id of an event of another record', { ...briefing, id: uuid(1) }],
  ])('refuses, like the append, %s', async (_name, input) => {
    await recorder.record([{ ...mou, id: uuid(1) }, retraction(uuid(1))], { actor });
    const outcome = await previewed(input);
    expect(outcome).toEqual(await recorder.record(input, { actor }));
    expect(['invalid', 'not-found', 'conflict', 'id-taken']).toContain(outcome.outcome);
  });

  test('checks the precondition', async () => {
    const precondition = (actual: unknown) => actual === 0;
    const outcome = await recorder.preview(mou, { actor, precondition });
    expect(outcome).toEqual({ outcome: 'wrong-revision', stream: mou.stream, actual: 'no-stream' });
  });

  test('recognises recorded events, even after later events and with a failed precondition', async () => {
    await recorder.record({ ...mou, id: uuid(1) }, { actor });
    await recorder.record(correction(uuid(1), mou.stream, { ...mou.data, subject: 'copper' }), { actor });
    const outcome = await recorder.preview({ ...mou, id: uuid(1) }, { actor, precondition: () => false });
    const { isRepeat, versions } = acceptedPreview(outcome);
    expect(isRepeat).toBe(true);
    expect(versions.map(headline)).toEqual([expect.stringMatching(/critical minerals$/)]);
  });
});

describe('the preview of a recorded event', () => {
  test('equals the preview before it was recorded', async () => {
    const sent = { ...shipment, id: uuid(1), data: { ...shipment.data, origin: { country: 'Pakistan' } } };
    const { versions, warnings } = acceptedPreview(await previewed(sent));
    await recorder.record(sent, { actor });
    await recorder.record(retraction(uuid(1), `shipment-${uuid(1)}`), { actor });
    const [event] = await log();
    if (event === undefined) throw new Error('not recorded');
    const preview = await previewRecorded(store, event);
    expect(preview).toEqual({ outcome: 'accepted', events: [event], versions, warnings, isRepeat: true });
  });
});
