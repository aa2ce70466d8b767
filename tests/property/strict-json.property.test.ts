import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJsonStrictly } from '../../src/append/json/strict-json.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(5_000);

const isForbidden = (key: string): boolean => key === '__proto__' || key.includes('\0');

const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.integer(),
    text,
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .uniqueArray(
        fc.tuple(
          text.filter((key) => !isForbidden(key)),
          tie('value'),
        ),
        { selector: ([key]) => key, maxLength: 5 },
      )
      .map((members) => Object.fromEntries(members)),
  ),
}));

const parse = (source: string) => parseJsonStrictly(Buffer.from(source));

describe('strict JSON', () => {
  test('parses whatever JSON.stringify writes, compact or indented', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(0, 2), (value, indent) => {
        const written = JSON.stringify(value, null, indent);
        const outcome = parse(written);
        return outcome.outcome === 'parsed' && JSON.stringify(outcome.value, null, indent) === written;
      }),
    );
  });

  test('refuses whatever JSON.parse refuses', () => {
    const fragments = fc.constantFrom(
      ...'{}[]",:.-+eE0129 \n\t\\ubn"',
      'true',
      'null',
      '"a":',
      '\\u0061',
      '\\ud83d',
      'é',
    );
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 12 }), (parts) => {
        const source = parts.join('');
        if (parse(source).outcome === 'refused') return;
        JSON.parse(source);
      }),
      { numRuns },
    );
  });

  test('accepts what JSON.parse accepts, unless a value would change', () => {
    const fragments = fc.constantFrom(
      '{}',
      '[]',
      '[1,2]',
      '{"a":1}',
      ' ',
      '\n',
      '1',
      '-0',
      '"x"',
      '{"b":[',
      ']}',
      '[',
      ']',
    );
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 8 }), (parts) => {
        const source = parts.join('');
        let value: unknown;
        try {
          value = JSON.parse(source);
        } catch {
          return parse(source).outcome === 'refused';
        }
        const outcome = parse(source);
        return outcome.outcome === 'parsed' && JSON.stringify(outcome.value) === JSON.stringify(value);
      }),
      { numRuns },
    );
  });

  test('accepts every number of up to fifteen significant digits', () => {
    const digits = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(digits, fc.integer({ min: -290, max: 290 }), (mantissa, exponent) => {
        return parse(`[${mantissa}e${exponent}]`).outcome === 'parsed';
      }),
    );
  });

  test('refuses an integer if and only if a double cannot represent it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (integer) => {
        const literal = integer.toString();
        // Writes the double without an exponent: 1e+22 becomes a one and 22 zeros.
        const [mantissa = '', exponent = '0'] = String(Number(literal)).split('e');
        const [whole = '', fraction = ''] = mantissa.split('.');
        const written = whole + fraction + '0'.repeat(Math.max(0, Number(exponent) - fraction.length));
        return (parse(literal).outcome === 'parsed') === (written === literal);
      }),
    );
  });

  test('never throws, and reports errors at an offset inside the input', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const outcome = parseJsonStrictly(bytes);
        return (
          outcome.outcome === 'parsed' || (outcome.error.offset <= bytes.length && outcome.error.line >= 1)
        );
      }),
      { numRuns },
    );
  });
});
