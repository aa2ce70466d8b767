import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { releaseClosedFiles } from '../../src/sqlite/driver.ts';
import { LogFile } from '../../src/sqlite/log/log-inspection.ts';
import { logPath } from '../../src/sqlite/log/log-schema.ts';
import { verifyLog } from '../../src/verify/verify-log.ts';
import { seededRandom } from '../bench/random.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';
import { alterLog, type Copies, recordFolders } from './damaged-folder.ts';

/** `CORRUPTION_ROUNDS=2000` damages more copies. */
const ROUNDS = Number(process.env['CORRUPTION_ROUNDS'] ?? 25);
const EVENTS = 240;
const SEED = 20251013;

let root: string;
let events: readonly RecordedEvent[];

beforeAll(async () => {
  root = temporaryFolder();
  for (const name of ['', 'other-']) {
    const [older, killed, stopped] = ['older', 'killed', 'stopped'].map((copy) => join(root, name + copy));
    await recordFolders(join(root, `${name}original`), EVENTS, { older, killed, stopped } as Copies);
  }
  events = eventsIn(join(root, 'stopped')) ?? [];
});
afterAll(() => rmSync(root, { recursive: true }));

/** Returns undefined if the log cannot be read to its end. */
function eventsIn(dataDir: string): readonly RecordedEvent[] | undefined {
  try {
    const file = new LogFile(dataDir);
    try {
      return [...file.events()];
    } finally {
      file.close();
    }
  } catch {
    return undefined;
  }
}

type Dice = (below: number) => number;
/** Damages a folder in place. */
type Damage = (dataDir: string, dice: Dice) => void;

const walPath = (dataDir: string): string => `${logPath(dataDir)}-wal`;

const flipBit =
  (pathOf: (dataDir: string) => string): Damage =>
  (dataDir, dice) => {
    const bytes = readFileSync(pathOf(dataDir));
    const at = dice(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << dice(8)), at);
    writeFileSync(pathOf(dataDir), bytes);
  };

const cut =
  (pathOf: (dataDir: string) => string): Damage =>
  (dataDir, dice) => {
    const path = pathOf(dataDir);
    truncateSync(path, dice(readFileSync(path).length));
  };

const overwritePage: Damage = (dataDir, dice) => {
  const bytes = readFileSync(logPath(dataDir));
  const pageBytes = bytes.readUInt16BE(16);
  const [from, to] = [dice(bytes.length / pageBytes), dice(bytes.length / pageBytes)];
  bytes.copy(bytes, to * pageBytes, from * pageBytes, (from + 1) * pageBytes);
  writeFileSync(logPath(dataDir), bytes);
};

const COLUMNS = ['id', 'stream', 'type', 'recorded_at', 'metadata', 'content', 'salt'];

const changeField: Damage = (dataDir, dice) => {
  const column = COLUMNS[dice(COLUMNS.length)];
  const middle = `length(${column}) / 2`;
  const next = `char(unicode(substr(${column}, ${middle}, 1)) + 1)`;
  const changed = `substr(${column}, 1, ${middle} - 1) || ${next} || substr(${column}, ${middle} + 1)`;
  alterLog(dataDir, `UPDATE event SET ${column} = ${changed} WHERE position = ${1 + dice(EVENTS)}`);
};

const deleteRows: Damage = (dataDir, dice) => {
  const first = 1 + dice(EVENTS);
  alterLog(dataDir, `DELETE FROM event WHERE position BETWEEN ${first} AND ${first + dice(5)}`);
};

const deleteAndCloseGap: Damage = (dataDir, dice) => {
  const position = 1 + dice(EVENTS);
  alterLog(
    dataDir,
    `DELETE FROM event WHERE position = ${position};
     UPDATE event SET position = -position WHERE position > ${position};
     UPDATE event SET position = -position - 1 WHERE position < 0`,
  );
};

