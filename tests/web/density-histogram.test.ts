import { describe, expect, test } from '@jest/globals';
import { type Day, daySerial } from '../../src/domain/values/edtf.ts';
import { type DensityCount, UNFILTERED } from '../../src/projector/timeline-store.ts';
import { densityHistogram } from '../../src/web/components/density-histogram.ts';
import { bucketize } from '../../src/web/components/time-buckets.ts';
import type { TimelineView } from '../../src/web/components/timeline-view.ts';
import { PageUrl } from '../../src/web/text/url.ts';

function histogram(
  density: readonly DensityCount[] | undefined,
  address = '/countries/PK?types=MouSigned',
): string {
  const summary = {
    key: 'PK',
    entries: 90_000,
    earliest: '2010-03-01' as Day,
    latest: '2025-10-13' as Day,
  };
  const view: TimelineView = {
    address: new PageUrl(address),
    origin: 'http://localhost',
    filter: { ...UNFILTERED, order: 'asc', limit: 50 },
    shown: undefined,
    isPast: false,
    unknownSince: undefined,
    summary,
    entries: [],
    isFirst: true,
    next: undefined,
    isWhole: true,
    spread: density && bucketize(density, {}),
  };
  return String(densityHistogram(view) ?? '');
}

function links(markup: string): readonly string[] {
  return [...markup.matchAll(/<a href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
}

const day = (text: string) => daySerial(text as Day);
const IN_SEPTEMBER = { earliest: day('2025-09-08'), latest: day('2025-09-08'), entries: 12_000 };
const INTO_NOVEMBER = { earliest: day('2025-10-20'), latest: day('2025-11-20'), entries: 1 };

describe('A histogram', () => {
  test('has a link for each bar, which narrows the view and keeps its filter', () => {
    expect(links(histogram([IN_SEPTEMBER, INTO_NOVEMBER]))).toEqual([
      '/countries/PK?types=MouSigned&from=2025-09&to=2025-09',
      '/countries/PK?types=MouSigned&from=2025-10&to=2025-10',
      '/countries/PK?types=MouSigned&from=2025-11&to=2025-11',
    ]);
  });

  test('says in words what it draws, and again in a table', () => {
    const markup = histogram([IN_SEPTEMBER, INTO_NOVEMBER]);
    expect(markup).toContain('Entries by month. Most in September 2025: 12,000.');
    expect(markup).toContain('aria-label="September 2025: 12,000 entries"');
    expect(markup).toContain('aria-label="October 2025: 1 that may belong here"');
    expect(markup).toContain('<th scope="row">September 2025</th><td>12000</td><td>0</td>');
  });

  test('draws an imprecise date as a span, and as no bar', () => {
    const markup = histogram([INTO_NOVEMBER]);
    expect(markup.match(/class="may"/g)).toHaveLength(32);
    expect(markup).not.toContain('class="bar"');
  });

  test('gives times to choose from where there are too many entries to be counted', () => {
    const markup = histogram(undefined);
    expect(links(markup)[0]).toBe('/countries/PK?types=MouSigned&from=2010&to=2010');
    expect(links(markup)).toHaveLength(16);
  });

  test('is not there where there is nothing to draw', () => {
    expect(histogram([])).toBe('');
  });
});
