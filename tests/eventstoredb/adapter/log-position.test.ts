import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  comparePositionTokens,
  logPosition,
  parsePositionToken,
  positionToken,
} from '../../../src/eventstoredb/log-position.ts';

const POSITION_MAX = 2n ** 63n - 1n;
const positions = fc
  .tuple(fc.bigInt({ min: 0n, max: POSITION_MAX }), fc.bigInt({ min: 0n, max: POSITION_MAX }))
  .map(([a, b]) => (a > b ? { commit: a, prepare: b } : { commit: b, prepare: a }));
const tokenOf = ({ commit, prepare }: { commit: bigint; prepare: bigint }) =>
  positionToken({ commit: String(commit), prepare: String(prepare) });

test('a token is parsed into the position that it was made of', () => {
  fc.assert(
    fc.property(positions, (position) => {
      const token = tokenOf(position);
      expect(parsePositionToken(token)).toBe(token);
      const { commit, prepare } = logPosition(token);
      expect([BigInt(commit), BigInt(prepare)]).toEqual([position.commit, position.prepare]);
    }),
  );
});

test('positions are compared as numbers, first by commit, then by prepare', () => {
  fc.assert(
    fc.property(positions, positions, (a, b) => {
      const byCommit = a.commit - b.commit || a.prepare - b.prepare;
      expect(Math.sign(comparePositionTokens(tokenOf(a), tokenOf(b)))).toBe(
        byCommit < 0n ? -1 : Number(byCommit > 0n),
      );
    }),
  );
});

test.each(['7', '7-', '-7', '07-7', '7-07', '7-8', '7-7-7', '7-7 ', '9223372036854775808-0', '7.5-7'])(
  'text that is not a position is refused: %j',
  (text) => {
    expect(parsePositionToken(text)).toBeUndefined();
  },
);

test('the end of the log as the server gives it, without a prepare, is a position', () => {
  expect(parsePositionToken('9223372036854775807-0')).toBe('9223372036854775807-0');
});
