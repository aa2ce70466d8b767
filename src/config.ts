import { BlockList, isIP } from 'node:net';
import { delimiter, resolve } from 'node:path';
import { z } from 'zod';

/** Settings of a process. The only reader of the environment; whatever runs gets its settings handed. */

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Config {
  /** Loopback address or `localhost`. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absolute path of the folder that holds the log and the views. */
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  /** Where the log is, when it is not in `dataDir`. */
  readonly eventStore: EventStoreSettings | undefined;
  /** Absolute paths of modules that export event types and projections. */
  readonly extensions: readonly string[];
}

/** A log on EventStoreDB or KurrentDB. */
export interface EventStoreSettings {
  /** `esdb://…`; holds a password, and is never shown. */
  readonly connectionString: string;
  /** What the names of our streams begin with there. */
  readonly prefix: string;
}

/** Settings as typed on a command line; they win over the environment. */
export interface Flags {
  readonly host?: string;
  readonly port?: string;
  readonly dataDir?: string;
  readonly logLevel?: string;
  readonly extension?: readonly string[];
}

/** Address of a server; IPv6 goes into brackets (RFC 3986 §3.2.2). */
export function httpAddress(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export interface WrongSetting {
  /** As it was set: `PORT` or `--port`. */
  readonly name: string;
  /** Absent where it may hold a password. */
  readonly value?: string;
  readonly reason: string;
}

export type ConfigOutcome =
  | { readonly outcome: 'valid'; readonly config: Config }
  | { readonly outcome: 'invalid'; readonly wrong: readonly WrongSetting[] };

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host === 'localhost' : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/** Schemes of the server under its former and its present name. */
const EVENT_STORE_ADDRESS = /^(?:esdb|kurrent|kurrentdb)(?:\+discover)?:\/\/./;

const schema = z.object({
  host: z.string().default('127.0.0.1').refine(isLoopback, {
    error:
      'only a loopback address (127.0.0.1, ::1, localhost) is served: keys do not exist yet, so anyone who reaches the port may record',
  }),
  port: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'a port is a whole number from 0 (any free one) to 65535', abort: true })
    .transform(Number)
    .refine((port) => port <= 65535, { error: 'a port is a whole number from 0 (any free one) to 65535' })
    .default(8080),
  dataDir: z
    .string()
    .min(1, { error: 'the name of a folder is needed' })
    .default('./data')
    .transform((path) => resolve(path)),
  logLevel: z.enum(LOG_LEVELS, { error: `one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  eventStoreUrl: z
    .string()
    .regex(EVENT_STORE_ADDRESS, {
      error: 'an address such as esdb://admin:password@localhost:2113 or esdb+discover://… is needed',
    })
    .optional(),
  eventStorePrefix: z
    .string()
    .regex(/^[a-z0-9_]{1,32}$/, { error: 'up to 32 lower-case letters, digits and _ are taken' })
    .default('chancery'),
  extensions: z
    .string()
    .transform((paths) => paths.split(delimiter).map((path) => resolve(path)))
    .default([]),
});

type Setting = keyof z.infer<typeof schema>;

const NAMES: Record<Setting, { readonly variable: string; readonly flag?: keyof Flags }> = {
  host: { variable: 'HOST', flag: 'host' },
  port: { variable: 'PORT', flag: 'port' },
  dataDir: { variable: 'DATA_DIR', flag: 'dataDir' },
  logLevel: { variable: 'LOG_LEVEL', flag: 'logLevel' },
  eventStoreUrl: { variable: 'EVENTSTORE_URL' },
  eventStorePrefix: { variable: 'EVENTSTORE_PREFIX' },
  extensions: { variable: 'EXTENSIONS', flag: 'extension' },
};
const SETTINGS = Object.keys(NAMES) as Setting[];

interface Given {
  readonly name: string;
  readonly value: string;
}

function flagName(flag: keyof Flags): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A variable set to the empty text counts as unset, as compose files write it. */
function given(setting: Setting, flags: Flags, environment: NodeJS.ProcessEnv): Given | undefined {
  const { variable, flag } = NAMES[setting];
  const typed = flag && flags[flag];
  if (flag && typed !== undefined) {
    return { name: flagName(flag), value: typeof typed === 'string' ? typed : typed.join(delimiter) };
  }
  const value = environment[variable];
  return value ? { name: variable, value } : undefined;
}

function wrongSetting(issue: z.core.$ZodIssue, all: ReadonlyMap<Setting, Given>): WrongSetting {
  const setting = issue.path[0] as Setting;
  const { name, value } = all.get(setting) ?? { name: NAMES[setting].variable, value: '' };
  return setting === 'eventStoreUrl'
    ? { name, reason: issue.message }
    : { name, value, reason: issue.message };
}

/** Reads nothing but its arguments and creates nothing. */
export function readConfig(flags: Flags, environment: NodeJS.ProcessEnv = process.env): ConfigOutcome {
  const all = new Map<Setting, Given>();
  for (const setting of SETTINGS) {
    const found = given(setting, flags, environment);
    if (found) all.set(setting, found);
  }
  const values = Object.fromEntries([...all].map(([setting, { value }]) => [setting, value]));
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    return { outcome: 'invalid', wrong: parsed.error.issues.map((issue) => wrongSetting(issue, all)) };
  }
  const { eventStoreUrl, eventStorePrefix, ...config } = parsed.data;
  // No two such prefixes begin with one another, so that two logs on one server keep apart.
  const prefix = `${eventStorePrefix}-`;
  const eventStore = eventStoreUrl === undefined ? undefined : { connectionString: eventStoreUrl, prefix };
  return { outcome: 'valid', config: { ...config, eventStore } };
}

/**
 * The same, with a log that was typed for one purpose, as by `--to`, in the place of the settings' own: a folder, or an
 * address, which may hold a password.
 */
export function readConfigWithLog(
  option: string,
  log: string,
  flags: Flags,
  environment: NodeJS.ProcessEnv = process.env,
): ConfigOutcome {
  const read = log.includes('://')
    ? readConfig(flags, { ...environment, EVENTSTORE_URL: log })
    : readConfig({ ...flags, dataDir: log }, { ...environment, EVENTSTORE_URL: '' });
  if (read.outcome === 'valid') return read;
  const isTyped = ({ name }: WrongSetting) => name === 'EVENTSTORE_URL' || name === '--data-dir';
  return { ...read, wrong: read.wrong.map((each) => (isTyped(each) ? { ...each, name: option } : each)) };
}
