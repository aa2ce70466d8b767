import type { Database } from './driver.ts';
import type { Migration } from './migrations.ts';

/** Returns the SQL of the triggers of the migrations that a file lacks or has with another meaning. */
export function missingTriggers(database: Database, migrations: readonly Migration[]): readonly string[] {
  const expected = migrations
    .flatMap((migration) => migration.match(/CREATE TRIGGER .+?; END/gs) ?? [])
    .map((sql) => [sql.split(' ', 3)[2] ?? '', sql] as const);
  const stored = database
    .prepare<{ name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  const present = new Map(stored.map(({ name, sql }) => [name, sql]));
  // SQLite stores a trigger as it was written. A later migration may have replaced one of the same name.
  return [...new Map(expected)].flatMap(([name, sql]) => (present.get(name) === sql ? [] : [sql]));
}
