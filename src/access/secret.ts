import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a secret gives access to. It is part of the secret, so that scanners and people recognise a leaked one. */
export type SecretKind = 'key' | 'session' | 'feed';

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const TEXT: Readonly<Record<SecretKind, RegExp>> = {
  key: textOf('key'),
  session: textOf('session'),
  feed: textOf('feed'),
};

/** A secret as it is shown once. Only its hash is stored. */
export interface NewSecret extends HashedSecret {
  readonly text: string;
}

export interface HashedSecret {
  /** Public: it names the secret in lists and logs. */
  readonly id: string;
  /** SHA-256. A slow hash is for passwords that can be guessed; nobody guesses 256 random bits. */
  readonly hash: Uint8Array;
}

export function newSecret(kind: SecretKind): NewSecret {
  const id = randomBytes(ID_BYTES).toString('hex');
  const text = `chancery_${kind}_${id}_${randomBytes(SECRET_BYTES).toString('hex')}`;
  return { id, text, hash: hashOf(text) };
}

/** Returns undefined if the text is no secret of this kind. */
export function hashSecret(kind: SecretKind, text: string): HashedSecret | undefined {
  const id = TEXT[kind].exec(text)?.[1];
  return id === undefined ? undefined : { id, hash: hashOf(text) };
}

/** Compares secrets or their hashes, in a time that does not depend on where they differ. */
export function isSameSecret(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function hashOf(text: string): Uint8Array {
  return hash('sha256', text, 'buffer');
}

function textOf(kind: SecretKind): RegExp {
  return new RegExp(`^chancery_${kind}_([0-9a-f]{${ID_BYTES * 2}})_[0-9a-f]{${SECRET_BYTES * 2}}$`);
}
