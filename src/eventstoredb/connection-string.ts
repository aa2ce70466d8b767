import type { Credentials } from '@eventstore/db-client';

/** A connection string, taken apart so that its secret goes nowhere but into the calls. */
export interface ConnectionString {
  /** Without credentials: the client prints it whole in its debug log. */
  readonly address: string;
  readonly credentials?: Credentials;
}

const FORM = /^(esdb(?:\+discover)?:\/\/)(?:([^@:/?]+):([^@:/?]+)@)?([^@]+)$/;

/** Throws RangeError, which says what is wrong without repeating the text. */
export function parseConnectionString(text: string): ConnectionString {
  const [, scheme, username, password, rest] = FORM.exec(text.trim()) ?? [];
  if (scheme === undefined || rest === undefined) {
    throw new RangeError(
      'A connection string is esdb:// or esdb+discover://, with name:password@ if there are any (URL-encoded), hosts and options.',
    );
  }
  const preference = /[?&]nodePreference=([^&]*)/i.exec(rest)?.[1];
  if (preference !== undefined && preference.toLowerCase() !== 'leader') {
    throw new RangeError(
      'nodePreference must be leader: other nodes are behind with what was just recorded.',
    );
  }
  const address = scheme + rest.replace(/\/+$/, '');
  if (username === undefined || password === undefined) return { address };
  return { address, credentials: { username: decode(username), password: decode(password) } };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RangeError('The name or the password in a connection string is not URL-encoded.');
  }
}
