import { createPrivateKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { checkpointText, parseCheckpoint } from '../../src/integrity/checkpoint.ts';
import {
  encodeVerifier,
  type NoteVerifier,
  openNote,
  parseVerifier,
  signNote,
} from '../../src/integrity/signed-note.ts';

/** The keys and the note of Go's implementation: golang.org/x/mod/sumdb/note. */
const PUBLIC_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const PRIVATE_KEY_BASE64 = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const TEXT =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n";
const SIGNATURE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=';
const NOTE = `${TEXT}\n${SIGNATURE}\n`;

/** DER of a PKCS #8 Ed25519 key (RFC 8410 §7) up to its 32 bytes. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const privateKey = createPrivateKey({
  key: Buffer.concat([PKCS8_PREFIX, Buffer.from(PRIVATE_KEY_BASE64, 'base64').subarray(1)]),
  format: 'der',
  type: 'pkcs8',
});

const verifier = parseVerifier(PUBLIC_KEY) as NoteVerifier;

describe('A signed note', () => {
  test('is signed as the published note', () => {
    expect(signNote(TEXT, 'PeterNeumann', privateKey)).toBe(NOTE);
  });

  test('is opened with the published key, which has one encoding', () => {
    expect(openNote(NOTE, verifier)).toBe(TEXT);
    expect(encodeVerifier(verifier)).toBe(PUBLIC_KEY);
  });

  test('may have signatures of others', () => {
    const other =
      '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=';
    expect(openNote(`${TEXT}\n${other}\n${SIGNATURE}\n`, verifier)).toBe(TEXT);
  });

  test.each([
    ['another text', NOTE.replace('cryptography', 'cryptographY')],
    ['another signature', NOTE.replace('x08go/Z', 'x08go/Y')],
    ['another key id', NOTE.replace('x08go', 'x08gp')],
    ['another name', NOTE.replace('— PeterNeumann', '— PeterNeuman')],
    ['no signature', `${TEXT}\n`],
    ['no empty line', `${TEXT}${SIGNATURE}\n`],
    ['a hyphen for the dash', NOTE.replace('—', '-')],
    ['no newline at the end', NOTE.slice(0, -1)],
  ])('is not opened with %s', (_, note) => {
    expect(openNote(note, verifier)).toBe(undefined);
  });

  test('has a key that no part and no change of its encoding is', () => {
    for (let length = 0; length < PUBLIC_KEY.length; length += 1) {
      expect(parseVerifier(PUBLIC_KEY.slice(0, length))).toBe(undefined);
      const next = String.fromCharCode(PUBLIC_KEY.charCodeAt(length) + 1);
      const changed = PUBLIC_KEY.slice(0, length) + next + PUBLIC_KEY.slice(length + 1);
      expect(parseVerifier(changed)).toBe(undefined);
    }
  });
});

describe('The text of a checkpoint', () => {
  const root = Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64');

  test('is that of C2SP', () => {
    // The first example of https://c2sp.org/tlog-checkpoint.
    const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    const checkpoint = { origin: 'example.com/behind-the-sofa', size: 20852163, root };
    expect(checkpointText(checkpoint)).toBe(text);
    expect(parseCheckpoint(text)).toEqual(checkpoint);
    expect(parseCheckpoint(`${text}an extension\n`)).toEqual(checkpoint);
  });

  test.each([
    '',
    'a\n1\n',
    'a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
    'a\n1\nCsUY\n',
    '\n1\nCsUY\n',
  ])('is not %j', (text) => {
    expect(parseCheckpoint(text)).toBe(undefined);
  });
});
