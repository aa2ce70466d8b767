import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mou } from '../append/sent-events.ts';
import { type Harness, startHarness } from '../harness.ts';
import { ask, post } from './client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

async function sign(day: number): Promise<void> {
  const { status } = await post(chancery.url, { ...mou, stream: `mou-${day}`, occurred: `2025-09-0${day}` });
  expect(status).toBe(201);
}

/** Each time that the page's table has entries for, and how many. */
async function spread(query: string): Promise<readonly string[]> {
  const { text } = await ask(chancery.url, `/countries/PK?${query}`, { headers: { accept: 'text/html' } });
  return [...text.matchAll(/<th scope="row">([^<]+)<\/th><td>(\d+)/g)].map(
    ([, time, entries]) => `${time}: ${entries}`,
  );
}

describe('How a timeline is spread over time', () => {
  test('is that of the state that the page shows, however often it was asked for before', async () => {
    await sign(8);
    expect(await spread('after=1')).toEqual(['8 September 2025: 1']);
    await sign(9);
    expect(await spread('after=2')).toEqual(['8 September 2025: 1', '9 September 2025: 1']);
    expect(await spread('asOf=1')).toEqual(['8 September 2025: 1']);
    expect(await spread('asOf=1&order=desc')).toEqual(['8 September 2025: 1']);
  });

  test('is that of what the filter lets through, and of all pages of it', async () => {
    await sign(8);
    await sign(9);
    const both = ['8 September 2025: 1', '9 September 2025: 1'];
    expect(await spread('after=2')).toEqual(both);
    expect(await spread('limit=1&order=desc')).toEqual(both);
    expect(await spread('from=2025-09-09')).toEqual(['9 September 2025: 1']);
    expect(await spread('types=BriefingHeld')).toEqual([]);
    expect(await spread('types=MouSigned')).toEqual(both);
  });
});
