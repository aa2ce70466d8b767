import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/*
 * Notes signed with Ed25519: https://c2sp.org/signed-note. A note is a text that ends with a newline; an empty line and
 * the signatures follow.
 */

/** The type of Ed25519 keys in key ids and encoded keys. */
const ED25519_TYPE = Buffer.from([1]);
const KEY_ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;

export interface NoteVerifier {
  /** Has neither spaces nor `+`. */
  readonly name: string;
  readonly publicKey: KeyObject;
}

/** @param key private Ed25519 key */
export function signNote(text: string, name: string, key: KeyObject): string {
  const id = keyIdOf({ name, publicKey: createPublicKey(key) });
  const signature = Buffer.concat([id, sign(null, Buffer.from(text), key)]);
  return `${text}\n— ${name} ${signature.toString('base64')}\n`;
}

/** Returns the text of a note with a valid signature of the verifier; undefined without one. */
export function openNote(note: string, verifier: NoteVerifier): string | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n');
  return lines.some((line) => isSignature(line, text, verifier)) ? text : undefined;
}

function isSignature(line: string, text: string, verifier: NoteVerifier): boolean {
  const [dash, name, base64 = '', ...rest] = line.split(' ');
  const signature = parseBase64(base64);
  if (dash !== '—' || name !== verifier.name || rest.length > 0 || signature === undefined) return false;
  if (!signature.subarray(0, KEY_ID_BYTES).equals(keyIdOf(verifier))) return false;
  return verify(null, Buffer.from(text), verifier.publicKey, signature.subarray(KEY_ID_BYTES));
}

/** Encodes the name and the public key as one word. */
export function encodeVerifier(verifier: NoteVerifier): string {
  const key = Buffer.concat([ED25519_TYPE, rawKeyOf(verifier.publicKey)]);
  return `${verifier.name}+${keyIdOf(verifier).toString('hex')}+${key.toString('base64')}`;
}

/** Returns undefined if the text is not the encoding of an Ed25519 key. */
export function parseVerifier(text: string): NoteVerifier | undefined {
  const [, name, id, base64 = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  const key = parseBase64(base64);
  if (name === undefined || key === undefined) return undefined;
  if (key.length !== 1 + PUBLIC_KEY_BYTES || key[0] !== ED25519_TYPE[0]) return undefined;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.subarray(1).toString('base64url') };
  const verifier = { name, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
  return keyIdOf(verifier).toString('hex') === id ? verifier : undefined;
}

/** Returns undefined unless the text is the one encoding (RFC 4648 §4) of its bytes. */
export function parseBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

function keyIdOf({ name, publicKey }: NoteVerifier): Buffer {
  const key = Buffer.concat([Buffer.from(`${name}\n`), ED25519_TYPE, rawKeyOf(publicKey)]);
  return hash('sha256', key, 'buffer').subarray(0, KEY_ID_BYTES);
}

function rawKeyOf(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
}
