import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { projections } from '../../projections/index.ts';
import { NO_REMOVALS } from '../../src/event-store/removals.ts';
import { viewGroups } from '../../src/workers/view-groups.ts';
import { generateEvents } from '../bench/generate-events.ts';
import { PROGRAM, runProgram } from '../cli/server-process.ts';

/** Enough for several reports of progress, which are 200 ms apart. */
const EVENTS = 12_000;
/** The built module, as its processes run built code. */
const SCHEDULER = join(dirname(PROGRAM), '../workers/rebuild-scheduler.js');

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-rebuild-scheduler-'));
  const file = join(folder, 'events.ndjson');
  await writeFile(file, [...generateEvents(EVENTS)].map((event) => `${JSON.stringify(event)}\n`).join(''));
  expect(await runProgram(['import', file, '--data-dir', folder])).toMatchObject({ exitCode: 0 });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function openScheduler() {
  const module: typeof import('../../src/workers/rebuild-scheduler.ts') = await import(SCHEDULER);
  return new module.RebuildScheduler(
    { dataDir: folder, eventStore: undefined, extensions: [] },
    NO_REMOVALS,
    1,
  );
}

describe('RebuildScheduler', () => {
  test('reports nothing of a cancelled rebuild while others of its process go on', async () => {
    const scheduler = await openScheduler();
    let reportsAfterEnd = 0;
    let otherReports = 0;
    let hasEnded = false;
    const [first, ...others] = viewGroups(projections).map(({ name }, index) =>
      scheduler.run(
        { view: name, acceptPartial: false },
        {
          started: () => {},
          progressed: () => {
            if (index === 0 && hasEnded) reportsAfterEnd += 1;
            if (index === 0) first?.cancel();
            else if (hasEnded) otherReports += 1;
          },
        },
      ),
    );
    expect(await first?.outcome).toEqual({ kind: 'cancelled' });
    hasEnded = true;
    const outcomes = await Promise.all(others.map(({ outcome }) => outcome));
    expect(outcomes.map(({ kind }) => kind)).toEqual(others.map(() => 'built'));
    expect(otherReports).toBeGreaterThan(0);
    expect(reportsAfterEnd).toBe(0);
  });
});
