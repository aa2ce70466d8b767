import { describe, expect, test } from '@jest/globals';
import { parseJsonStrictly } from '../../src/append/json/strict-json.ts';

const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

const refusal = (input: Buffer) => {
  const outcome = parseJsonStrictly(input);
  if (outcome.outcome !== 'refused') throw new Error(`not refused: ${JSON.stringify(outcome.value)}`);
  return outcome.error;
};

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Texts with their values by RFC 8259. */
const accepted: readonly (readonly [name: string, text: string, value: unknown])[] = [
  ['an empty object', '{}', {}],
  ['an empty array', '[]', []],
  ['a top-level null', 'null', null],
  ['a top-level true', 'true', true],
  ['a top-level false', 'false', false],
  ['a top-level number', '42', 42],
  ['a top-level string', '"asd"', 'asd'],
  ['an empty string', '""', ''],
  ['white space of all four kinds around every token', ' \t\n\r[ 1 \t, \n{ "a" \r: 2 } ] ', [1, { a: 2 }]],
  ['a line feed at the end', '[1]\n', [1]],
  ['an empty key', '{"":0}', { '': 0 }],
  ['the same key in two objects', '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
  ['keys that differ in case or composition', '{"é":1,"e\u0301":2,"É":3}', { é: 1, 'e\u0301': 2, É: 3 }],
  ['keys that look like indexes, out of order', '{"2":"b","1":"a"}', { 1: 'a', 2: 'b' }],
  ['keys that every object inherits', '{"constructor":1,"toString":2}', { constructor: 1, toString: 2 }],
  ['the forbidden key as a value', '["__proto__"]', ['__proto__']],
  ['every short escape', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
  ['an escaped letter', '"\\u0061\\u4e2D"', 'a中'],
  ['an escaped surrogate pair', '"\\ud83d\\ude39\\uD83D\\uDE39"', '😹😹'],
  ['an escaped control character', '"\\u001f\\u007f"', '\u001f\u007f'],
  ['an escaped noncharacter', '"\\uFFFF"', '\uffff'],
  ['an escaped backslash before what looks like an escape', '"\\\\u0000"', '\\u0000'],
  ['DEL, line and paragraph separators, raw', '"\u007f\u2028\u2029"', '\u007f\u2028\u2029'],
  ['the replacement character, raw', '"\ufffd"', '\ufffd'],
  ['right-to-left text and emoji', '"سی پیک 🇵🇰"', 'سی پیک 🇵🇰'],
  ['zero', '0', 0],
  ['minus zero, which is zero', '[-0]', [-0]],
  ['a fraction that a double represents exactly', '0.5', 0.5],
  ['trailing zeros in the fraction', '1.50', 1.5],
  ['exponents of every kind', '[1e2,1E2,1e+2,1e-2,1.5e1]', [100, 100, 100, 0.01, 15]],
  ['zero with any exponent', '[0e0,0e+1,0.0e99999]', [0, 0, 0]],
  ['the largest safe integer', '9007199254740991', 9007199254740991],
  ['an even integer above it', '9007199254740994', 9007199254740994],
  ['a large round integer', '100000000000000000000000', 1e23],
  ['the largest double', '1.7976931348623157e308', Number.MAX_VALUE],
  ['the smallest double', '5e-324', Number.MIN_VALUE],
  ['a negative number', '-1.25', -1.25],
  ['depth 32', nested(32), JSON.parse(nested(32))],
];

/** Texts with the code and the place of the error. */
const refused: readonly (readonly [
  name: string,
  text: string,
  code: string,
  line: number,
  column: number,
])[] = [
  ['an empty text', '', 'malformed', 1, 1],
  ['only white space', ' \n', 'malformed', 2, 1],
  ['an unclosed array', '[1', 'malformed', 1, 3],
  ['an unclosed object', '{"a":1', 'malformed', 1, 7],
  ['an object cut after the key', '{"a"', 'malformed', 1, 5],
  ['an object cut after the colon', '{"a":', 'malformed', 1, 6],
  ['a comma before the end of an array', '[1,]', 'malformed', 1, 4],
  ['a comma before the end of an object', '{"a":1,}', 'malformed', 1, 8],
  ['two commas', '[1,,2]', 'malformed', 1, 4],
  ['a leading comma', '[,1]', 'malformed', 1, 2],
  ['a missing comma', '[1 2]', 'malformed', 1, 4],
  ['a missing colon', '{"a" 1}', 'malformed', 1, 6],
  ['two colons', '{"a"::1}', 'malformed', 1, 6],
  ['the wrong bracket', '[1}', 'malformed', 1, 3],
  ['a surplus bracket', '[1]]', 'malformed', 1, 4],
  ['two values', '{}{}', 'malformed', 1, 3],
  ['a key without quotes', '{a:1}', 'malformed', 1, 2],
  ['a key that is a number', '{1:1}', 'malformed', 1, 2],
  ['single quotes', "{'a':1}", 'malformed', 1, 2],
  ['a comment', '[1/*x*/]', 'malformed', 1, 3],
  ['a literal in capitals', '[True]', 'malformed', 1, 2],
  ['a truncated literal', '[nul]', 'malformed', 1, 2],
  ['a literal with more letters', '[nulls]', 'malformed', 1, 6],
  ['undefined', 'undefined', 'malformed', 1, 1],
  ['NaN', '[NaN]', 'malformed', 1, 2],
  ['Infinity', '[-Infinity]', 'malformed', 1, 2],
  ['a form feed as white space', '[\f1]', 'malformed', 1, 2],
  ['a no-break space as white space', '[\u00a01]', 'malformed', 1, 2],
  ['a plus sign', '[+1]', 'malformed', 1, 2],
  ['a minus sign alone', '[-]', 'malformed', 1, 2],
  ['a leading zero', '[012]', 'malformed', 1, 3],
  ['a leading point', '[.5]', 'malformed', 1, 2],
  ['a trailing point', '[1.]', 'malformed', 1, 3],
  ['an exponent without digits', '[1e]', 'malformed', 1, 3],
  ['a hexadecimal number', '[0x1F]', 'malformed', 1, 3],
  ['digits of another script', '[１]', 'malformed', 1, 2],
  ['an unclosed string', '["a', 'malformed', 1, 4],
  ['a string that ends in a backslash', '["\\', 'malformed', 1, 3],
  ['a line feed in a string', '["a\nb"]', 'malformed', 1, 4],
  ['a tab in a string', '["\t"]', 'malformed', 1, 3],
  ['an unknown escape', '["\\x41"]', 'malformed', 1, 3],
  ['an escape of too few digits', '["\\u00A"]', 'malformed', 1, 3],
  ['an escape with a capital U', '["\\U0041"]', 'malformed', 1, 3],
  ['a duplicate key', '{"a":1,"a":1}', 'duplicate-key', 1, 8],
  ['a duplicate key behind an escape', '{"a":1,\n "\\u0061":2}', 'duplicate-key', 2, 2],
  ['a duplicate key deep down', '{"a":[{"b":0,"b":0}]}', 'duplicate-key', 1, 14],
  ['__proto__ as a key', '{"__proto__":{}}', 'forbidden-key', 1, 2],
  ['__proto__ behind an escape', '{"\\u005f_proto__":{}}', 'forbidden-key', 1, 2],
  ['NUL, raw', '["a\0"]', 'nul', 1, 4],
  ['NUL, escaped', '["\\u0000"]', 'nul', 1, 3],
  ['NUL in a key', '{"\\u0000":1}', 'nul', 1, 3],
  ['NUL between values', '[1,\0 2]', 'malformed', 1, 4],
  ['a high surrogate alone', '["\\ud800"]', 'unpaired-surrogate', 1, 3],
  ['a low surrogate alone', '["x\\uDC00"]', 'unpaired-surrogate', 1, 4],
  ['surrogates the wrong way round', '["\\ude39\\ud83d"]', 'unpaired-surrogate', 1, 3],
  ['two high surrogates', '["\\ud83d\\ud83d"]', 'unpaired-surrogate', 1, 3],
  ['a high surrogate before an escaped letter', '["\\ud83d\\u0061"]', 'unpaired-surrogate', 1, 3],
  ['a high surrogate before a short escape', '["\\ud83d\\n"]', 'unpaired-surrogate', 1, 3],
  ['a surrogate in a key', '{"\\ud800":1}', 'unpaired-surrogate', 1, 3],
  ['a number greater than every double', '[1e400]', 'inexact-number', 1, 2],
  ['a number less than every double', '[-1e400]', 'inexact-number', 1, 2],
  ['a number that becomes zero', '[1e-400]', 'inexact-number', 1, 2],
  ['an exponent of 20 digits', '[1e-99999999999999999999]', 'inexact-number', 1, 2],
  ['an integer with too many digits', '[12345678901234567890]', 'inexact-number', 1, 2],
  ['the first integer that is not a double', '[9007199254740993]', 'inexact-number', 1, 2],
  ['a fraction with too many digits', '[0.1000000000000000055511151231257827]', 'inexact-number', 1, 2],
  ['depth 33', nested(33), 'too-deep', 1, 33],
  ['depth 33 in objects', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 'too-deep', 1, 161],
];

describe('strict JSON', () => {
  test.each(accepted)('accepts %s', (_name, text, value) => {
    expect(parseJsonStrictly(bytes(text))).toEqual({ outcome: 'parsed', value });
  });

  test.each(refused)('refuses %s and reports the place', (_name, text, code, line, column) => {
    expect(refusal(bytes(text))).toMatchObject({ code, line, column });
  });

  test('distinguishes integers that end in zeros from those that a double cannot represent', () => {
    expect(parseJsonStrictly(bytes('12345678901234567000')).outcome).toBe('parsed');
    expect(refusal(bytes('12345678901234567168')).code).toBe('inexact-number');
  });

  test.each([
    ['an object member', '{"a":{"b":1e400}}', '/a/b'],
    ['an array element', '[0,[true,1e400]]', '/1/1'],
    ['a key with a slash and a tilde', '{"a/b":{"~":1e400}}', '/a~1b/~0'],
    ['a duplicate key itself', '{"a":{"b":1,"b":2}}', '/a/b'],
    ['the whole text', '1e400', ''],
  ])('points at %s', (_name, text, pointer) => {
    expect(refusal(bytes(text)).pointer).toBe(pointer);
  });

  test('counts the offset in bytes and the column in characters', () => {
    // given: a line of one flag (two characters, eight bytes) and one three-byte character before the error
    const error = refusal(bytes('[\n"🇵🇰中", x]'));
    expect(error).toMatchObject({ offset: 2 + 1 + 8 + 3 + 1 + 2, line: 2, column: 1 + 1 + 2 + 1 + 1 + 2 });
  });

  test.each([
    ['a stray continuation byte', [0x80], 2],
    ['a byte that UTF-8 never has', [0xff], 2],
    ['an overlong slash', [0xc0, 0xaf], 2],
    ['a surrogate in UTF-8', [0xed, 0xa0, 0x80], 2],
    ['a code point above U+10FFFF', [0xf4, 0x90, 0x80, 0x80], 2],
    ['a cut character', [0xe4, 0xb8], 2],
    ['a cut character after a true replacement character', [0xef, 0xbf, 0xbd, 0xe4, 0xb8], 5],
    ['ISO 8859-1', [0xe9], 2],
  ])('refuses %s', (_name, raw, offset) => {
    expect(refusal(bytes('["', raw, '"]'))).toMatchObject({ code: 'invalid-utf8', offset, line: 1 });
  });

  test('refuses text in UTF-16', () => {
    expect(refusal(Buffer.from('\ufeff[1]', 'utf16le')).code).toBe('invalid-utf8');
    expect(refusal(Buffer.from('[1]', 'utf16le')).code).toBe('malformed');
  });

  test('refuses a byte order mark at the start, not the same character in a string', () => {
    expect(refusal(bytes('\ufeff{}'))).toMatchObject({ code: 'byte-order-mark', line: 1, column: 1 });
    expect(parseJsonStrictly(bytes('["\ufeff"]'))).toEqual({ outcome: 'parsed', value: ['\ufeff'] });
  });

  test.each([
    ['arrays, closed', nested(40_000)],
    ['arrays, open', '['.repeat(40_000)],
    ['objects, closed', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
    ['objects, open', '{"a":'.repeat(40_000)],
  ])('refuses 40,000 nested %s without a stack overflow', (_name, text) => {
    expect(refusal(bytes(text)).code).toBe('too-deep');
  });

  test('takes time in proportion to the length, whatever the input', () => {
    // given: inputs of a million characters that take quadratic time with careless patterns
    const million = 1_000_000;
    const inputs = [
      `[1${'0'.repeat(million)}1]`,
      `["${'\\ud800'.repeat(million / 6)}"]`,
      '\ufffd'.repeat(million / 3),
    ];
    const startMs = performance.now();
    for (const input of inputs) refusal(bytes(input, [0xff]));
    for (const input of inputs) refusal(bytes(input));
    // then: it takes seconds, where quadratic time would be minutes
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  test('reads a view into a larger buffer', () => {
    const view = new Uint8Array(bytes('xx[1]yy')).subarray(2, 5);
    expect(parseJsonStrictly(view)).toEqual({ outcome: 'parsed', value: [1] });
  });
});
