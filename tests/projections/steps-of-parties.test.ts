import { describe, expect, test } from '@jest/globals';
import { agreements } from '../../projections/agreements.ts';
import { countryTimeline } from '../../projections/country.ts';
import { builders, replay } from '../../src/testing/index.ts';

const build = builders();
const stream = 'mou-rescue';
const state = (name: string, country: string) => ({ name, kind: 'state' as const, country });
const [soviet, american, oman] = [
  state('Soviet Union', 'SU'),
  state('United States', 'US'),
  state('Oman', 'OM'),
];
const treaty = build.mouSigned({
  stream,
  occurred: '1968-04-22',
  title: 'Agreement on the Rescue of Astronauts',
  instrument: 'treaty',
  parties: [soviet, american],
});
const inForce = build.mouEnteredIntoForce({ stream, occurred: '1968-12-03', inForceFrom: '1968-12-03' });

const opened = () => replay({ projections: [countryTimeline, agreements] }).given([treaty, inForce]);

describe('A step of some parties', () => {
  test('is on their timelines only, and the agreement stays as it was', async () => {
    const history = await opened();
    await history.when(
      build.mouEnteredIntoForce({
        stream,
        occurred: '2022-02-04',
        inForceFrom: '2022-02-04',
        parties: [oman],
      }),
    );
    expect(await history.timeline('country', 'SU')).toHaveLength(2);
    expect(await history.timeline('country', 'OM')).toMatchObject([
      { headline: 'Treaty in force for Oman, from 2022-02-04', countries: ['OM'], roles: ['party'] },
    ]);
    const chain = await history.state(agreements, stream);
    expect(chain).toMatchObject({ inForceFrom: '1968-12-03', terminatedOn: null });
    expect(chain.parties.map(({ name }) => name)).toEqual(['Soviet Union', 'United States', 'Oman']);
    expect(chain.participation).toMatchObject([
      { party: { name: 'Oman' }, acts: [{ act: 'entered-into-force-for', effectiveFrom: '2022-02-04' }] },
    ]);
  });

  test('that names all parties, states by their codes, is a step of the agreement', async () => {
    const history = await opened();
    const parties = [state('USSR', 'SU'), state('USA', 'US')];
    await history.when(
      build.mouTerminated({ stream, occurred: '1990', terminatedOn: '1990-06-01', parties }),
    );
    expect(await history.timeline('country', 'SU')).toHaveLength(3);
    expect(await history.state(agreements, stream)).toMatchObject({
      terminatedOn: '1990-06-01',
      participation: [],
    });
  });

  test('ends the agreement for one party only when that party leaves', async () => {
    const history = await opened();
    const left = build.mouTerminated({ stream, occurred: '1985', terminatedOn: '1985', parties: [american] });
    await history.when(left);
    expect(await history.timeline('country', 'SU')).toHaveLength(2);
    expect((await history.timeline('country', 'US')).at(-1)?.['headline']).toBe(
      'Treaty terminated for United States, on 1985',
    );
    const chain = await history.state(agreements, stream);
    expect(chain).toMatchObject({ terminatedOn: null, participation: [{ acts: [{ act: 'withdrew' }] }] });
  });

  test('has no effect on the table of parties once it is retracted', async () => {
    const history = await opened();
    const acceded = build.mouParticipationChanged({ stream, occurred: '2022', party: oman, act: 'acceded' });
    await history.when([acceded, build.eventRetracted(acceded)]);
    expect((await history.state(agreements, stream)).participation).toEqual([]);
    expect(await history.timeline('country', 'OM')).toMatchObject([{ status: 'retracted' }]);
  });
});
