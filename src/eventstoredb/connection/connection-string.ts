import { type Credentials, EventStoreDBClient } from '@eventstore/db-client';

/** A connection string, taken apart so that its secret goes nowhere but into the calls. */
export interface ConnectionString {
  /** Without credentials: the client prints it whole in its debug log. */
  readonly address: string;
  readonly credentials?: Credentials;
}

/** It is not one; the message says why without repeating it. */
export class ConnectionStringError extends RangeError {
  override readonly name = 'ConnectionStringError';
}

/** The server's present name stands in the scheme as well; the client knows the former one only. */
const FORM = /^(?:esdb|kurrentdb|kurrent)((?:\+discover)?:\/\/)(?:([^@:/?]+):([^@:/?]+)@)?([^@]+)$/;
/** So that a password is not taken for the port of a host that was forgotten, and shown. */
const HOSTS = /^[^:/?,]+(?::\d+)?(?:,[^:/?,]+(?::\d+)?)*\/*(?:\?|$)/;

/** Those of the client, which takes them in any case, also with `_` or `-` in them, and only grumbles at others. */
const OPTIONS: ReadonlySet<string> = new Set([
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'dnsdiscover',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'throwonappendfailure',
  'tls',
  'tlscafile',
  'tlsverifycert',
  'usercertfile',
  'userkeyfile',
]);

/** Throws ConnectionStringError. */
export function parseConnectionString(text: string): ConnectionString {
  const [, scheme, username, password, rest] = FORM.exec(text.trim()) ?? [];
  if (scheme === undefined || rest === undefined || !HOSTS.test(rest)) {
    throw new ConnectionStringError(
      'A connection string is esdb:// or esdb+discover://, with name:password@ if there are any (URL-encoded), hosts and options.',
    );
  }
  const [hosts = '', options = ''] = rest.split('?', 2);
  requirePorts(hosts);
  requireOptions(options);
  const preference = /[?&]nodePreference=([^&]*)/i.exec(rest)?.[1];
  if (preference !== undefined && preference.toLowerCase() !== 'leader') {
    throw new ConnectionStringError(
      'nodePreference must be leader: other nodes are behind with what was just recorded.',
    );
  }
  const address = `esdb${scheme}${rest.replace(/\/+$/, '')}`;
  requireUnderstood(address);
  if (username === undefined || password === undefined) return { address };
  return { address, credentials: { username: decode(username), password: decode(password) } };
}

function requirePorts(hosts: string): void {
  for (const [, port] of hosts.matchAll(/:(\d+)/g)) {
    if (Number(port) > 65_535) throw new ConnectionStringError(`There is no port ${port}.`);
  }
}

function requireOptions(options: string): void {
  for (const option of options.split('&').filter((text) => text !== '')) {
    const [name = ''] = option.split('=', 1);
    const known = OPTIONS.has(name.trim().toLowerCase().replace(/[_-]/g, ''));
    if (!known) throw new ConnectionStringError(`There is no option ${name} in a connection string.`);
  }
}

/** The address has no secret in it. */
function requireUnderstood(address: string): void {
  try {
    EventStoreDBClient.connectionString(address);
  } catch (error) {
    throw new ConnectionStringError(error instanceof Error ? error.message : String(error));
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConnectionStringError('The name or the password in a connection string is not URL-encoded.');
  }
}
