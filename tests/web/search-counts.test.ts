import { expect, test } from '@jest/globals';
import { searchCounts } from '../../src/web/pages/search-counts.ts';
import { PageUrl } from '../../src/web/text/url.ts';

test.each([
  ['all entries', { total: 500, isTotalExact: true }, false],
  ['the first of more entries', { total: 501, isTotalExact: true }, true],
  ['the first of more entries than were looked up', { total: 500, isTotalExact: false }, true],
])('searchCounts says so unless the counts are of all entries: %s', (_, total, isPartial) => {
  const counts = { countries: [], topics: [], types: [], years: [] };
  const firstAppeared = { occurred: undefined, recorded: undefined };
  const list = searchCounts(new PageUrl('/search?q=ore'), { ...total, counted: 500, counts, firstAppeared });
  expect(String(list).includes('Counts of the first 500 entries.')).toBe(isPartial);
});
