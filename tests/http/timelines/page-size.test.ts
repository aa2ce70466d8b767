import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateEvents } from '../../bench/generate-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { askTwice as ask } from '../support/client.ts';

const EVENTS = 600;
const BYTES_MAX = 100_000;

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  const lines = [...generateEvents(EVENTS)].map((event) => JSON.stringify(event)).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  const { text } = await ask(harness.url, '/events', { method: 'POST', headers, body: lines });
  expect(text).toContain(`"recorded":${EVENTS}`);
});

afterAll(() => harness.close());

test.each(['/countries/US', '/topics/trade', '/relations/CN/US', '/statements'])(
  'a page of %s with fifty entries is smaller than 100 kB',
  async (path) => {
    const page = await ask(harness.url, `${path}?order=desc&after=${EVENTS}`, {
      headers: { accept: 'text/html' },
    });
    expect(page.status).toBe(200);
    expect(page.text.match(/<li class="entry/g)?.length).toBeGreaterThan(20);
    expect(Buffer.byteLength(page.text)).toBeLessThan(BYTES_MAX);
  },
);

test('a page has at most two hundred entries', async () => {
  const { text } = await ask(harness.url, `/countries/US?limit=200&after=${EVENTS}`, {
    headers: { accept: 'text/html' },
  });
  expect(text.match(/<li class="entry/g)).toHaveLength(200);
  const tooMany = await ask(harness.url, '/countries/US?limit=201', { headers: { accept: 'text/html' } });
  expect(tooMany.status).toBe(400);
});
