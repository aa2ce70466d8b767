import { beforeEach, describe, expect, test } from '@jest/globals';
import { contradictions } from '../../projections/contradictions.ts';
import { builders, type Replay, replay, replayMatchers } from '../../src/testing/index.ts';

expect.extend(replayMatchers);

const build = builders();
const stream = 'shipment-a';
const announced = build.shipmentAnnounced({ stream });
const arrived = build.shipmentArrived({ stream, occurred: '2025-10-20' });
const said = (
  key: string,
  speechAct: 'deny' | 'reject' | 'not-aware' | 'affirm',
  about: readonly string[],
) => ({
  key,
  speaker: { name: 'Randhir Jaiswal', kind: 'person' as const, country: 'IN' },
  speechAct,
  text: [{ language: 'en', value: 'There was no such shipment.' }],
  quoted: 'paraphrase' as const,
  about: [...about],
});
const denial = build.briefingHeld({
  stream: 'briefing-in',
  occurred: '2025-10-21',
  statements: [
    said('1', 'deny', [stream]),
    said('2', 'not-aware', [arrived.id]),
    said('3', 'affirm', ['mou-a']),
  ],
});

let history: Replay<'contradictions'>;

beforeEach(async () => {
  history = await replay({ projections: [contradictions] }).given([announced, arrived, denial]);
});

const timeline = async (key: string, asOf?: string) => {
  const at = asOf === undefined ? history : history.asOf(asOf);
  return (await at.timeline('contradictions', key)).map(({ id, contradicts }) => ({ id, contradicts }));
};
const denies = (state: 'open' | 'confirmed', against = stream) => [
  { id: denial.id, contradicts: [{ kind: 'denial', statement: '1', against, state }] },
];

describe('A statement that denies something', () => {
  test('is an open candidate, under both of its ends', async () => {
    for (const key of ['*', 'open', stream, 'briefing-in', denial.id]) {
      expect(await timeline(key)).toEqual(denies('open'));
    }
    expect(await timeline('confirmed')).toEqual([]);
  });

  test('is confirmed by a link, from either end, as of the event that made it', async () => {
    await history.when(build.recordLinked(denial, stream, 'contradicts'));
    expect(await timeline('confirmed')).toEqual(denies('confirmed'));
    expect(await timeline('open')).toEqual([]);
    expect(await timeline('open', '3')).toEqual(denies('open'));
  });

  test('is confirmed by a link from what it denies', async () => {
    await history.when(build.recordLinked(stream, denial, 'contradicts'));
    expect(await timeline('*')).toEqual(denies('confirmed'));
  });

  test('is one of at most 100 candidates of its event, unless it is confirmed', async () => {
    const about = (from: number) => Array.from({ length: 60 }, (_, index) => `shipment-${from + index}`);
    const statements = [said('1', 'deny', about(0)), said('2', 'reject', about(60))];
    const many = build.briefingHeld({ stream: 'briefing-many', occurred: '2025-10-21', statements });
    await history.when(many);
    const found = async () => (await timeline('briefing-many'))[0]?.contradicts as object[];
    expect(await found()).toHaveLength(100);
    await history.when(build.recordLinked(many, 'shipment-119', 'contradicts'));
    expect(await found()).toHaveLength(101);
    expect(await timeline('confirmed')).toMatchObject([{ id: many.id }]);
  });

  test('is no candidate once a link says that both can stand', async () => {
    const link = build.recordLinked(denial, stream, 'corroborates');
    await history.when(link);
    expect(await timeline('*')).toEqual([]);
    await history.when(build.linkWithdrawn(link));
    expect(await timeline('*')).toEqual(denies('open'));
  });

  test('stays a candidate when a link says only that it responds', async () => {
    await history.when(build.recordLinked(denial, stream, 'responds-to'));
    expect(await timeline('*')).toEqual(denies('open'));
  });

  test('is no candidate once it is retracted, or corrected to say something else', async () => {
    const statements = [said('1', 'not-aware', [stream])];
    await history.when(build.eventCorrected(denial, { statements }));
    expect(await timeline('*')).toEqual([]);
    expect(await timeline('*', '3')).toEqual(denies('open'));
    await history.when(build.eventRetracted(denial));
    expect(await timeline('*')).toEqual([]);
  });

  test('of its own record is none', async () => {
    const own = build.briefingHeld({
      stream: 'briefing-own',
      statements: [said('1', 'deny', ['briefing-own'])],
    });
    await history.when(own);
    expect(await timeline('briefing-own')).toEqual([]);
  });
});

test('Two events of a record that are at odds are confirmed by a link between them', async () => {
  const second = build.shipmentArrived({ stream, occurred: '2025-10-12' });
  await history.when(second);
  const conflict = { kind: 'dates', against: arrived.id };
  expect(await timeline(arrived.id)).toEqual([
    { id: second.id, contradicts: [{ ...conflict, state: 'open' }] },
  ]);
  await history.when(build.recordLinked(arrived, second, 'contradicts'));
  expect(await timeline('confirmed')).toEqual([
    { id: second.id, contradicts: [{ ...conflict, state: 'confirmed' }] },
  ]);
});

test.each(['memory', 'sqlite'] as const)(
  'Candidates obey the laws of replay in a store of kind %s',
  async (store) => {
    const second = build.shipmentArrived({ stream, occurred: '2025-10-12' });
    const cancelled = build.shipmentCancelled({ stream, occurred: '2025-10-13' });
    const link = build.recordLinked(denial, stream, 'contradicts');
    const log = [
      ...[
        announced,
        arrived,
        denial,
        second,
        cancelled,
        link,
        build.eventCorrected(arrived, { occurred: '2025-10-12' }),
      ],
      ...[
        build.recordLinked(second, cancelled, 'replaces'),
        build.eventRetracted(denial),
        build.linkWithdrawn(link),
      ],
      build.eventRetracted(cancelled),
    ];
    await expect(contradictions).toObeyReplayLaws(log, { runs: store === 'memory' ? 20 : 5, store });
  },
);
