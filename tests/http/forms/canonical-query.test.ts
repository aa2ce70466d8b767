import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalUrl } from '../../../src/http/forms/canonical-query.ts';

describe('canonicalUrl', () => {
  test.each([
    ['/countries/PK', undefined],
    ['/countries/PK?types=MouSigned,BriefingHeld', undefined],
    ['/countries/PK?asOf=2026-01-01T10:00:00Z', undefined],
    ['/countries/PK?from=&to=', '/countries/PK'],
    ['/countries/PK?types=A&types=B', '/countries/PK?types=A,B'],
    ['/countries/PK?countries=+CN+,+US+,', '/countries/PK?countries=CN,US'],
    ['/countries/PK?order=&limit=50', '/countries/PK'],
    ['/countries/PK?order=desc&lanes=acts', '/countries/PK?order=desc'],
    ['/countries/PK?order=desc&limit=25', undefined],
    ['/countries/PK?asOf=2026-01-01T10:00', '/countries/PK?asOf=2026-01-01T10:00:00Z'],
    ['/countries/PK?asOf=2026-01-01T10:00:30.123', '/countries/PK?asOf=2026-01-01T10:00:30.123Z'],
    // A browser shortens the seconds. The state is kept unless its instant is changed, in which the latest one counts.
    [
      '/countries/PK?asOfShown=2026-01-01T10:00:00.120+7.a.b&asOf=2026-01-01T10:00:00.12',
      '/countries/PK?asOf=7.a.b',
    ],
    [
      '/countries/PK?asOfShown=2026-01-01T10:00:00.120+7.a.b&asOf=2026-01-02T10:00',
      '/countries/PK?asOf=2026-01-02T10:00:00Z',
    ],
    ['/countries/PK?asOfShown=2026-01-01T10:00:00.120+7.a.b&asOf=', '/countries/PK'],
    ['/countries/PK?asOfShown=+7.a.b&asOf=', '/countries/PK?asOf=7.a.b'],
    [
      '/countries/PK/changes?fromShown=2026-01-01T10:00:00+7.a.b&from=2026-01-01T10:00',
      '/countries/PK/changes?from=7.a.b',
    ],
  ])('turns %s into %s', (sent, url) => {
    expect(canonicalUrl(sent)).toBe(url);
  });

  test('leaves repeated parameters to the validation of the query', () => {
    expect(canonicalUrl('/countries/PK?from=2025&from=2024')).toBe(undefined);
  });

  test('returns a URL that is canonical', () => {
    const name = fc.constantFrom(
      'asOfShown',
      'from',
      'to',
      'types',
      'topics',
      'order',
      'limit',
      'asOf',
      'lanes',
    );
    const parameters = fc.array(
      fc.tuple(name, fc.oneof(fc.string(), fc.constantFrom('asc', '50', ' a, b ,'))),
    );
    fc.assert(
      fc.property(parameters, (sent) => {
        const url = canonicalUrl(`/countries/PK?${new URLSearchParams(sent)}`);
        expect(url === undefined ? undefined : canonicalUrl(url)).toBe(undefined);
      }),
    );
  });
});