const swapRows: Damage = (dataDir, dice) => {
  const [one, other] = [1 + dice(EVENTS), 1 + dice(EVENTS)];
  alterLog(
    dataDir,
    `UPDATE event SET position = -1 WHERE position = ${one};
     UPDATE event SET position = ${one} WHERE position = ${other};
     UPDATE event SET position = ${other} WHERE position = -1`,
  );
};

const replaceLog =
  (name: string): Damage =>
  (dataDir) => {
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(logPath(dataDir) + suffix, { force: true });
      const source = join(root, name, `log.db${suffix}`);
      if (existsSync(source)) cpSync(source, logPath(dataDir) + suffix);
    }
  };

/** Leaves nothing that knows the events but the log itself, as a kill within a second of the first append. */
function alsoWithoutTree(damage: Damage): Damage {
  return (dataDir, dice) => {
    for (const file of ['checkpoint', 'tree.db', 'tree.db-wal']) rmSync(join(dataDir, file), { force: true });
    damage(dataDir, dice);
  };
}

const KINDS: readonly (readonly [
  name: string,
  folder: 'stopped' | 'killed',
  damage: Damage,
  rounds: number,
])[] = [
  ['a flipped bit in log.db', 'stopped', flipBit(logPath), ROUNDS],
  ['log.db cut short', 'stopped', cut(logPath), ROUNDS],
  ['a page of log.db over another', 'stopped', overwritePage, ROUNDS],
  ['a changed field', 'stopped', changeField, ROUNDS],
  ['deleted rows', 'stopped', deleteRows, ROUNDS],
  ['a deleted row whose gap was closed', 'stopped', deleteAndCloseGap, ROUNDS],
  ['exchanged rows', 'stopped', swapRows, ROUNDS],
  ['a flipped bit in the WAL', 'killed', flipBit(walPath), ROUNDS],
  ['a WAL cut short', 'killed', cut(walPath), ROUNDS],
  ['a flipped bit in the WAL without a tree', 'killed', alsoWithoutTree(flipBit(walPath)), ROUNDS],
  ['a lost WAL', 'killed', (dataDir) => rmSync(walPath(dataDir)), 1],
  ['the log of another folder', 'stopped', replaceLog('other-stopped'), 1],
  ['an older copy of log.db', 'killed', replaceLog('older'), 1],
];

describe('chancery verify', () => {
  test('finds nothing in folders without damage', () => {
    for (const name of ['stopped', 'killed']) {
      const report = verifyLog(join(root, name), { stepStarted: () => {}, advanced: () => {} });
      expect(report).toEqual({ events: EVENTS, findings: [] });
    }
  });

  test.each(KINDS)('finds %s', async (kind, folder, damage, rounds) => {
    const numbers = seededRandom(SEED);
    const counts = { rounds, found: 0, harmless: 0, cutOff: 0 };
    const missed: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const dataDir = join(root, 'damaged');
      cpSync(join(root, folder), dataDir, { recursive: true });
      damage(dataDir, (below) => Math.floor(numbers.fraction() * below));
      const { findings } = verifyLog(dataDir, { stepStarted: () => {}, advanced: () => {} });
      const left = JSON.stringify(eventsIn(dataDir));
      if (findings.length > 0) counts.found += 1;
      // Free space, counters, and frames of the WAL that are in log.db already.
      else if (left === JSON.stringify(events)) counts.harmless += 1;
      // A damaged last transaction of a WAL looks like one that a power failure cut off before it was acknowledged.
      else if (folder === 'killed' && left === JSON.stringify(events.slice(0, -1))) counts.cutOff += 1;
      else missed.push(round);
      rmSync(dataDir, { recursive: true });
      if (round % 20 === 0) {
        releaseClosedFiles();
        await setImmediate();
      }
    }
    if (process.env['CORRUPTION_ROUNDS'] !== undefined) {
      process.stderr.write(`${kind}: ${JSON.stringify(counts)}\n`);
    }
    expect(missed).toEqual([]);
    expect(counts.found).toBeGreaterThan(0);
  });
});
