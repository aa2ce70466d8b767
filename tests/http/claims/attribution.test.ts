import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';
import { AFFIRMATION, affirmation, DENIAL, denial, MEETING, meeting } from './talks.ts';

let chancery: Harness;

beforeAll(async () => {
  chancery = await startHarness();
  for (const event of [meeting, affirmation, relayedDenial]) {
    expect((await post(chancery.url, event)).status).toBe(201);
  }
  await ask(chancery.url, '/countries/IN?after=3');
  await ask(chancery.url, '/statements?after=3');
});
afterAll(() => chancery.close());

const get = (path: string, accept = 'application/json') => ask(chancery.url, path, { headers: { accept } });

/** A denial that a minister relays, and that two newspapers print. */
const relayedDenial = {
  ...denial,
  data: {
    ...denial.data,
    statements: denial.data.statements.map((said) => ({
      ...said,
      attribution: [{ name: 'S. Jaishankar', kind: 'person', country: 'IN' }],
    })),
  },
  sources: [{ outlet: 'The Hindu' }, { outlet: 'Dawn' }],
};

/** Id of the event → its chains, from the speaker, whom no attribution names, to each outlet. */
const CHAINS: readonly (readonly [id: string, chains: readonly string[]])[] = [
  [AFFIRMATION, ['Shafqat Ali Khan < Associated Press of Pakistan < Dawn']],
  [DENIAL, ['Randhir Jaiswal < S. Jaishankar < The Hindu', 'Randhir Jaiswal < S. Jaishankar < Dawn']],
];

interface Entry {
  readonly id: string;
  readonly attribution: readonly unknown[];
}

describe.each(CHAINS)('the attribution of %s', (id, chains) => {
  test('is the same in an entry and its file', async () => {
    const country = id === DENIAL ? 'IN' : 'PK';
    const { entries } = (await get(`/countries/${country}`)).json;
    const entry = entries.find((each: Entry) => each.id === id);
    expect(entry.attribution.map((chain: string[]) => chain.join(' < '))).toEqual(chains);
    expect((await get(`/countries/${country}.csv`)).text).toContain(chains.join('; '));
  });

  test('is the same in a statement, to its first outlet, and its file', async () => {
    const { entries } = (await get('/statements')).json;
    const entry = entries.find((each: Entry) => each.id === id);
    expect(entry.attribution.map(({ name }: { name: string }) => name).join(' < ')).toBe(chains[0]);
    expect((await get('/statements.csv')).text).toContain(`${chains[0]}`);
  });

  test('is the same in the claims', async () => {
    const { json } = await get(`/events/${MEETING}/claims`);
    const claim = json.claims.find(({ event }: { event: string }) => event === id);
    const ways = claim.chains.map((steps: { role: string; actors: { name: string }[] }[]) =>
      steps.map(({ actors }) => actors.map(({ name }) => name)),
    );
    const [[way]] = [ways];
    const before = way.slice(0, -1).flat();
    expect(way.at(-1).map((outlet: string) => [...before, outlet].join(' < '))).toEqual(chains);
  });

  test('is read out on the pages', async () => {
    const [speaker, relay, outlet] = chains[0]?.split(' < ') ?? [];
    const words = `${speaker}, as relayed by ${relay}, in ${outlet}`;
    const country = id === DENIAL ? 'IN' : 'PK';
    for (const path of [`/countries/${country}`, '/statements']) {
      const { text } = await get(path, 'text/html');
      expect([
        path,
        text
          .replace(/<[^>]+>/g, '')
          .replace(/\s+/g, ' ')
          .includes(words),
      ]).toEqual([path, true]);
    }
  });
});
