import { CommandError } from './command-error.ts';

/** What the errors of the operating system mean, in the words of `… cannot be written: the disk is full`. */
const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file has this name',
  EFBIG: 'the file would be too large',
  EIO: 'the disk reported an error',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no such file or folder',
  ENOSPC: 'its disk is full',
  ENOTDIR: 'part of the path is a file',
  ENXIO: 'it is a socket, or a device that does not exist',
  EPERM: 'the operation is not permitted',
  EROFS: 'its file system is read-only',
};

/** An error of a system call, such as `open` or `write`. Errors of SQLite and of servers are none. */
export type SystemError = Error & { readonly code: string; readonly syscall: string };

export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

export function meaningOf({ code, message }: SystemError): string {
  return MEANINGS[code] ?? message;
}

/** Explains an error of the system that occurred while reading. Undefined for an error of anything else. */
export function inputError(error: unknown, name: string): CommandError | undefined {
  if (!isSystemError(error)) return undefined;
  return new CommandError(`${name} cannot be read: ${meaningOf(error)} (${error.code})`);
}
