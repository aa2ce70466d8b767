import { describe, expect, test } from '@jest/globals';
import { type Day, daySerial } from '../../src/domain/values/edtf.ts';
import { type DensityCount, UNFILTERED } from '../../src/projector/timeline-store.ts';
import { densityHistogram } from '../../src/web/components/density-histogram.ts';
import { bucketize } from '../../src/web/components/time-buckets.ts';
import type { TimelineView } from '../../src/web/components/timeline-view.ts';
import { PageUrl } from '../../src/web/text/url.ts';

function histogram(
  density: readonly DensityCount[] | undefined,
  url = '/countries/PK?types=MouSigned',
): string {
  const summary = {
    key: 'PK',
    entries: 90_000,
    earliest: '2010-03-01' as Day,
    latest: '2025-10-13' as Day,
  };
  const view: TimelineView = {
    url: new PageUrl(url),
    origin: 'http://localhost',
    filter: { ...UNFILTERED, order: 'asc', limit: 50 },
    asOf: undefined,
    formats: [],
    total: undefined,
    isPast: false,
    moments: undefined,
    isEmbedded: false,
    isEmbeddable: false,
    staleness: undefined,
    summary,
    entries: [],
    isFirst: true,
    next: undefined,
    isComplete: true,
    histogram: density && bucketize(density, {}),
  };
  return String(densityHistogram(view) ?? '');
}

function links(markup: string): readonly string[] {
  return [...markup.matchAll(/<a href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
}

const day = (text: string) => daySerial(text as Day);
const IN_SEPTEMBER = { earliest: day('2025-09-08'), latest: day('2025-09-08'), entries: 12_000 };
const INTO_NOVEMBER = { earliest: day('2025-10-20'), latest: day('2025-11-20'), entries: 1 };

describe('densityHistogram', () => {
  test('links each bar to its time, with the filter of the page', () => {
    expect(links(histogram([IN_SEPTEMBER, INTO_NOVEMBER]))).toEqual([
      '/countries/PK?types=MouSigned&from=2025-09&to=2025-09',
      '/countries/PK?types=MouSigned&from=2025-10&to=2025-10',
      '/countries/PK?types=MouSigned&from=2025-11&to=2025-11',
    ]);
  });

  test('describes the chart in a caption, in labels and in a table', () => {
    const markup = histogram([IN_SEPTEMBER, INTO_NOVEMBER]);
    expect(markup).toContain('Entries by month. Most in September 2025: 12,000.');
    expect(markup).toContain('aria-label="September 2025: 12,000 entries"');
    expect(markup).toContain('aria-label="October 2025: 1 possible entry"');
    expect(markup).toContain('<th scope="row">September 2025</th><td>12000</td><td>0</td>');
  });

  test('draws an imprecise date as an area rather than a bar', () => {
    const markup = histogram([INTO_NOVEMBER]);
    expect(markup.match(/class="possible"/g)).toHaveLength(32);
    expect(markup).not.toContain('class="bar"');
  });

  test('lists shorter periods when there are too many entries to count', () => {
    const markup = histogram(undefined);
    expect(links(markup)[0]).toBe('/countries/PK?types=MouSigned&from=2010&to=2010');
    expect(links(markup)).toHaveLength(16);
  });

  test('renders nothing when there is nothing to draw', () => {
    expect(histogram([])).toBe('');
  });
});
