import { describe, expect, test } from '@jest/globals';
import { type Day, daySerial } from '../../../src/domain/values/edtf.ts';
import { type DensityCount, UNFILTERED } from '../../../src/projector/timeline-store.ts';
import { DatedCounts } from '../../../src/web/chart/dated-counts.ts';
import { binEntries } from '../../../src/web/chart/time-bins.ts';
import { timelineChart } from '../../../src/web/chart/timeline-chart.ts';
import type { TimelineView } from '../../../src/web/components/timeline-view.ts';
import { PageUrl } from '../../../src/web/text/url.ts';

const day = (text: string) => daySerial(text as Day);
const count = (from: string, to: string, type: string, entries: number): DensityCount => {
  return { earliest: day(from), latest: day(to), type, entries };
};
const SIGNED = count('2025-01-08', '2025-01-08', 'MouSigned', 12_000);
const SENT = count('2025-01-09', '2025-01-09', 'ShipmentDispatched', 3);
const INTO_NOVEMBER = count('2025-10-20', '2025-11-20', 'MouSigned', 1);
const LAST = count('2026-12-01', '2026-12-01', 'MouSigned', 1);

function chart(density: readonly DensityCount[] | undefined, filter: { from?: Day; to?: Day } = {}): string {
  const query = new URLSearchParams({ types: 'MouSigned', ...filter });
  const view: TimelineView = {
    url: new PageUrl(`/countries/PK?${query}`),
    origin: 'http://localhost',
    filter: { ...UNFILTERED, ...filter, order: 'desc', limit: 50 },
    errors: [],
    asOf: undefined,
    formats: [],
    total: 0,
    isTotalExact: true,
    isPast: false,
    isEmbedded: false,
    isEmbeddable: false,
    staleness: undefined,
    moments: undefined,
    summary: { key: 'PK', entries: 90_000, earliest: '2010-03-01' as Day, latest: '2026-12-01' as Day },
    entries: [],
    isFirst: true,
    next: undefined,
    isComplete: true,
    histogram: density && binEntries(DatedCounts.of(density), filter),
  };
  return String(timelineChart(view) ?? '');
}

/** The links of the bars, or of all that has them. */
function links(markup: string): readonly string[] {
  return [...markup.matchAll(/<a href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
}

describe('the chart of a timeline', () => {
  const markup = chart([SIGNED, SENT, INTO_NOVEMBER, LAST]);

  test('links each bar to its time, with the filter of the page, and so does the table', () => {
    const months = ['2025-01', '2025-10', '2025-11', '2026-12'];
    const expected = months.map((month) => `/countries/PK?types=MouSigned&from=${month}&to=${month}`);
    expect(links(markup)).toEqual([...expected, ...expected]);
  });

  test('is one tab stop', () => {
    const [svg = ''] = /<svg.*<\/svg>/s.exec(markup) ?? [];
    expect([svg.match(/<a /g)?.length, svg.match(/<a [^>]*tabindex="-1"/g)?.length]).toEqual([4, 3]);
  });

  test('says what it shows in its title, a legend, the names of the bars and a table', () => {
    expect(markup).toContain('>Entries per month</h2>');
    expect(markup).toMatch(/<li class="k\d">Agreements 12,001<\/li><li class="k\d">Shipments 3<\/li>/);
    expect(markup).toContain('<li class="spans">Imprecise dates 1</li>');
    expect(markup).toContain('<title>January 2025: 12,003 entries (Agreements 12,000, Shipments 3)</title>');
    expect(markup).toContain('<title>October 2025: 1 possible entry</title>');
    expect(markup).toMatch(/January 2025<\/a><\/th><td[^>]*>12,000<\/td><td[^>]*>3<\/td><td[^>]*>0<\/td>/);
  });

  test('draws an imprecise date as one span over all the time that it may mean, and not as a bar', () => {
    const alone = chart([INTO_NOVEMBER, LAST]);
    expect(alone.match(/<path class="spans" d="(M[^M]*z)"\/>/)?.[1]).toBeDefined();
    expect(alone.match(/<path class="k\d" d="([^"]*)"/)?.[1]?.match(/M/g)).toHaveLength(1);
  });

  test('leads to the ranges beside and around the one that is shown, even if it is empty', () => {
    const filter = { from: '2014-05-01' as Day, to: '2014-05-31' as Day };
    const expected = [
      '/countries/PK?types=MouSigned&from=2014-04&to=2014-04',
      '/countries/PK?types=MouSigned&from=2014-06&to=2014-06',
      '/countries/PK?types=MouSigned&from=2014&to=2014',
      '/countries/PK?types=MouSigned',
    ];
    expect(links(chart([], filter))).toEqual(expected);
    expect(chart([], filter)).toContain('>Entries, May 2014</h2>');
  });

  test('lists shorter periods when there are too many entries to count', () => {
    const listed = chart(undefined);
    expect(listed).toContain('too many entries to chart');
    expect(links(listed)[0]).toBe('/countries/PK?types=MouSigned&from=2010&to=2010');
    expect(links(listed)).toHaveLength(17);
  });

  test('is not there for entries of one day, or none', () => {
    expect([chart([SENT]), chart([])]).toEqual(['', '']);
  });
});
