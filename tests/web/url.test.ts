import { describe, expect, test } from '@jest/globals';
import { PageUrl, referenceUrl } from '../../src/web/text/url.ts';

describe('PageUrl', () => {
  const url = new PageUrl('/countries/PK?from=2025&cursor=abc');

  test('changes parameters and goes back to the first page', () => {
    expect(url.with({ to: '2026', from: undefined })).toBe('/countries/PK?to=2026');
    expect(url.with({ from: undefined })).toBe('/countries/PK');
    expect(url.with({ speaker: 'a & b' })).toBe('/countries/PK?from=2025&speaker=a+%26+b');
  });

  test('sets a repeated parameter once, where it is first, and leaves the others as they are', () => {
    const repeated = new PageUrl('/countries/PK?a=1&from=2025&b=x%2Cy+z&from=2026&constructor=c&%C3%A9=%26');
    expect(repeated.get('from')).toBe('2025');
    expect(repeated.with({ from: '2024' })).toBe(
      '/countries/PK?a=1&from=2024&b=x,y+z&constructor=c&%C3%A9=%26',
    );
    expect(repeated.with({ from: undefined, a: '' })).toBe(
      '/countries/PK?a=&b=x,y+z&constructor=c&%C3%A9=%26',
    );
  });

  test('keeps the page if the changes name a cursor', () => {
    expect(url.with({ cursor: 'def' })).toBe('/countries/PK?from=2025&cursor=def');
  });
});

test('referenceUrl distinguishes agreements, other records and events', () => {
  expect(referenceUrl('mou-a')).toBe('/mous/mou-a');
  expect(referenceUrl('shipment-a')).toBe('/streams/shipment-a');
  expect(referenceUrl('5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a01')).toBe(
    '/events/5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a01',
  );
});
