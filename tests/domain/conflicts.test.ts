import { describe, expect, test } from '@jest/globals';
import { contradictions } from '../../projections/contradictions.ts';
import { builders, replay, replayMatchers, type SentEvent } from '../../src/testing/index.ts';

expect.extend(replayMatchers);

const build = builders();
const stream = 'shipment-a';
const announced = build.shipmentAnnounced({ stream, occurred: '2025-10-01' });

/** Returns what is at odds with what, by the days of the two events. */
async function conflictsIn(...events: readonly SentEvent[]): Promise<readonly string[]> {
  const history = await replay({ projections: [contradictions] }).given(events);
  const entries = await history.timeline('contradictions', '*');
  const dayOf = (id: string) => events.find((event) => event.id === id)?.occurred;
  return entries.flatMap(({ id, contradicts }) =>
    (contradicts as readonly { kind: string; against: string }[]).map(
      ({ kind, against }) => `${kind} ${dayOf(id as string)} ${dayOf(against)}`,
    ),
  );
}

const arrivedOn = (occurred: string, more: object = {}) =>
  build.shipmentArrived({ stream, occurred, ...more });
const dispatchedOn = (occurred: string) => build.shipmentDispatched({ stream, occurred });

describe('Two events of a record', () => {
  test('are at odds if they date the same step differently, under the one recorded later', async () => {
    expect(await conflictsIn(announced, arrivedOn('2025-10-20'), arrivedOn('2025-10-12'))).toEqual([
      'dates 2025-10-12 2025-10-20',
    ]);
  });

  test.each([
    ['a month that contains the day', '2025-10'],
    ['an approximate day within its margin', '2025-10-21~'],
    ['an uncertain day, which may be any', '2025-11-30?'],
    ['an interval whose end is not known', '2025-10-01/'],
    ['one of two days', '[2025-10-20,2025-11-02]'],
  ])('agree on %s', async (_what, occurred) => {
    expect(await conflictsIn(announced, arrivedOn('2025-10-20'), arrivedOn(occurred))).toEqual([]);
  });

  test('agree if a shipment arrived at one place and then at another', async () => {
    const [port, refinery] = [[{ name: 'Port Qasim' }], [{ name: 'Refinery' }]];
    const arrivals = [
      arrivedOn('2025-10-12', { places: port }),
      arrivedOn('2025-10-20', { places: refinery }),
    ];
    expect(await conflictsIn(announced, ...arrivals)).toEqual([]);
    const again = arrivedOn('2025-10-14', { places: [{ name: 'PORT QASIM' }] });
    expect(await conflictsIn(announced, ...arrivals, again)).toEqual(['dates 2025-10-14 2025-10-12']);
  });

  test('are at odds if a later step is dated before an earlier one for certain', async () => {
    expect(await conflictsIn(announced, dispatchedOn('2025-10-10'), arrivedOn('2025-10-09'))).toEqual([
      'order 2025-10-09 2025-10-10',
    ]);
    expect(await conflictsIn(announced, dispatchedOn('2025-10-10'), arrivedOn('2025-10'))).toEqual([]);
  });

  test('are at odds if one says that it arrived, and the other that it was cancelled', async () => {
    const cancelled = build.shipmentCancelled({ stream, occurred: '2025-10-15' });
    expect(await conflictsIn(announced, arrivedOn('2025-10-20'), cancelled)).toEqual([
      'exclusion 2025-10-15 2025-10-20',
    ]);
  });

  test('are compared by the day on which an agreement enters into force, for all parties', async () => {
    const parties = ['OM', 'PK'].map((country) => ({ name: country, kind: 'state' as const, country }));
    const inForce = (occurred: string, inForceFrom: string, more = {}) =>
      build.mouEnteredIntoForce({ stream: 'mou-a', occurred, inForceFrom, ...more });
    const signed = build.mouSigned({ stream: 'mou-a', occurred: '2025-09-08', parties });
    expect(
      await conflictsIn(signed, inForce('2025-10-01', '2026-01-01'), inForce('2025-10-02', '2026-01-01')),
    ).toEqual([]);
    expect(
      await conflictsIn(signed, inForce('2025-10-01', '2026-01-01'), inForce('2025-10-02', '2026-02-01')),
    ).toEqual(['dates 2025-10-02 2025-10-01']);
    const forOne = inForce('2025-10-02', '2026-02-01', { parties: parties.slice(0, 1) });
    expect(await conflictsIn(signed, inForce('2025-10-01', '2026-01-01'), forOne)).toEqual([]);
  });

  test('are no longer at odds once one of them is corrected or retracted', async () => {
    const [first, second] = [arrivedOn('2025-10-20'), arrivedOn('2025-10-12')];
    const corrected = build.eventCorrected(first, { occurred: '2025-10-12' });
    expect(await conflictsIn(announced, first, second, corrected)).toEqual([]);
    expect(await conflictsIn(announced, first, second, build.eventRetracted(first))).toEqual([]);
    expect(await conflictsIn(announced, first, second, build.eventRetracted(second))).toEqual([]);
  });

  test('become at odds by a correction of the earlier one', async () => {
    const [first, second] = [arrivedOn('2025-10-12'), arrivedOn('2025-10-12')];
    const corrected = build.eventCorrected(first, { occurred: '2025-10-20' });
    expect(await conflictsIn(announced, first, second, corrected)).toEqual(['dates 2025-10-12 2025-10-12']);
  });
});
