import { describe, expect, test } from '@jest/globals';
// @ts-expect-error The package declares no types.
import edtf from 'edtf';
import fc from 'fast-check';
import { dayOfSerial, daySerial, parseDay, parseEdtf } from '../../src/domain/values/edtf.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

fc.configureGlobal({ numRuns: fuzzRounds(500) });

const FIRST_DAY = -354_285; // 1000-01-01
const LAST_DAY = 2_932_896; // 9999-12-31

const day = fc.integer({ min: FIRST_DAY, max: LAST_DAY }).map(dayOfSerial);
/** A day, month or year, with or without a qualifier. */
const date = fc
  .tuple(day, fc.constantFrom(4, 7, 10), fc.constantFrom('', '?', '~', '%'))
  .map(([text, length, mark]) => `${text.slice(0, length)}${mark}`);
/** A text in the shape of a day, which need not exist. */
const shape = fc
  .tuple(
    fc.integer({ min: 1000, max: 9999 }),
    fc.integer({ min: 0, max: 14 }),
    fc.integer({ min: 0, max: 33 }),
  )
  .map(([y, m, d]) => `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`);

function spanOf(text: string) {
  const parsed = parseEdtf(text);
  return parsed.outcome === 'parsed' ? parsed.span : undefined;
}

/** Returns the span according to the `edtf` package; undefined if it refuses the text. */
function oracle(text: string) {
  try {
    const value = edtf(text);
    return { earliest: isoDay(value.min), latest: isoDay(value.max) };
  } catch {
    return undefined;
  }
}

/** The package reads 29 February as 1 March in a common year, so a day that became another one counts as refused. */
function dayByOracle(text: string) {
  const span = oracle(text);
  return span?.earliest === text ? span : undefined;
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

describe('dates', () => {
  test('days, months and years have the same span as in the edtf package', () => {
    fc.assert(fc.property(date, (text) => expect(spanOf(text)).toEqual(oracle(text))));
  });

  test('the same days exist as in the edtf package', () => {
    fc.assert(
      fc.property(shape, (text) => expect(spanOf(text)).toEqual(dayByOracle(text))),
      {
        examples: [['1900-02-29'], ['2000-02-29'], ['2025-02-29']],
      },
    );
    expect(spanOf('1900-02-29')).toBeUndefined();
    expect(spanOf('2000-02-29')).toEqual({ earliest: '2000-02-29', latest: '2000-02-29' });
  });

  test('an unspecified last digit has the same span as in the edtf package', () => {
    const masked = fc
      .tuple(day, fc.constantFrom(3, 6, 7))
      .map(([text, cut]) => `${text.slice(0, cut)}${cut === 7 ? '-XX' : 'X'}`);
    fc.assert(fc.property(masked, (text) => expect(spanOf(text)).toEqual(oracle(text))));
  });

  test('every day that matches a mask is in its span', () => {
    const masks = fc.tuple(day, fc.subarray([1, 2, 3, 5, 6, 8, 9]));
    fc.assert(
      fc.property(masks, ([text, unknown]) => {
        const span = spanOf([...text].map((digit, at) => (unknown.includes(at) ? 'X' : digit)).join(''));
        expect(span?.earliest !== undefined && span.earliest <= text).toBe(true);
        expect(span?.latest !== undefined && span.latest >= text).toBe(true);
      }),
    );
  });

  test('an interval lasts from the first day of its start to the last day of its end, and never runs backwards', () => {
    fc.assert(
      fc.property(date, date, (a, b) => {
        const [from, to] = [spanOf(a)?.earliest ?? '', spanOf(b)?.latest ?? ''];
        expect(spanOf(`${a}/${b}`)).toEqual(from <= to ? { earliest: from, latest: to } : undefined);
      }),
    );
  });

  test('an open end does not change the other end', () => {
    fc.assert(
      fc.property(date, (text) => {
        expect(spanOf(`${text}/..`)).toEqual({ earliest: spanOf(text)?.earliest, latest: undefined });
        expect(spanOf(`../${text}`)).toEqual({ earliest: undefined, latest: spanOf(text)?.latest });
      }),
    );
  });

  test('the parser never throws, and returns only days that exist', () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0129X-/.?~%T') }));
    fc.assert(
      fc.property(texts, (text) => {
        const { earliest, latest } = spanOf(text) ?? {};
        for (const end of [earliest, latest]) expect(end === undefined || parseDay(end) === end).toBe(true);
      }),
    );
  });

  test('serial numbers of days are reversible and consecutive', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_DAY, max: LAST_DAY - 1 }), (serial) => {
        expect(daySerial(dayOfSerial(serial))).toBe(serial);
        expect(dayOfSerial(serial) < dayOfSerial(serial + 1)).toBe(true);
      }),
    );
  });
});
