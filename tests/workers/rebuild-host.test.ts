import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { projections } from '../../projections/index.ts';
import { RebuildHost } from '../../src/workers/rebuild-host.ts';
import { viewGroups } from '../../src/workers/view-groups.ts';

test('a rebuild does without the number of events if the log cannot be counted', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'chancery-rebuild-host-'));
  const host = new RebuildHost({
    settings: { dataDir, eventStore: undefined, extensions: [] },
    log: { countAfter: () => Promise.reject(new Error('disk I/O error')) },
    // The rebuild waits for this before it starts a process.
    removals: { known: new Promise(() => {}), records: [] },
    clock: () => new Date(),
    signal: () => {},
    projections: new Map(),
    groups: viewGroups(projections),
    activate: () => {},
    onNotActivated: () => {},
  });
  expect(host.start('country')).toBe(true);
  await setImmediate();
  expect(host.last('country')).toMatchObject({ state: 'waiting', total: undefined });
  await host.close();
  rmSync(dataDir, { recursive: true });
});
