import { describe, expect, test } from '@jest/globals';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordState } from '../../src/domain/record/record-version.ts';
import { correction, id, link, mou, recorded, retraction, shipment, withdrawal } from './events.ts';

const arrival = { ...shipment, type: 'ShipmentArrived', occurred: '2025-11', data: { topics: ['ports'] } };
const amended = { ...mou.data, subject: 'the development of rare earths' };

/** The record after each event, the empty one first. */
function historyOf(...inputs: readonly object[]): readonly RecordState[] {
  const states = [emptyRecord('mou-refinery')];
  for (const event of recorded(...inputs)) states.push(evolveRecord(states.at(-1) as RecordState, event));
  return states;
}

function recordOf(...inputs: readonly object[]): RecordState {
  return historyOf(...inputs).at(-1) as RecordState;
}

function version(state: RecordState | undefined, n: number) {
  const found = state?.versions.get(id(n));
  if (found === undefined) throw new Error(`No version ${n}`);
  return found;
}

describe('a record', () => {
  test('begins empty', () => {
    expect(emptyRecord('mou-a')).toMatchObject({ stream: 'mou-a', revision: -1, versions: new Map() });
  });

  test('contains an event as recorded until it is corrected', () => {
    const state = recordOf(mou);

    expect(state.revision).toBe(0);
    expect(version(state, 1)).toMatchObject({
      type: 'MouSigned',
      data: mou.data,
      event: { id: id(1) },
      occurred: '2025-09-08',
      span: { earliest: '2025-09-08', latest: '2025-09-08' },
      sources: [{ outlet: 'Dawn' }],
      status: 'current',
      versions: 1,
      links: [],
      opening: undefined,
    });
  });
});

describe('a correction', () => {
  test('replaces the payload, keeps the original, and adds its sources', () => {
    const state = recordOf(mou, correction(1, amended));

    expect(version(state, 1)).toMatchObject({
      data: amended,
      event: { data: mou.data },
      occurred: '2025-09-08',
      sources: [{ outlet: 'Dawn' }, { outlet: 'The desk' }],
      status: 'corrected',
      versions: 2,
    });
    expect(state.versions.size).toBe(1);
  });

  test('changes the date if it gives one; a later correction without a date keeps it', () => {
    const state = recordOf(mou, correction(1, mou.data, { occurred: '2025-09-07~' }), correction(1, amended));

    expect(version(state, 1)).toMatchObject({
      data: amended,
      occurred: '2025-09-07~',
      span: { earliest: '2025-09-07', latest: '2025-09-07' },
      versions: 3,
    });
  });

  test('of a correction corrects the same original again', () => {
    const state = recordOf(mou, correction(1, mou.data), correction(2, amended), correction(3, mou.data));

    expect(version(state, 1)).toMatchObject({ data: mou.data, status: 'corrected', versions: 4 });
    expect(state.versions.size).toBe(1);
  });

  test('replaces the links that the payload states', () => {
    const other = { ...shipment.data, implements: ['mou-port', 'mou-road'] };
    const state = recordOf(shipment, correction(1, other));

    expect(version(state, 1).links).toEqual([
      { relation: 'implements', to: 'mou-port' },
      { relation: 'implements', to: 'mou-road' },
    ]);
  });

  test('of the first event updates the steps that inherit from it', () => {
    const states = historyOf(
      shipment,
      arrival,
      correction(1, { ...shipment.data, destination: { country: 'CN' } }),
    );

    expect(version(states.at(-1), 2).opening).toBe(version(states.at(-1), 1));
    expect(version(states.at(-1), 2)).toMatchObject({
      data: arrival.data,
      status: 'current',
      versions: 1,
      opening: { data: { destination: { country: 'CN' } } },
    });
    expect(version(states[2], 2)).toMatchObject({ opening: { data: { destination: { country: 'US' } } } });
  });

  test('of a step keeps the first event and the other steps, the same objects', () => {
    const states = historyOf(shipment, arrival, arrival, correction(2, { topics: ['customs'] }));

    expect(version(states[4], 1)).toBe(version(states[3], 1));
    expect(version(states[4], 3)).toBe(version(states[3], 3));
    expect(version(states[4], 2)).toMatchObject({
      data: { topics: ['customs'] },
      opening: version(states[3], 1),
    });
  });

  test('of the first event keeps a second event that does not inherit', () => {
    const states = historyOf(mou, { ...mou, occurred: '2025-09-09' }, correction(1, amended));

    expect(version(states[3], 2)).toBe(version(states[2], 2));
    expect(version(states[3], 2).opening).toBeUndefined();
  });

  test('keeps the order in which the events were recorded', () => {
    expect([...recordOf(shipment, arrival, correction(1, shipment.data)).versions.keys()]).toEqual([
      id(1),
      id(2),
    ]);
  });
});

describe('a retraction', () => {
  test('marks the event, which stays readable as it was last corrected', () => {
    const state = recordOf(mou, correction(1, amended), retraction(1));

    expect(version(state, 1)).toMatchObject({ data: amended, status: 'retracted', versions: 3 });
    expect(version(state, 1).sources).toHaveLength(3);
  });

  test('is final: later events change nothing but the revision', () => {
    const states = historyOf(
      mou,
      retraction(1),
      retraction(1),
      correction(1, amended),
      correction(99, amended),
    );

    for (const state of states.slice(3)) expect(version(state, 1)).toBe(version(states[2], 1));
    expect(states.at(-1)?.revision).toBe(4);
  });
});

describe('a link', () => {
  test('from the record applies to all its events, later ones included, until it is withdrawn', () => {
    const states = historyOf(mou, link('mou-refinery', 'mou-port'), mou, withdrawal(2));
    const contradicts = { relation: 'contradicts', to: 'mou-port', linkedBy: id(2) };

    expect(version(states[2], 1).links).toEqual([contradicts]);
    expect(version(states[3], 3).links).toEqual([contradicts]);
    expect(version(states[4], 1).links).toEqual([]);
    expect(version(states[4], 3).links).toEqual([]);
    expect(version(states[4], 1)).toMatchObject({ status: 'current', versions: 1 });
  });

  test('from one event applies to that event only, and survives its correction', () => {
    const states = historyOf(mou, mou, link(id(2), 'mou-port', 'duplicate-of'), correction(2, amended));

    expect(version(states[3], 1)).toBe(version(states[2], 1));
    expect(version(states[4], 2)).toMatchObject({
      data: amended,
      links: [{ relation: 'duplicate-of', to: 'mou-port', linkedBy: id(3) }],
    });
  });

  test('withdrawn twice, or never made, changes nothing', () => {
    const states = historyOf(
      mou,
      link(id(1), 'mou-port'),
      withdrawal(2),
      withdrawal(2),
      link(id(77), 'mou-port'),
    );

    expect(version(states[5], 1)).toBe(version(states[3], 1));
  });
});

test('evolving a record leaves the earlier record as it was', () => {
  const states = historyOf(shipment, arrival, correction(1, {}), link(id(2), 'mou-port'), retraction(2));

  expect(states.map((state) => state.versions.size)).toEqual([0, 1, 2, 2, 2, 2]);
  expect(version(states[2], 1)).toMatchObject({ data: shipment.data, versions: 1, status: 'current' });
  expect(version(states[3], 2)).toMatchObject({ links: [], status: 'current' });
});
