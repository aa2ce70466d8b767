import { readFileSync, writeFileSync } from 'node:fs';
import { openDatabase } from '../../src/sqlite/driver.ts';

/** https://sqlite.org/fileformat2.html, sections 1.3 and 1.6. */
const PAGE_SIZE_OFFSET = 16;
const INTERIOR_TABLE_PAGE = 0x05;

/** Returns the page size of a database, and the numbers of the leaf pages of the table `event` in their order. */
function eventLeaves(path: string): {
  readonly pageBytes: number;
  readonly leaves: readonly number[];
} {
  const database = openDatabase(path, { readOnly: true });
  const root = database
    .prepare<{ page: number }>("SELECT rootpage AS page FROM sqlite_schema WHERE name = 'event'")
    .get();
  database.close();
  const file = readFileSync(path);
  const pageBytes = file.readUInt16BE(PAGE_SIZE_OFFSET);
  const leavesBelow = (page: number): readonly number[] => {
    const start = (page - 1) * pageBytes;
    if (file.readUInt8(start) !== INTERIOR_TABLE_PAGE) return [page];
    const cells = Array.from({ length: file.readUInt16BE(start + 3) }, (_, index) =>
      file.readUInt16BE(start + 12 + 2 * index),
    );
    const children = cells.map((cell) => file.readUInt32BE(start + cell));
    return [...children, file.readUInt32BE(start + 8)].flatMap(leavesBelow);
  };
  return { pageBytes, leaves: leavesBelow(root?.page ?? 0) };
}

/** Overwrites the last leaf page of the table `event` with a copy of the first. */
export function duplicateFirstLeaf(path: string): void {
  const { pageBytes, leaves } = eventLeaves(path);
  const file = readFileSync(path);
  const first = ((leaves[0] ?? 0) - 1) * pageBytes;
  file.copy(file, ((leaves.at(-1) ?? 0) - 1) * pageBytes, first, first + pageBytes);
  writeFileSync(path, file);
}
