import { describe, expect, test } from '@jest/globals';
import { renderAttribution } from '../../src/web/components/entry-list.ts';
import { formatDayCount } from '../../src/web/pages/agreement-page.ts';
import { formatInstant } from '../../src/web/text/format-date.ts';
import { excerpt } from '../../src/web/text/format-text.ts';
import { PageUrl, referenceUrl } from '../../src/web/text/url.ts';

function told(...chain: readonly string[]): string {
  return String(renderAttribution(chain)).replace(/<\/?bdi>/g, '');
}

describe('Words', () => {
  test('tell through whom a claim came', () => {
    expect(told('Lin Jian')).toBe('Lin Jian');
    expect(told('Lin Jian', 'Dawn')).toBe('Lin Jian, in Dawn');
    expect(told('Lin Jian', 'Xinhua', 'Dawn')).toBe('Lin Jian, as relayed by Xinhua, in Dawn');
    expect(told('Pakistan', 'Lin Jian', 'Xinhua', 'Dawn')).toBe(
      'Pakistan, as relayed by Lin Jian and Xinhua, in Dawn',
    );
  });

  test('tell the days between two dates as exactly as they are known', () => {
    expect(formatDayCount({ least: 0, most: 0 })).toBe('on the same day');
    expect(formatDayCount({ least: 1, most: 1 })).toBe('1 day from the step before');
    expect(formatDayCount({ least: 0, most: 35 }, 'the signing')).toBe('0 to 35 days from the signing');
    expect(formatDayCount({ least: 12, most: null })).toBe('at least 12 days from the step before');
  });

  test('of a long text are its beginning, with whole words and whole characters', () => {
    expect(excerpt('one two three', 20)).toBe('one two three');
    expect(excerpt('one two three', 10)).toBe('one two…');
    expect(excerpt('x'.repeat(20), 10)).toBe(`${'x'.repeat(10)}…`);
    expect(excerpt('😀'.repeat(10), 5)).toBe('😀😀…');
  });

  test('tell an instant in one zone', () => {
    expect(formatInstant('2025-10-13T23:30:00-01:00')).toBe('14 October 2025, 00:30 UTC');
  });
});

describe('An address', () => {
  const address = new PageUrl('/countries/PK?from=2025&cursor=abc');

  test('leads to the view beside it, from its first page on', () => {
    expect(address.with({ to: '2026', from: undefined })).toBe('/countries/PK?to=2026');
    expect(address.with({ from: undefined })).toBe('/countries/PK');
    expect(address.with({ cursor: 'def' })).toBe('/countries/PK?from=2025&cursor=def');
    expect(address.with({ speaker: 'a & b' })).toBe('/countries/PK?from=2025&speaker=a+%26+b');
  });

  test('of what is referred to is that of its kind', () => {
    expect(referenceUrl('mou-a')).toBe('/mous/mou-a');
    expect(referenceUrl('shipment-a')).toBe('/streams/shipment-a');
    expect(referenceUrl('5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a01')).toBe(
      '/events/5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a01',
    );
  });
});
