import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Attempts } from '../../src/access/attempts.ts';
import { nameTrouble } from '../../src/access/keys.ts';
import { hashSecret, isSameSecret, newSecret } from '../../src/access/secret.ts';

describe('a secret', () => {
  test('names its kind, has 256 random bits, and is kept as a hash', () => {
    const { id, text, hash } = newSecret('key');
    expect(text).toMatch(/^chancery_key_[0-9a-f]{12}_[0-9a-f]{64}$/);
    expect(text).toContain(id);
    expect(Buffer.from(hash).toString('hex')).not.toContain(text.slice(-64));
    expect(hashSecret('key', text)).toEqual({ id, hash });
    expect(newSecret('key').text).not.toBe(text);
  });

  test('is not one of another kind', () => {
    expect(hashSecret('session', newSecret('key').text)).toBeUndefined();
    expect(hashSecret('key', newSecret('feed').text)).toBeUndefined();
  });

  test('has the hash of no other text', () => {
    const { text, hash } = newSecret('key');
    const changed = fc.tuple(
      fc.nat(text.length - 1),
      fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
    );
    fc.assert(
      fc.property(changed, ([index, character]) => {
        const other = text.slice(0, index) + character + text.slice(index + 1);
        const hashed = hashSecret('key', other);
        expect(other !== text && hashed !== undefined && isSameSecret(hashed.hash, hash)).toBe(false);
      }),
    );
    expect(isSameSecret(hash, new Uint8Array())).toBe(false);
  });
});

test.each([
  ['anna', true],
  ['Bot of the desk', true],
  ['张伟', true],
  ['anna@mfa.example', true],
  ['', false],
  [' anna', false],
  ['local', false],
  ['public', false],
  ['a\nb', false],
  ['a\u202eb', false],
  ['x'.repeat(65), false],
])('a key may have the name %j: %j', (name, isAllowed) => {
  expect(nameTrouble(name) === undefined).toBe(isAllowed);
});

describe('attempts', () => {
  const guess = (attempts: Attempts, address: string, count: number, text = 'guess ') => {
    for (let index = 0; index < count; index += 1) attempts.addWrong(address, `${text}${index}`);
  };

  test('are limited for an address until the window ends', () => {
    let nowMs = 0;
    const attempts = new Attempts(() => nowMs);
    guess(attempts, 'a', 19);
    expect(attempts.blockedForS('a')).toBeUndefined();
    nowMs = 20_000;
    guess(attempts, 'a', 1, 'another ');
    expect(attempts.blockedForS('a')).toBe(40);
    expect(attempts.blockedForS('b')).toBeUndefined();
    nowMs = 60_000;
    expect(attempts.blockedForS('a')).toBeUndefined();
  });

  test('are counted once for the same secret, as a program repeats it after its key was revoked', () => {
    const attempts = new Attempts(() => 0);
    for (let round = 0; round < 3; round += 1) guess(attempts, 'a', 19);
    expect(attempts.blockedForS('a')).toBeUndefined();
  });
});
