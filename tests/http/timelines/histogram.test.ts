import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mou } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { askTwice as ask, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

async function sign(day: number): Promise<void> {
  const { status } = await post(chancery.url, { ...mou, stream: `mou-${day}`, occurred: `2025-09-0${day}` });
  expect(status).toBe(201);
}

/** Returns the rows of the page's histogram table, with the number of entries. */
async function histogram(query: string): Promise<readonly string[]> {
  const { text } = await ask(chancery.url, `/countries/PK?${query}`, { headers: { accept: 'text/html' } });
  return [...text.matchAll(/<th scope="row"><a[^>]*>([^<]+)<\/a><\/th><td[^>]*>(\d+)/g)].map(
    ([, time, entries]) => `${time}: ${entries}`,
  );
}

describe('the histogram of a timeline', () => {
  test('counts the state that the page shows', async () => {
    await sign(7);
    await sign(8);
    const both = ['7 September 2025: 1', '8 September 2025: 1'];
    expect(await histogram('after=2')).toEqual(both);
    await sign(9);
    expect(await histogram('after=3')).toEqual([...both, '9 September 2025: 1']);
    expect(await histogram('asOf=2')).toEqual(both);
    expect(await histogram('asOf=2&order=asc')).toEqual(both);
  });

  test('counts the entries that pass the filter, on all pages', async () => {
    await sign(8);
    await sign(9);
    const both = ['8 September 2025: 1', '9 September 2025: 1'];
    expect(await histogram('after=2')).toEqual(both);
    expect(await histogram('limit=1&order=asc')).toEqual(both);
    expect(await histogram('from=2025-09-09&to=2025-09-10')).toEqual(['9 September 2025: 1']);
    expect(await histogram('types=BriefingHeld')).toEqual([]);
    expect(await histogram('types=MouSigned')).toEqual(both);
  });
});
