import { type Credentials, EventStoreDBClient } from '@eventstore/db-client';

/** A parsed connection string. The credentials are kept apart, so that they go into calls and nowhere else. */
export interface ConnectionString {
  /** Contains no credentials, as the client prints it in full in its debug log. */
  readonly url: string;
  readonly credentials?: Credentials;
}

/** Thrown for an invalid connection string. The message gives the reason without repeating the string. */
export class ConnectionStringError extends RangeError {
  override readonly name = 'ConnectionStringError';
}

/** The scheme may use the current name of the server. The client knows only the former one. */
const FORMAT = /^(?:esdb|kurrentdb|kurrent)((?:\+discover)?:\/\/)(?:([^@:/?]+):([^@:/?]+)@)?([^@]+)$/;
/** Requires a host before a port, so that a password is never mistaken for the port and shown. */
const HOSTS = /^[^:/?,]+(?::\d+)?(?:,[^:/?,]+(?::\d+)?)*\/*(?:\?|$)/;

/** The options of the client. It ignores case, `_` and `-` in their names, and only warns about unknown ones. */
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

/** Returns a URL without credentials for each of its hosts alone, so that the client searches no cluster. */
export function urlsOfHosts(url: string): readonly string[] {
  const [, hosts = '', options = ''] = /^esdb(?:\+discover)?:\/\/([^?]*)(.*)$/.exec(url) ?? [];
  return hosts.split(',').map((host) => `esdb://${host}${options}`);
}

/** Returns a URL for another host, with the same options. */
export function urlOfHost(
  url: string,
  { host, port }: { readonly host: string; readonly port: string },
): string {
  const options = /\?.*$/.exec(url)?.[0] ?? '';
  return `esdb://${host}:${port}${options}`;
}

/** Throws ConnectionStringError. */
export function parseConnectionString(text: string): ConnectionString {
  const [, scheme, username, password, rest] = FORMAT.exec(text.trim()) ?? [];
  if (scheme === undefined || rest === undefined || !HOSTS.test(rest)) {
    throw new ConnectionStringError(
      'A connection string is esdb:// or esdb+discover://, an optional URL-encoded user:password@, hosts and options.',
    );
  }
  const [hosts = '', options = ''] = rest.split('?', 2);
  requireValidPorts(hosts);
  requireKnownOptions(options);
  requireLeaderPreference(rest);
  const url = `esdb${scheme}${rest.replace(/\/+$/, '')}`;
  requireAcceptedByClient(url);
  if (username === undefined || password === undefined) return { url };
  return { url, credentials: { username: decode(username), password: decode(password) } };
}

function requireValidPorts(hosts: string): void {
  for (const [, port] of hosts.matchAll(/:(\d+)/g)) {
    if (Number(port) > 65_535) throw new ConnectionStringError(`The port ${port} is above 65535.`);
  }
}

function requireKnownOptions(options: string): void {
  for (const option of options.split('&').filter((text) => text !== '')) {
    const [name = ''] = option.split('=', 1);
    const isKnown = OPTIONS.has(name.trim().toLowerCase().replace(/[_-]/g, ''));
    if (!isKnown) throw new ConnectionStringError(`Unknown option in the connection string: ${name}.`);
  }
}

function requireLeaderPreference(hostsAndOptions: string): void {
  const preference = /[?&]nodePreference=([^&]*)/i.exec(hostsAndOptions)?.[1];
  if (preference === undefined || preference.toLowerCase() === 'leader') return;
  throw new ConnectionStringError(
    'nodePreference must be leader: other nodes do not have the latest events yet.',
  );
}

/** The message of the client is shown, as the URL contains no secret. */
function requireAcceptedByClient(url: string): void {
  try {
    EventStoreDBClient.connectionString(url);
  } catch (error) {
    throw new ConnectionStringError(error instanceof Error ? error.message : String(error));
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConnectionStringError(
      'The user name or the password in the connection string is not URL-encoded.',
    );
  }
}
