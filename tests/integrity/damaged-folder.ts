import { cpSync } from 'node:fs';
import { createRecorder } from '../../src/append/recorder.ts';
import { NO_REMOVALS } from '../../src/event-store/removals.ts';
import { CheckpointFile, openLogKey } from '../../src/integrity/log-files.ts';
import { LogTree } from '../../src/integrity/log-tree.ts';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { logPath } from '../../src/sqlite/log/log-schema.ts';
import { openTreeStore } from '../../src/sqlite/tree-store.ts';
import { briefing, mou, shipment, uuid } from '../append/sent-events.ts';
import { openTestStore } from '../sqlite/open-test-store.ts';

export interface Copies {
  readonly older: string;
  readonly killed: string;
  readonly stopped: string;
}

/**
 * Records events in a data folder, signs them, and copies the folder three times: after half of the events; with all
 * of them in the WAL, as after a kill; and after a stop.
 */
export async function recordFolders(dataDir: string, events: number, copies: Copies): Promise<void> {
  const store = openTestStore(dataDir);
  const recorder = createRecorder(store);
  const tree = new LogTree({
    removals: NO_REMOVALS,
    log: store,
    location: dataDir,
    store: openTreeStore(dataDir),
    checkpointFile: new CheckpointFile(dataDir),
    key: await openLogKey(dataDir),
    onFailure: (error) => {
      throw error;
    },
  });
  await tree.check();
  const sent = [briefing, mou, shipment];
  for (let number = 1; number <= events; number += 1) {
    const { stream: _, ...event } = { stream: '', ...sent[number % sent.length], id: uuid(number) };
    const outcome = await recorder.record(event, { actor: 'desk' });
    if (outcome.outcome !== 'recorded') throw new Error(`Event ${number} was not recorded.`);
    if (number === events / 2) cpSync(dataDir, copies.older, { recursive: true });
  }
  await tree.close();
  cpSync(dataDir, copies.killed, { recursive: true });
  await store.close();
  cpSync(dataDir, copies.stopped, { recursive: true });
}

/** Runs SQL on the log without its triggers, as somebody does who removes them and puts them back. */
export function alterLog(dataDir: string, sql: string): void {
  const database = openDatabase(logPath(dataDir));
  const triggers = database
    .prepare<{ name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
  database.exec(sql);
  for (const trigger of triggers) database.exec(trigger.sql);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}
