import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '../../projector/timeline-store.ts';
import { openToRead } from '../driver.ts';

/**
 * Returns the checkpoint of the view file that has processed the most events, of whatever projection and version. It is
 * what the data folder knows of its log apart from the log itself. Undefined if there is none.
 */
export function newestCheckpoint(dataDir: string): Checkpoint | undefined {
  const checkpoints = viewPaths(join(dataDir, 'views')).flatMap((path) => readCheckpoint(path) ?? []);
  return checkpoints.sort((a, b) => b.ordinal - a.ordinal)[0];
}

function viewPaths(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.db'))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** An unreadable file tells nothing. Earlier releases had a table with one checkpoint. */
function readCheckpoint(path: string): Checkpoint | undefined {
  try {
    const database = openToRead(path);
    try {
      const { table } =
        database
          .prepare<{ table: string }>(
            `SELECT name AS "table" FROM sqlite_schema WHERE name IN ('projection', 'checkpoint')`,
          )
          .get() ?? {};
      return database
        .prepare<Checkpoint>(
          `SELECT ordinal, position, instant, event_id AS eventId, lineage FROM ${table}
           WHERE ordinal IS NOT NULL ORDER BY ordinal DESC LIMIT 1`,
        )
        .get();
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}
