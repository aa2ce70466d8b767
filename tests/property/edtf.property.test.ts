import { describe, expect, test } from '@jest/globals';
// @ts-expect-error The package declares no types.
import edtf from 'edtf';
import fc from 'fast-check';
import {
  type DateSpan,
  type Day,
  dateOf,
  dayOfSerial,
  daySerial,
  parseDay,
  parseEdtf,
} from '../../src/domain/values/edtf.ts';
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

/** Days, months, years and ranges of them, without a qualifier. */
const members = fc.array(
  fc
    .tuple(day, fc.constantFrom(4, 7, 10), fc.option(fc.integer({ min: 0, max: 800 })))
    .map(([text, length, days]) => {
      const start = text.slice(0, length);
      if (days === null) return start;
      const end = dayOfSerial(Math.min(daySerial(text) + days, LAST_DAY));
      return `${start}..${end.slice(0, length)}`;
    }),
  { minLength: 1, maxLength: 6 },
);

const NO_DAY = '0000-01-01' as Day;

function contains({ earliest, latest }: DateSpan, text: string): boolean {
  return (earliest ?? '') <= text && text <= (latest ?? '~');
}

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

  test('an unknown end has the days of an open one', () => {
    fc.assert(
      fc.property(date, (text) => {
        expect(dateOf(`${text}/`)).toEqual({ ...dateOf(`${text}/..`), unknownEnd: 'end' });
        expect(dateOf(`/${text}`)).toEqual({ ...dateOf(`../${text}`), unknownEnd: 'start' });
      }),
    );
  });

  test('a set lasts from its first day to its last', () => {
    fc.assert(
      fc.property(members, fc.constantFrom('[]', '{}'), (texts, [open, close]) => {
        const spans = texts.map((text) => dateOf(text.replace('..', '/')).span);
        expect(spanOf(`${open}${texts.join(',')}${close}`)).toEqual({
          earliest: spans.map(({ earliest }) => earliest).sort()[0],
          latest: spans
            .map(({ latest }) => latest)
            .sort()
            .at(-1),
        });
      }),
    );
  });

  test('a set means the days of its members, and no others', () => {
    fc.assert(
      fc.property(members, fc.integer({ min: 0, max: 1_000 }), (texts, offset) => {
        const { span, reach } = dateOf(`[${texts.join(',')}]`);
        const some = dayOfSerial(daySerial(span.earliest ?? NO_DAY) + offset);
        const isMeant = texts.some((text) => contains(dateOf(text.replace('..', '/')).span, some));
        expect(reach.some((part) => contains(part, some))).toBe(isMeant);
      }),
    );
  });

  test('an approximate date means the days next to its span, and at most a year more', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(4, 7, 10), (text, length) => {
        const stated = dateOf(text.slice(0, length)).span;
        const [reach = stated] = dateOf(`${text.slice(0, length)}~`).reach;
        const before = daySerial(stated.earliest ?? NO_DAY) - daySerial(reach.earliest ?? NO_DAY);
        const after = daySerial(reach.latest ?? NO_DAY) - daySerial(stated.latest ?? NO_DAY);
        const [least, most] = { 4: [365, 366], 7: [28, 31], 10: [1, 1] }[length] ?? [];
        const isAtLimit = reach.earliest === '1000-01-01' || reach.latest === '9999-12-31';
        for (const margin of isAtLimit ? [] : [before, after]) {
          expect(margin).toBeGreaterThanOrEqual(least ?? 0);
          expect(margin).toBeLessThanOrEqual(most ?? 0);
        }
      }),
    );
  });

  test('the parser never throws, and returns only days that exist', () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0129X-/.?~%T[]{},') }));
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
