import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { entryPages } from '../../../src/http/timelines/entry-pages.ts';
import { UNFILTERED } from '../../../src/projector/timeline-store.ts';
import { mou } from '../../append/sent-events.ts';
import type { Harness } from '../../harness.ts';
import { post } from '../support/client.ts';
import { startWithGeneratedEvents } from '../support/generated-history.ts';

const EVENTS = 600;

let chancery: Harness;
beforeAll(async () => {
  chancery = await startWithGeneratedEvents(EVENTS);
});
afterAll(() => chancery.close());

async function collected(pages: AsyncIterable<readonly string[]>): Promise<readonly (readonly string[])[]> {
  const all: (readonly string[])[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

test('an export that goes on while events are added has the state that it began with', async () => {
  const { country } = chancery.projections;
  const asOf = country.reader?.checkpoint();
  const filter = { ...UNFILTERED, order: 'asc' } as const;
  const whole = await collected(entryPages(country, 'US', filter, asOf));
  expect(whole.length).toBeGreaterThan(1);

  const pages: (readonly string[])[] = [];
  for await (const page of entryPages(country, 'US', filter, asOf)) {
    pages.push(page);
    const { json } = await post(chancery.url, {
      ...mou,
      stream: `mou-${pages.length}`,
      occurred: '2026-11-01',
    });
    await country.waitFor(json.events[0].position, 10_000);
  }

  expect(pages).toEqual(whole);
  const after = await collected(entryPages(country, 'US', filter, country.reader?.checkpoint()));
  expect(after.flat()).toHaveLength(whole.flat().length + pages.length);
});
