import type { BigIntStats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** The paths of the files of a data folder, relative to it. */
const DATABASE =
  '(?:log|lock|access|audit|redactions|tree|event-index|webhooks|inbox)\\.db(?:-wal|-shm|-journal)?';
const OWN_FILE = new RegExp(`^(?:${DATABASE}|(?:log\\.key|checkpoint)(?:\\.new)?|views/[^/]+)$`);
const MARKS = ['log.db', 'lock.db'];

/**
 * Returns the data folder that a file belongs to: the configured one or any other, and under whatever name, as hard
 * links share an inode. Undefined if it belongs to none. The file need not exist.
 *
 * @param path without symbolic links
 */
export async function dataFolderOf(
  path: string,
  existing: BigIntStats | undefined,
  dataDir: string,
): Promise<string | undefined> {
  const configured = await realpath(dataDir).catch(() => dataDir);
  for (const folder of new Set([configured, dirname(path), dirname(dirname(path))])) {
    if (!(await isDataFolder(folder))) continue;
    if (OWN_FILE.test(relative(folder, path))) return folder;
    if (existing !== undefined && (await hasInode(folder, existing))) return folder;
  }
  return undefined;
}

async function isDataFolder(folder: string): Promise<boolean> {
  const marks = await Promise.all(MARKS.map((name) => statIfAny(join(folder, name))));
  return marks.some((mark) => mark !== undefined);
}

async function hasInode(folder: string, { dev, ino }: BigIntStats): Promise<boolean> {
  const names = await Promise.all(
    ['.', 'views'].map(async (sub) => {
      const entries = await readdir(join(folder, sub)).catch(() => []);
      return entries.map((name) => join(sub, name));
    }),
  );
  for (const name of names.flat().filter((each) => OWN_FILE.test(each))) {
    const own = await statIfAny(join(folder, name));
    if (own?.dev === dev && own.ino === ino) return true;
  }
  return false;
}

async function statIfAny(path: string): Promise<BigIntStats | undefined> {
  return stat(path, { bigint: true }).catch(() => undefined);
}
