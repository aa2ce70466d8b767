import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { entryTypes } from '../../../src/domain/event-types/registry.ts';
import type { Harness } from '../../harness.ts';
import { ask } from '../support/client.ts';
import { startWithGeneratedEvents } from '../support/generated-history.ts';

const EVENTS = 700;

let chancery: Harness;
beforeAll(async () => {
  chancery = await startWithGeneratedEvents(EVENTS);
});
afterAll(() => chancery.close());

async function totalIn(query: string): Promise<number> {
  return (await ask(chancery.url, `/countries/US?limit=1&${query}`)).json.total;
}

async function entriesIn(query: string): Promise<number> {
  let [count, cursor] = [0, ''];
  do {
    const { json } = await ask(chancery.url, `/countries/US?limit=200&${query}${cursor}`);
    count += json.entries.length;
    cursor = json.next === null ? '' : `&cursor=${json.next}`;
  } while (cursor !== '');
  return count;
}

/** Returns the queries of the counts that the rows are read for from now on. */
function countsRead(): readonly object[] {
  const { reader } = chancery.projections.country;
  if (reader === undefined) throw new Error('There are no rows.');
  const read: object[] = [];
  const density = reader.density.bind(reader);
  reader.density = (key, query) => {
    read.push(query);
    return density(key, query);
  };
  return read;
}

const RANGES = [
  ...['from=2009-01-05', 'to=2009-01-20', 'from=2009-01-05&to=2009-01-20', 'from=2009-01&to=2009-01'],
  ...['from=2009-01-12&to=2009-01-12', 'from=2009-02', 'to=2008', 'from=2009'],
];

test('the total of a range of days is the number of its entries, also once the timeline was counted', async () => {
  const read = countsRead();
  for (const range of RANGES) {
    for (const certain of ['certain=false', 'certain=true']) {
      const query = `${range}&${certain}`;
      expect([query, await totalIn(query)]).toEqual([query, await entriesIn(query)]);
    }
  }
  expect(read.length).toBeLessThan(RANGES.length);
  expect(read.at(-1)).not.toHaveProperty('from');
});

test('the total of the dates that are certain is the number of their entries', async () => {
  const certain = await totalIn('certain=true');
  expect(certain).toBe(await entriesIn('certain=true'));
  expect(certain).toBeLessThan(await totalIn('certain=false'));
});

test('the total of a filter is exact up to 500 where dates are too many to count, also on pages', async () => {
  const { reader } = chancery.projections.events;
  if (reader === undefined) throw new Error('There are no rows.');
  reader.density = () => undefined;
  const all = entryTypes().map(({ name }) => name);
  const html = { headers: { accept: 'text/html' } };
  for (const types of [all, ['MouSigned']]) {
    const url = `/search/entries?types=${types.join(',')}`;
    const lines = (await ask(chancery.url, url.replace('?', '.ndjson?'))).text.trim().split('\n').length;
    const { json } = await ask(chancery.url, url);
    const expected = { total: Math.min(lines, 500), isTotalExact: lines <= 500 };
    expect(json).toMatchObject(expected);
    const { text } = await ask(chancery.url, url, html);
    expect(text).toContain(`50 of ${expected.isTotalExact ? lines : 'more than 500'} entries, newest first`);
    expect(expected.isTotalExact).toBe(types.length === 1);
  }
});
