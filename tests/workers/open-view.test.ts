import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { countryTimeline } from '../../projections/country.ts';
import {
  type EventReader,
  StoreFailedError,
  StoreUnavailableError,
} from '../../src/event-store/event-store.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import { ViewFiles } from '../../src/sqlite/views/view-files.ts';
import { checkpoint, logPoint } from '../../src/testing/contracts/timeline-store/contract.ts';
import type { LogReader } from '../../src/workers/open-log.ts';
import { type OpenedView, openView, viewsOfAnotherLog } from '../../src/workers/open-view.ts';

/** Returns a view as it is opened while the log is unavailable. */
function unverifiedView(eventId: string): OpenedView {
  return { unverified: { eventId, position: '1' } } as unknown as OpenedView;
}

/** Returns a log whose reads have the given results, one after another. */
function logWith(...results: readonly (() => unknown)[]) {
  const remaining = [...results];
  const reader = { readEventAt: async () => remaining.shift()?.() } as unknown as EventReader;
  return { reader, remaining };
}

const fail = (error: Error) => () => {
  throw error;
};

describe('openView', () => {
  const group = { name: 'country', definitions: [countryTimeline] };
  const comparePositions = (a: string, b: string) => Number(a) - Number(b);

  test('keeps a file that SQLite cannot open for a reason outside of it, as on a full disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chancery-open-view-'));
    const viewFiles = new ViewFiles(folder);
    const file = viewFiles.nextFile('country');
    const path = join(folder, 'written.db');
    const written = new SqliteViewFile(path, group.definitions, comparePositions);
    const [logPoints, last] = [[logPoint(1)], checkpoint(1)];
    written.writer('country').commit({ logPoints, versions: [], links: [], checkpoint: last });
    written.close();
    copyFileSync(path, file.path);
    mkdirSync(`${file.path}-wal`);

    const readAll = async () => [{ id: last.eventId }];
    const reader = { readAll, comparePositions, removalsDigest: () => 0 } as unknown as LogReader;
    const opened = await openView(group, viewFiles, reader);

    expect(opened).toEqual({ group, file: undefined, current: undefined, unverified: undefined });
    expect(existsSync(file.path)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});

describe('viewsOfAnotherLog', () => {
  test('keeps trying while the log refuses to be read', async () => {
    const [own, foreign] = [unverifiedView('a'), unverifiedView('b')];
    const { reader } = logWith(
      fail(new StoreFailedError('The credentials were not accepted.')),
      () => ({ id: 'a' }),
      () => ({ id: 'of another log' }),
    );
    const found = await viewsOfAnotherLog([own, foreign], reader, new AbortController().signal);
    expect(found).toEqual([foreign]);
  });

  test('reads no more when the signal is aborted, however many views are left', async () => {
    const stopping = new AbortController();
    const unavailable = fail(new StoreUnavailableError('The log is unavailable.'));
    const { reader, remaining } = logWith(
      () => {
        stopping.abort();
        unavailable();
      },
      unavailable,
      unavailable,
    );
    const views = [unverifiedView('a'), unverifiedView('b'), unverifiedView('c')];
    expect(await viewsOfAnotherLog(views, reader, stopping.signal)).toEqual([]);
    expect(remaining).toHaveLength(2);
  });
});
