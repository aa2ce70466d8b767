import { accessSync, constants, statfsSync } from 'node:fs';

/** Where Linux keeps files in memory. A container often has less of it than the tests need. */
const FOLDER = '/dev/shm';
const FREE_BYTES_MIN = 4 * 2 ** 30;

/** Keeps the data folders of the tests in memory where there is room, as each test makes a dozen files durable. */
export default function useMemoryFolder() {
  if (process.env['TMPDIR'] === undefined && hasRoom()) process.env['TMPDIR'] = FOLDER;
}

function hasRoom() {
  try {
    accessSync(FOLDER, constants.W_OK);
    const { bavail, bsize } = statfsSync(FOLDER);
    return bavail * bsize >= FREE_BYTES_MIN;
  } catch {
    return false;
  }
}
