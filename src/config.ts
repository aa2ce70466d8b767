import { BlockList, isIP } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';
import type { OidcSettings } from './access/oidc/oidc-settings.ts';
import { missingSettings, oidcSchema, separateOidc } from './config/oidc.ts';

/** Reads the settings of a process. Nothing else in the program reads the environment. */

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Config {
  /** The address or name to listen on. On another than a loopback address, keys are needed. */
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Absolute path of the folder that holds the log and the views. */
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  /** The origin whose pages may read, or `*` for all; undefined if none may. */
  readonly corsOrigin: string | undefined;
  /** The origins whose pages may embed timelines, among them `*` for all; empty if none may. */
  readonly embedOrigins: readonly string[];
  /** The server that holds the log. Undefined if the log is in `dataDir`. */
  readonly eventStore: EventStoreSettings | undefined;
  /** True: accept a log that lacks events from which the timelines were made. */
  readonly acceptLog: boolean;
  /** Scheme, host and port under which a proxy publishes the server, such as `https://record.example.org`. */
  readonly publicUrl?: string | undefined;
  /** Names of this server in lower case, besides that of `publicUrl`. With a port, only that port is meant. */
  readonly allowedHosts: readonly string[];
  /** Addresses and networks, such as `10.0.0.0/8`, of the proxies whose forwarding headers are believed. */
  readonly trustedProxies: readonly string[];
  /** What one client may take. A client is a key, or an address without one. `Infinity` removes a limit. */
  readonly clientLimits: {
    readonly requestsPerMinute: number;
    /** Requests that are being answered at the same time, without streams. */
    readonly concurrentRequests: number;
    /** Open streams of server-sent events. */
    readonly streams: number;
    /** Memory of request bodies that are being received or appended. */
    readonly bodyBytes: number;
    /** Open connections of one address, if it is not that of a trusted proxy. */
    readonly connections: number;
  };
  /** Absolute paths of modules that export event types and projections. */
  readonly extensions: readonly string[];
  /** Absolute path of the file with the keys. */
  readonly accessFile: string;
  /** Sent to a running server by commands that ask it for something. */
  readonly key?: string | undefined;
  /** True: everybody may read; keys are needed for the rest. */
  readonly publicRead: boolean;
  /** The provider that authenticates people and programs besides those with keys; undefined if there is none. */
  readonly oidc?: OidcSettings | undefined;
  /** True: webhooks may be sent to private networks and to this machine. */
  readonly privateWebhooks: boolean;
}

/** How to reach a log on EventStoreDB or KurrentDB. */
export interface EventStoreSettings {
  /** `esdb://…`. It may contain a password and must never be printed. */
  readonly connectionString: string;
  /** Every stream of this log has a name that starts with this prefix. */
  readonly prefix: string;
}

/** Settings from the command line. They take precedence over the environment. */
export interface Flags {
  readonly host?: string;
  readonly port?: string;
  readonly dataDir?: string;
  readonly logLevel?: string;
  readonly acceptLog?: true;
  readonly extension?: readonly string[];
  readonly privateWebhooks?: true;
}

/**
 * Returns the URL of a server on this machine. IPv6 addresses are put in brackets (RFC 3986 §3.2.2). A server that
 * listens on all addresses is reached on the loopback interface.
 */
export function httpUrl(host: string, port: number): string {
  const address = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

export interface InvalidSetting {
  /** The variable or flag that was used: `PORT` or `--port`. */
  readonly name: string;
  /** Absent if it may contain a password. */
  readonly value?: string;
  readonly reason: string;
}

export type ConfigOutcome =
  | { readonly outcome: 'valid'; readonly config: Config }
  | { readonly outcome: 'invalid'; readonly invalid: readonly InvalidSetting[] };

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** True if nobody but this machine can reach a server that listens on the address or name. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host === 'localhost' : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/** True if a URL names this machine. */
export function isLoopbackUrl(url: string): boolean {
  return isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, ''));
}

function isOriginOrAny(text: string): boolean {
  return text === '*' || (URL.canParse(text) && new URL(text).origin === text);
}

/** All links of the pages are absolute paths, so the server cannot be published below a path. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin, href } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && href === `${origin}/`;
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9_.-]*[a-z0-9])?$/i;
const HOST_WITH_PORT = /^(?<name>\[[0-9a-f:.]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/i;

function isAddressOrName(text: string): boolean {
  return isIP(text) !== 0 || HOST_NAME.test(text);
}

/** A name or an address, IPv6 in brackets, and optionally a port, as in the header `Host`. */
function isHost(text: string): boolean {
  const { name = '', port = '1' } = HOST_WITH_PORT.exec(text)?.groups ?? {};
  const isKnown = name.startsWith('[') ? isIP(name.slice(1, -1)) === 6 : isAddressOrName(name);
  return isKnown && Number(port) <= 65535;
}

/** An address, or a network as address and prefix length. */
function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...others] = text.split('/');
  const family = isIP(address);
  if (family === 0 || others.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function list(isMember: (text: string) => boolean, error: string) {
  return z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((member) => member !== ''))
    .refine((members) => members.every(isMember), { error })
    .default([]);
}

