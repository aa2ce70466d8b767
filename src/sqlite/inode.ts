import { statSync } from 'node:fs';

/** Returns what tells the file at a path from all others of this machine, also from one that takes its place. */
export function inodeOf(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? 'none' : `${stats.dev}:${stats.ino}`;
}
