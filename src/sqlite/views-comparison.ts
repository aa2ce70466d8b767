import { openDatabase } from './driver.ts';
import { integrityProblems } from './log/log-file.ts';

/** The last event that a view file contains. */
export interface ViewCheckpoint {
  readonly ordinal: number;
  readonly position: string;
  readonly eventId: string;
}

/** Returns undefined if the file has no checkpoint. Throws SQLite's error if it cannot be read. */
export function readViewCheckpoint(path: string): ViewCheckpoint | undefined {
  const database = openDatabase(path, { readOnly: true });
  try {
    const select = 'SELECT ordinal, position, event_id AS eventId FROM checkpoint';
    return database.prepare<ViewCheckpoint>(select).get();
  } finally {
    database.close();
  }
}

/** Returns what is wrong with a view file, and how its rows differ from those of a replay. */
export function compareViewFiles(path: string, replayed: string): readonly string[] {
  const database = openDatabase(replayed);
  try {
    database.prepare('ATTACH ? AS kept').run(path);
    const tables = database
      .prepare<{ name: string }>("SELECT name FROM main.sqlite_schema WHERE type = 'table'")
      .all();
    return [
      ...integrityProblems(database),
      ...tables.flatMap(({ name }) => {
        const [missing, added] = [rowsOnlyIn('main', 'kept', name), rowsOnlyIn('kept', 'main', name)].map(
          (sql) => database.prepare<{ count: number }>(sql).get()?.count ?? 0,
        );
        return missing === 0 && added === 0
          ? []
          : [`table ${name}: ${missing} rows of a replay are missing, ${added} rows are not in a replay`];
      }),
    ];
  } finally {
    database.close();
  }
}

function rowsOnlyIn(one: string, other: string, table: string): string {
  return `SELECT count(*) AS count FROM (SELECT * FROM ${one}.${table} EXCEPT SELECT * FROM ${other}.${table})`;
}
