import type { Config } from '../../config.ts';

/** Of a command that was typed wrongly. */
export const WRONG_SETTING_EXIT_CODE = 2;

/** A command that ends with a message for its user: no stack trace, and an exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const notWritable = ({ dataDir }: Config) => `the data folder ${dataDir} cannot be written to`;
const notAFolder = ({ dataDir }: Config) =>
  `the data folder ${dataDir} cannot be made: a part of its path is a file`;

/** What the user can do about an error of the system, by its code. */
const REASONS: Readonly<Record<string, (config: Config) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `port ${port} of ${host} is in use: stop what listens there, or set another PORT (0 = any free one)`,
  EADDRNOTAVAIL: ({ host }) => `this machine has no address ${host}: set another HOST`,
  EACCES: (config) => `${notWritable(config)}, or the port ${config.port} is reserved: permission denied`,
  EPERM: notWritable,
  EROFS: notWritable,
  ENOENT: notWritable,
  ENOTDIR: notAFolder,
  EEXIST: notAFolder,
  ENOSPC: ({ dataDir }) => `the disk of the data folder ${dataDir} is full`,
  ERR_SQLITE_ERROR: ({ dataDir }) => `the data folder ${dataDir} has no log that can be opened`,
};

/** Errors of the log that say by themselves what the user can do. */
const SPEAKING_ERRORS = new Set([
  'AppendTooLargeError',
  'DataFolderInUseError',
  'FileVersionError',
  'LogCopyError',
  'StoreBusyError',
  'StoreFailedError',
  'StoreFullError',
  'StoreUnavailableError',
  'UnreadableEventError',
]);

/** The failure that an error of the system or of the log means to the user; undefined when it is a fault of the program. */
export function commandErrorOf(error: unknown, config: Config): CommandError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'ExtensionError') return new CommandError(error.message, WRONG_SETTING_EXIT_CODE);
  if (SPEAKING_ERRORS.has(error.name)) return new CommandError(error.message);
  if (error.name === 'ConnectionStringError') {
    return new CommandError(`EVENTSTORE_URL: ${error.message}`, WRONG_SETTING_EXIT_CODE);
  }
  const reason = 'code' in error ? REASONS[String(error.code)] : undefined;
  return reason && new CommandError(`${reason(config)} (${error.message})`);
}
