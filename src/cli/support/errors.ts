import type { Config } from '../../config.ts';
import {
  AppendTooLargeError,
  StoreBusyError,
  StoreFailedError,
  StoreFullError,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import {
  DataFolderInUseError,
  ExtensionError,
  FileVersionError,
  LogHistoryError,
  MissingTriggerError,
} from '../../server.ts';
import { CopyError } from '../../transfer/copy-log.ts';

/** Exit code for an invalid flag, setting or argument. */
export const USAGE_EXIT_CODE = 2;

/** Ends a command with a message for the user instead of a stack trace, and with an exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const notWritable = ({ dataDir }: Config) => `the data folder ${dataDir} is not writable`;
const notAFolder = ({ dataDir }: Config) =>
  `the data folder ${dataDir} cannot be created: part of its path is a file`;

/** Explains errors of the system by their code. */
const EXPLANATIONS: Readonly<Record<string, (config: Config) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `port ${port} on ${host} is in use: stop the process that listens there, or set another PORT (0 picks a free one)`,
  EADDRNOTAVAIL: ({ host }) => `this machine has no address ${host}: set another HOST`,
  EACCES: (config) => `permission denied: ${notWritable(config)}, or port ${config.port} is reserved`,
  EPERM: notWritable,
  EROFS: notWritable,
  ENOENT: notWritable,
  ENOTDIR: notAFolder,
  EEXIST: notAFolder,
  ENOSPC: ({ dataDir }) => `the disk with the data folder ${dataDir} is full`,
  ERR_SQLITE_ERROR: ({ dataDir }) => `no log could be opened in the data folder ${dataDir}`,
};

/** Errors of the log whose messages are written for the user. */
const SELF_EXPLANATORY = [
  AppendTooLargeError,
  CopyError,
  DataFolderInUseError,
  FileVersionError,
  LogHistoryError,
  MissingTriggerError,
  StoreBusyError,
  StoreFailedError,
  StoreFullError,
  StoreUnavailableError,
  UnreadableEventError,
];

/** The class is not imported, because its module loads the client of EventStoreDB, which most commands do not need. */
export function isConnectionStringError(
  error: unknown,
): error is Error & { readonly name: 'ConnectionStringError' } {
  return error instanceof Error && error.name === 'ConnectionStringError';
}

/** Converts an expected error of the system or the log. Returns undefined for a bug, which needs its stack trace. */
export function toCommandError(error: unknown, config: Config): CommandError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof ExtensionError) return new CommandError(error.message, USAGE_EXIT_CODE);
  // An error of a worker thread has lost its class, but not its name.
  if (SELF_EXPLANATORY.some((type) => error.name === type.name)) return new CommandError(error.message);
  if (isConnectionStringError(error)) {
    return new CommandError(`EVENTSTORE_URL: ${error.message}`, USAGE_EXIT_CODE);
  }
  const explain = 'code' in error ? EXPLANATIONS[String(error.code)] : undefined;
  return explain && new CommandError(`${explain(config)} (${error.message})`);
}
