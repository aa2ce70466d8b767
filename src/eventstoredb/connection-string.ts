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

const KEEP_ALIVE_TIMEOUT_MS = 10_000;

/**
 * The address for the next client. gRPC shares connections between channels with equal options, and with them the
 * growing pause after failed attempts, up to two minutes: with a keep-alive of its own, a client starts afresh.
 */
export function addressOfClient(address: string, number: number): string {
  const given = /[?&]keepAliveTimeout=(\d+)/i.exec(address)?.[1];
  const timeoutMs = Number(given ?? KEEP_ALIVE_TIMEOUT_MS) + (number % 1_000);
  return `${address}${address.includes('?') ? '&' : '?'}keepAliveTimeout=${timeoutMs}`;
}
