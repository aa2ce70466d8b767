import { describe, expect, test } from '@jest/globals';
import { type HistoryVersion, historyOf, type RecordHistory } from '../../src/domain/record/history.ts';
import { correction, id, link, mou, recorded, retraction, shipment, withdrawal } from './events.ts';

const [ussm, fwo] = mou.data.parties;

/** What the events, with ids 1, 2, 3…, did to the nth of them. */
function history(n: number, ...inputs: readonly object[]): RecordHistory {
  return historyOf(id(n), 'mou-refinery', recorded(...inputs));
}

function corrected(corrects: number, changes: object, more: object = {}) {
  return correction(corrects, { ...mou.data, ...changes }, more);
}

/** `version status made-by`. */
function outline({ versions }: RecordHistory): readonly string[] {
  return versions.map(({ version, status, by }) => `${version} ${status} ${Number(by.event.slice(-12))}`);
}

function changesOf(n: number, ...inputs: readonly object[]): HistoryVersion['changes'] {
  return history(n, ...inputs).versions.at(-1)?.changes ?? [];
}

describe('the history of an event', () => {
  test('begins with the event itself', () => {
    expect(history(1, mou).versions).toEqual([
      {
        version: 1,
        status: 'current',
        occurred: '2025-09-08',
        data: mou.data,
        sources: 1,
        by: {
          event: id(1),
          type: 'MouSigned',
          position: '1',
          recordedAt: '2025-10-14T00:00:00.000Z',
          actor: 'desk',
        },
        changes: [],
      },
    ]);
  });

  test('has a version for each correction, those of corrections too, and for the retraction', () => {
    const result = history(
      1,
      mou,
      corrected(1, { subject: 'ores' }),
      corrected(2, { subject: 'rare earths' }),
      retraction(1),
    );

    expect(outline(result)).toEqual(['1 current 1', '2 corrected 2', '3 corrected 3', '4 retracted 4']);
    expect(result.versions.map(({ reason }) => reason)).toEqual([
      undefined,
      'Misread',
      'Misread',
      'Recorded twice',
    ]);
    expect(result.versions.map(({ sources }) => sources)).toEqual([1, 2, 3, 4]);
    expect(result.versions.map(({ changes }) => changes)).toEqual([
      [],
      [{ pointer: '/data/subject', before: mou.data.subject, after: 'ores' }],
      [{ pointer: '/data/subject', before: 'ores', after: 'rare earths' }],
      [],
    ]);
    expect(result.versions.at(-1)?.data).toMatchObject({ subject: 'rare earths' });
    expect([...result.concerning]).toEqual([id(2), id(3), id(4)]);
    expect(result.state.revision).toBe(3);
  });

  test('does not take an event’s own reason for that of a correction', () => {
    const returned = { ...shipment, type: 'ShipmentReturned', data: { reason: 'Wet' } };
    expect(history(1, returned).versions).not.toContainEqual(
      expect.objectContaining({ reason: expect.anything() }),
    );
  });

  test('keeps its last version when what comes after the retraction changes nothing', () => {
    const result = history(1, mou, retraction(1), retraction(1), corrected(1, { subject: 'ores' }));
    expect(outline(result)).toEqual(['1 current 1', '2 retracted 2']);
  });

  test('has no version for links made and withdrawn, nor for what happened to other events', () => {
    const result = history(
      1,
      mou,
      mou,
      link('mou-refinery', 'mou-port'),
      link(id(1), 'mou-road'),
      withdrawal(3),
      corrected(2, { subject: 'ores' }),
    );
    expect(outline(result)).toEqual(['1 current 1']);
    expect([...result.concerning]).toEqual([]);
  });

  test('of a step has no version for the correction of the opening that it inherits from', () => {
    const arrival = { ...shipment, type: 'ShipmentArrived', data: {} };
    const rerouted = correction(1, { ...shipment.data, destination: { country: 'CN' } });
    const result = history(2, shipment, arrival, rerouted, correction(2, { topics: ['ports'] }));

    expect(outline(result)).toEqual(['1 current 2', '2 corrected 4']);
    expect(result.versions.at(-1)?.changes).toEqual([{ pointer: '/data/topics', after: ['ports'] }]);
    expect(outline(history(1, shipment, arrival, rerouted))).toEqual(['1 current 1', '2 corrected 3']);
  });

  test('of a curation event is empty, and names what withdrew it', () => {
    const events = [mou, corrected(1, {}), link(id(1), 'mou-port'), withdrawal(3), corrected(2, {})];
    expect(history(2, ...events)).toMatchObject({ versions: [], concerning: new Set() });
    expect(history(3, ...events)).toMatchObject({ versions: [], concerning: new Set([id(4)]) });
  });
});

describe('the changes of a version', () => {
  test('point to the field at any depth, with its value before and after', () => {
    expect(changesOf(1, mou, corrected(1, { parties: [ussm, { ...fwo, country: 'IN' }] }))).toEqual([
      { pointer: '/data/parties/1/country', before: 'PK', after: 'IN' },
    ]);
  });

  test('include added and removed fields', () => {
    const { topics: _topics, ...data } = mou.data;
    expect(changesOf(1, mou, correction(1, { ...data, binding: false }))).toEqual([
      { pointer: '/data/topics', before: ['critical-minerals'] },
      { pointer: '/data/binding', after: false },
    ]);
    const third = { name: 'Third', kind: 'company' };
    expect(changesOf(1, mou, corrected(1, { parties: [ussm, fwo, third] }))).toEqual([
      { pointer: '/data/parties/2', after: third },
    ]);
    expect(changesOf(1, mou, corrected(1, { parties: [ussm, fwo, third] }), corrected(1, {}))).toEqual([
      { pointer: '/data/parties/2', before: third },
    ]);
  });

  test('include the date', () => {
    expect(changesOf(1, mou, corrected(1, {}, { occurred: '2025-09-07~' }))).toEqual([
      { pointer: '/occurred', before: '2025-09-08', after: '2025-09-07~' },
    ]);
  });

  test('are empty if the correction changes nothing', () => {
    expect(outline(history(1, mou, corrected(1, {})))).toEqual(['1 current 1', '2 corrected 2']);
    expect(changesOf(1, mou, corrected(1, {}))).toEqual([]);
  });
});
