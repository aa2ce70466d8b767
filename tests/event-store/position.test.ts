import { describe, expect, test } from '@jest/globals';
import { numberedPosition, parseNumberedPosition, positionNumber } from '../../src/event-store/position.ts';

describe('a numbered position', () => {
  test.each([1, 9, 10, 1_000_000, Number.MAX_SAFE_INTEGER])('%d is parsed back from its text', (number) => {
    const position = numberedPosition(number);
    expect(parseNumberedPosition(position)).toBe(position);
    expect(positionNumber(position)).toBe(number);
  });

  test.each([
    '0',
    '01',
    '+1',
    '-1',
    '1.0',
    '1e1',
    '0x1',
    '1n',
    ' 1',
    '1\n',
    '١',
    '１',
    '',
    '9007199254740992',
  ])('%j is not parsed', (text) => {
    expect(parseNumberedPosition(text)).toBeUndefined();
  });
});
