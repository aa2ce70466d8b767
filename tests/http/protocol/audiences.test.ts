import { expect, test } from '@jest/globals';
import { audiencesKey } from '../../../src/http/protocol/audiences.ts';

test('scopes that differ only in where one prefix ends have pages of their own', () => {
  const keyOf = (scope: readonly string[]) =>
    audiencesKey({ role: 'curator', authenticatedBy: 'key', scope } as never);
  expect(keyOf(['a,b'])).not.toBe(keyOf(['a', 'b']));
  expect(keyOf(['a', 'b'])).toBe(keyOf(['a', 'b']));
});