/** A limit of what one client may take. `0` removes it. */
function limit(normal: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, { error: 'expected a whole number, where 0 removes the limit' })
    .transform((text) => Number(text) || Number.POSITIVE_INFINITY)
    .default(normal);
}

/** The server was renamed from EventStoreDB to KurrentDB; both names are used as URL schemes. */
const EVENT_STORE_URL = /^(?:esdb|kurrent|kurrentdb)(?:\+discover)?:\/\/./;

const INVALID_PORT = 'expected a whole number from 0 to 65535, where 0 picks a free port';

const trueOrFalse = z
  .enum(['true', 'false'], { error: 'expected true or false' })
  .default('false')
  .transform((value) => value === 'true');

const schema = z.object({
  host: z
    .string()
    .default('127.0.0.1')
    .refine(isAddressOrName, { error: 'expected an address, such as 127.0.0.1, 0.0.0.0 or ::1, or a name' }),
  port: z
    .string()
    .regex(/^\d{1,5}$/, { error: INVALID_PORT, abort: true })
    .transform(Number)
    .refine((port) => port <= 65535, { error: INVALID_PORT })
    .default(8080),
  dataDir: z
    .string()
    .min(1, { error: 'expected the name of a folder' })
    .default('./data')
    .transform((path) => resolve(path)),
  logLevel: z.enum(LOG_LEVELS, { error: `expected one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  corsOrigin: z
    .string()
    .refine(isOriginOrAny, { error: 'expected * or an origin such as https://desk.example' })
    .optional(),
  embedOrigins: list(
    (origin) => origin === '*' || isOrigin(origin),
    'expected * or origins such as https://desk.example, separated by spaces or commas',
  ).transform((origins) => origins.map((origin) => (origin === '*' ? origin : new URL(origin).origin))),
  allowedHosts: list(
    isHost,
    'expected names such as record.example.org or desk.example:8443, separated by spaces or commas',
  ).transform((hosts) => hosts.map((host) => host.toLowerCase())),
  trustedProxies: list(
    isAddressOrNetwork,
    'expected addresses or networks such as 127.0.0.1 or 10.0.0.0/8, separated by spaces or commas',
  ),
  limitRequests: limit(60_000),
  limitConcurrent: limit(200),
  limitStreams: limit(400),
  limitBodyBytes: limit(16 << 20),
  limitConnections: limit(1_000),
  eventStoreUrl: z
    .string()
    .regex(EVENT_STORE_URL, {
      error: 'expected a URL such as esdb://admin:password@localhost:2113 or esdb+discover://…',
    })
    .optional(),
  eventStorePrefix: z
    .string()
    .regex(/^[a-z0-9_]{1,32}$/, { error: 'expected 1 to 32 lower-case letters, digits and underscores' })
    .default('chancery'),
  acceptLog: trueOrFalse,
  publicUrl: z
    .string()
    .refine(isOrigin, {
      error: 'expected scheme and host without a path, such as https://record.example.org',
    })
    .transform((url) => new URL(url).origin)
    .optional(),
  extensions: z
    .string()
    .transform((paths) => paths.split(delimiter).map((path) => resolve(path)))
    .default([]),
  privateWebhooks: trueOrFalse,
  accessFile: z
    .string()
    .transform((path) => resolve(path))
    .optional(),
  publicRead: trueOrFalse,
  key: z.string().optional(),
  ...oidcSchema,
});

type Setting = keyof z.infer<typeof schema>;

const NAMES: Record<Setting, { readonly variable: string; readonly flag?: keyof Flags }> = {
  host: { variable: 'HOST', flag: 'host' },
  port: { variable: 'PORT', flag: 'port' },
  dataDir: { variable: 'DATA_DIR', flag: 'dataDir' },
  logLevel: { variable: 'LOG_LEVEL', flag: 'logLevel' },
  corsOrigin: { variable: 'CORS_ORIGIN' },
  embedOrigins: { variable: 'EMBED_ORIGINS' },
  allowedHosts: { variable: 'ALLOWED_HOSTS' },
  trustedProxies: { variable: 'TRUSTED_PROXIES' },
  limitRequests: { variable: 'LIMIT_REQUESTS' },
  limitConcurrent: { variable: 'LIMIT_CONCURRENT' },
  limitStreams: { variable: 'LIMIT_STREAMS' },
  limitBodyBytes: { variable: 'LIMIT_BODY_BYTES' },
  limitConnections: { variable: 'LIMIT_CONNECTIONS' },
  eventStoreUrl: { variable: 'EVENTSTORE_URL' },
  eventStorePrefix: { variable: 'EVENTSTORE_PREFIX' },
  acceptLog: { variable: 'ACCEPT_LOG', flag: 'acceptLog' },
  publicUrl: { variable: 'PUBLIC_URL' },
  extensions: { variable: 'EXTENSIONS', flag: 'extension' },
  privateWebhooks: { variable: 'PRIVATE_WEBHOOKS', flag: 'privateWebhooks' },
  accessFile: { variable: 'ACCESS_FILE' },
  publicRead: { variable: 'PUBLIC_READ' },
  key: { variable: 'CHANCERY_KEY' },
  oidcIssuer: { variable: 'OIDC_ISSUER' },
  oidcAudience: { variable: 'OIDC_AUDIENCE' },
  oidcClientId: { variable: 'OIDC_CLIENT_ID' },
  oidcClientSecret: { variable: 'OIDC_CLIENT_SECRET' },
  oidcScope: { variable: 'OIDC_SCOPE' },
  oidcAlgorithms: { variable: 'OIDC_ALGORITHMS' },
  oidcActorClaim: { variable: 'OIDC_ACTOR_CLAIM' },
  oidcGroupsClaim: { variable: 'OIDC_GROUPS_CLAIM' },
  oidcRoles: { variable: 'OIDC_ROLES' },
};
const SETTINGS = Object.keys(NAMES) as Setting[];

/** A value as it was set, with the name of the flag or variable that set it. */
interface RawSetting {
  readonly name: string;
  readonly value: string;
}

function flagName(flag: keyof Flags): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** An empty variable counts as unset, because compose files cannot leave one out. */
function rawSetting(setting: Setting, flags: Flags, environment: NodeJS.ProcessEnv): RawSetting | undefined {
  const { variable, flag } = NAMES[setting];
  const flagValue = flag && flags[flag];
  if (flag && flagValue !== undefined) {
    const value = Array.isArray(flagValue) ? flagValue.join(delimiter) : String(flagValue);
    return { name: flagName(flag), value };
  }
  const value = environment[variable];
  return value ? { name: variable, value } : undefined;
}

function invalidSetting(
  issue: z.core.$ZodIssue,
  rawSettings: ReadonlyMap<Setting, RawSetting>,
): InvalidSetting {
  const setting = issue.path[0] as Setting;
  const { name, value } = rawSettings.get(setting) ?? { name: NAMES[setting].variable, value: '' };
  return setting === 'eventStoreUrl'
    ? { name, reason: issue.message }
    : { name, value, reason: issue.message };
}

/** Validates the settings. It touches no file, so an invalid setting leaves nothing behind. */
export function readConfig(flags: Flags, environment: NodeJS.ProcessEnv = process.env): ConfigOutcome {
  const rawSettings = new Map<Setting, RawSetting>();
  for (const setting of SETTINGS) {
    const raw = rawSetting(setting, flags, environment);
    if (raw) rawSettings.set(setting, raw);
  }
  const values = Object.fromEntries([...rawSettings].map(([setting, { value }]) => [setting, value]));
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const invalid = parsed.error.issues.map((issue) => invalidSetting(issue, rawSettings));
    return { outcome: 'invalid', invalid };
  }
  const missing = missingSettings(parsed.data);
  if (missing.length > 0) {
    const invalid = missing.map(({ setting, reason }) => ({ name: NAMES[setting].variable, reason }));
    return { outcome: 'invalid', invalid };
  }
  return { outcome: 'valid', config: configOf(parsed.data) };
}

function configOf(settings: z.infer<typeof schema>): Config {
  const { oidc, others } = separateOidc(settings);
  const {
    eventStoreUrl,
    eventStorePrefix,
    corsOrigin,
    publicUrl,
    limitRequests: requestsPerMinute,
    limitConcurrent: concurrentRequests,
    limitStreams: streams,
    limitBodyBytes: bodyBytes,
    limitConnections: connections,
    ...config
  } = others;
  // The hyphen, which a name cannot contain, keeps one log's prefix from being the start of another's.
  const prefix = `${eventStorePrefix}-`;
  const eventStore = eventStoreUrl === undefined ? undefined : { connectionString: eventStoreUrl, prefix };
  const accessFile = config.accessFile ?? join(config.dataDir, 'access.db');
  const clientLimits = { requestsPerMinute, concurrentRequests, streams, bodyBytes, connections };
  return { ...config, accessFile, corsOrigin, publicUrl, eventStore, clientLimits, oidc };
}

/**
 * Validates the settings with another log in place of the configured one.
 *
 * @param option the flag that named the log, for error messages, such as `--to`
 * @param log a data folder, or the URL of a server, which may contain a password
 */
export function readConfigWithLog(
  option: string,
  log: string,
  flags: Flags,
  environment: NodeJS.ProcessEnv = process.env,
): ConfigOutcome {
  const outcome = log.includes('://')
    ? readConfig(flags, { ...environment, EVENTSTORE_URL: log })
    : readConfig({ ...flags, dataDir: log }, { ...environment, EVENTSTORE_URL: '' });
  if (outcome.outcome === 'valid') return outcome;
  const isLog = ({ name }: InvalidSetting) => name === 'EVENTSTORE_URL' || name === '--data-dir';
  const invalid = outcome.invalid.map((setting) => (isLog(setting) ? { ...setting, name: option } : setting));
  return { outcome: 'invalid', invalid };
}
