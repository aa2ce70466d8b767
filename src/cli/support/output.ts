import { randomUUID } from 'node:crypto';
import { type BigIntStats, constants, createWriteStream, fstatSync, openSync } from 'node:fs';
import { access, chmod, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pause } from '../../event-store/retry.ts';
import { CommandError } from './command-error.ts';
import { dataFolderOf } from './data-folder-files.ts';
import { isSystemError, meaningOf } from './system-errors.ts';

/** Where a command writes: a file, which is replaced, or something that is written through. */
export interface Output {
  /** As the user gave it, for messages. */
  readonly name: string;
  readonly kind: 'stdout' | 'pipe' | 'device' | 'file';
  /** The path of a file is free of symbolic links. */
  readonly path: string;
  /** The state of the file or device. Undefined if it will be created. */
  readonly existing: BigIntStats | undefined;
}

const STDOUT = 1;

/**
 * Finds out where a command is to write. Nothing is opened or created yet.
 *
 * @param file undefined for stdout
 * @throws CommandError if the file cannot be written, or belongs to a data folder
 */
export async function findOutput(file: string | undefined, dataDir: string): Promise<Output> {
  const output = await locate(file).catch((error: unknown) => {
    throw outputError(error, file ?? 'stdout') ?? error;
  });
  const path = output.existing?.isFile() ? await realpath(output.path) : output.path;
  const folder = await dataFolderOf(path, output.existing, dataDir);
  if (folder === undefined) return output;
  throw new CommandError(`${output.name} is a file of the data folder ${folder}, so nothing was written`);
}

async function locate(file: string | undefined): Promise<Output> {
  // After other stats of a pipe than big integers, `import` does not follow symbolic links (nodejs/node#51142).
  const stdout = fstatSync(STDOUT, { bigint: true });
  if (file === undefined) return { name: 'stdout', kind: 'stdout', path: '/dev/stdout', existing: stdout };
  const existing = await stat(file, { bigint: true }).catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (existing === undefined) {
    return { name: file, kind: 'file', path: await newPath(file), existing };
  }
  if (existing.isDirectory()) throw new CommandError(`${file} cannot be written: it is a folder`);
  // `/dev/stdout` can be a socket, which no path can open, or a file that the shell appends to.
  const isStdout = existing.dev === stdout.dev && existing.ino === stdout.ino;
  if (isStdout) return { name: file, kind: 'stdout', path: file, existing };
  if (!existing.isFile()) {
    return { name: file, kind: existing.isFIFO() ? 'pipe' : 'device', path: file, existing };
  }
  await access(file, constants.W_OK);
  return { name: file, kind: 'file', path: await realpath(file), existing };
}

/** Returns the path of a file that does not exist, following symbolic links that lead to it. */
async function newPath(file: string): Promise<string> {
  const folder = await realpath(dirname(file));
  const target = await readlink(file).catch(() => undefined);
  return target === undefined ? join(folder, basename(file)) : newPath(resolve(folder, target));
}

/**
 * Writes the chunks. A file gets its new content once that is complete and on disk; if `aborted`, it is left as it
 * was. A reader that closes its pipe early, such as `head`, is not an error.
 */
export async function writeOutput(
  output: Output,
  chunks: AsyncIterable<string | Buffer>,
  aborted: AbortSignal,
): Promise<void> {
  const source = Readable.from(chunks);
  if (output.kind === 'file') {
    return replaceFile(output, (part) =>
      pipeline(source, createWriteStream(part, { flags: 'wx' }), { signal: aborted }),
    );
  }
  try {
    if (output.kind === 'stdout') {
      await pipeline(source, process.stdout as Writable, { signal: aborted, end: false });
    } else {
      const target =
        output.kind === 'pipe' ? await openPipe(output.path, aborted) : createWriteStream(output.path);
      await pipeline(source, target, { signal: aborted });
    }
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EPIPE') throw error;
  }
}

const READER_POLL_MS = 100;

/** Opens a named pipe as soon as it has a reader. A blocking `open` could not be interrupted. */
async function openPipe(path: string, aborted: AbortSignal): Promise<Writable> {
  for (;;) {
    try {
      const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      return new Socket({ fd, readable: false, writable: true });
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'ENXIO') throw error;
    }
    await pause(READER_POLL_MS, aborted);
    aborted.throwIfAborted();
  }
}

/**
 * Creates or replaces a file. It gets its name once it is complete and on disk, and keeps the mode of the old one.
 *
 * @param write creates the file at a path in the same folder; its result is returned
 */
export async function replaceFile<Result>(
  output: Output,
  write: (part: string) => Promise<Result>,
): Promise<Result> {
  const folder = dirname(output.path);
  const part = join(folder, `.chancery-${randomUUID()}.part`);
  try {
    const result = await write(part);
    if (output.existing !== undefined) await chmod(part, Number(output.existing.mode & 0o7777n));
    await sync(part);
    await rename(part, output.path);
    await sync(folder);
    return result;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Explains an error of the system that occurred while writing. Undefined for an error of anything else. */
export function outputError(error: unknown, name: string): CommandError | undefined {
  if (!isSystemError(error)) return undefined;
  const meaning = error.code === 'ENOENT' ? 'its folder does not exist' : meaningOf(error);
  return new CommandError(`${name} cannot be written: ${meaning} (${error.code})`);
}
