import { KeysRequiredError } from '../../access/keys-required-error.ts';
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
  AuditFileError,
  DataFolderInUseError,
  ExtensionError,
  FileVersionError,
  LogFileError,
  LogHistoryError,
  LogMismatchError,
  MissingTriggerError,
  sqliteTrouble,
} from '../../log.ts';
import { CopyError } from '../../transfer/copy-log.ts';
import { CommandError } from './command-error.ts';
import { isSystemError, meaningOf, type SystemError } from './system-errors.ts';

/** Exit code for an invalid flag, setting or argument. */
export const USAGE_EXIT_CODE = 2;

/** Explains errors of the system calls that touch the data folder, by their code. */
const FOLDER_TROUBLE: Readonly<Record<string, (dataDir: string) => string>> = {
  ENOENT: (dataDir) => `the data folder ${dataDir} cannot be created`,
  ENOTDIR: (dataDir) => `the data folder ${dataDir} cannot be created: part of its path is a file`,
  EEXIST: (dataDir) => `the data folder ${dataDir} cannot be created: part of its path is a file`,
  EACCES: (dataDir) => `permission denied: the data folder ${dataDir} is not writable`,
  EROFS: readOnly,
  ENOSPC: diskFull,
  EDQUOT: diskFull,
};

function readOnly(dataDir: string): string {
  return `the data folder ${dataDir} can be read, but not written`;
}

function diskFull(dataDir: string): string {
  return `the disk with the data folder ${dataDir} is full`;
}

const SQLITE_TROUBLE = {
  'read-only': readOnly,
  'disk-full': diskFull,
  damaged: (dataDir: string) => `${dataDir}/log.db is damaged`,
  other: (dataDir: string) => `no log could be opened in the data folder ${dataDir}`,
} as const;

/** Errors of the log whose messages are written for the user. */
const SELF_EXPLANATORY = [
  AuditFileError,
  AppendTooLargeError,
  CopyError,
  DataFolderInUseError,
  FileVersionError,
  LogHistoryError,
  MissingTriggerError,
  LogFileError,
  LogMismatchError,
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
  if (error instanceof ExtensionError || error instanceof KeysRequiredError) {
    return new CommandError(error.message, USAGE_EXIT_CODE);
  }
  // An error of a worker thread has lost its class, but not its name.
  if (SELF_EXPLANATORY.some((type) => error.name === type.name)) return new CommandError(error.message);
  if (isConnectionStringError(error)) {
    return new CommandError(`EVENTSTORE_URL: ${error.message}`, USAGE_EXIT_CODE);
  }
  if (isSystemError(error)) return new CommandError(`${systemTrouble(error, config)} (${error.code})`);
  const trouble = sqliteTrouble(error);
  return trouble && new CommandError(`${SQLITE_TROUBLE[trouble](config.dataDir)} (${error.message})`);
}

function systemTrouble(error: SystemError, { host, port, dataDir }: Config): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return (
        `port ${port} on ${host} is in use: stop the process that listens there, ` +
        'or set another PORT (0 picks a free one)'
      );
    case 'EADDRNOTAVAIL':
      return `this machine has no address ${host}: set another HOST`;
  }
  if (error.syscall === 'listen') return `port ${port} on ${host} cannot be used: ${meaningOf(error)}`;
  return (
    FOLDER_TROUBLE[error.code]?.(dataDir) ?? `the data folder ${dataDir} cannot be used: ${meaningOf(error)}`
  );
}
