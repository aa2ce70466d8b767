import { describe, expect, test } from '@jest/globals';
import { PageUrl, referenceUrl } from '../../src/web/text/url.ts';

describe('PageUrl', () => {
  const url = new PageUrl('/countries/PK?from=2025&cursor=abc');

  test('changes parameters and goes back to the first page', () => {
    expect(url.with({ to: '2026', from: undefined })).toBe('/countries/PK?to=2026');
    expect(url.with({ from: undefined })).toBe('/countries/PK');
    expect(url.with({ speaker: 'a & b' })).toBe('/countries/PK?from=2025&speaker=a+%26+b');
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
