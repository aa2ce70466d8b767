import { describe, expect, test } from '@jest/globals';
// @ts-expect-error The package declares no types.
import edtf from 'edtf';
import fc from 'fast-check';
import { dayOfSerial, daySerial, parseDay, parseEdtf } from '../../src/domain/values/edtf.ts';

const FIRST_DAY = -354_285; // 1000-01-01
const LAST_DAY = 2_932_896; // 9999-12-31

const day = fc.integer({ min: FIRST_DAY, max: LAST_DAY }).map(dayOfSerial);
/** A day, its month or its year, with or without a qualifier. */
const date = fc
  .tuple(day, fc.constantFrom(4, 7, 10), fc.constantFrom('', '?', '~', '%'))
  .map(([text, length, mark]) => `${text.slice(0, length)}${mark}`);
/** Whatever has the shape of a date, also outside the calendar; digits of month and day may be unspecified. */
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

/** The span by the `edtf` package; undefined when it refuses. Right on dates and on closed intervals of days. */
function oracle(text: string) {
  try {
    const value = edtf(text);
    return { earliest: isoDay(value.min), latest: isoDay(value.max) };
  } catch {
    return undefined;
  }
}

/** The package takes 29 February for 1 March in the years that have none: a day that has become another is refused. */
function dayByOracle(text: string) {
  const span = oracle(text);
  return span?.earliest === text ? span : undefined;
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

describe('dates', () => {
  test('a day, a month and a year span what the edtf package says', () => {
    fc.assert(fc.property(date, (text) => expect(spanOf(text)).toEqual(oracle(text))));
  });

  test('a day is in the calendar exactly when the edtf package says so', () => {
    fc.assert(
      fc.property(shape, (text) => expect(spanOf(text)).toEqual(dayByOracle(text))),
      {
        examples: [['1900-02-29'], ['2000-02-29'], ['2025-02-29']],
      },
    );
    expect(spanOf('1900-02-29')).toBeUndefined();
    expect(spanOf('2000-02-29')).toEqual({ earliest: '2000-02-29', latest: '2000-02-29' });
  });

  test('an unspecified last digit spans what the edtf package says', () => {
    const masked = fc
      .tuple(day, fc.constantFrom(3, 6, 7))
      .map(([text, cut]) => `${text.slice(0, cut)}${cut === 7 ? '-XX' : 'X'}`);
    fc.assert(fc.property(masked, (text) => expect(spanOf(text)).toEqual(oracle(text))));
  });

  test('every day that fits a mask lies in its span', () => {
    const masks = fc.tuple(day, fc.subarray([1, 2, 3, 5, 6, 8, 9]));
    fc.assert(
      fc.property(masks, ([text, unknown]) => {
        const span = spanOf([...text].map((digit, at) => (unknown.includes(at) ? 'X' : digit)).join(''));
        expect(span?.earliest !== undefined && span.earliest <= text).toBe(true);
        expect(span?.latest !== undefined && span.latest >= text).toBe(true);
      }),
    );
  });

  test('an interval runs from the start of its start to the end of its end, and never backwards', () => {
    fc.assert(
      fc.property(date, date, (a, b) => {
        const [from, to] = [spanOf(a)?.earliest ?? '', spanOf(b)?.latest ?? ''];
        expect(spanOf(`${a}/${b}`)).toEqual(from <= to ? { earliest: from, latest: to } : undefined);
      }),
    );
  });

  test('an open end leaves the other end as it is', () => {
    fc.assert(
      fc.property(date, (text) => {
        expect(spanOf(`${text}/..`)).toEqual({ earliest: spanOf(text)?.earliest, latest: undefined });
        expect(spanOf(`../${text}`)).toEqual({ earliest: undefined, latest: spanOf(text)?.latest });
      }),
    );
  });

  test('no text makes the parser throw or give a day outside the calendar', () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0129X-/.?~%T') }));
    fc.assert(
      fc.property(texts, (text) => {
        const { earliest, latest } = spanOf(text) ?? {};
        for (const end of [earliest, latest]) expect(end === undefined || parseDay(end) === end).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the number of a day leads back to the day, and the next day has the next number', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_DAY, max: LAST_DAY - 1 }), (serial) => {
        expect(daySerial(dayOfSerial(serial))).toBe(serial);
        expect(dayOfSerial(serial) < dayOfSerial(serial + 1)).toBe(true);
      }),
    );
  });
});
