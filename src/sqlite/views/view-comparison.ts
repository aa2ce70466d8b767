import { type Database, openDatabase, type PreparedStatement } from '../driver.ts';
import { integrityProblems } from '../log/log-inspection.ts';
import { userVersion } from '../migrations.ts';
import { BodyDecoder, type StoredBody } from './content-bodies.ts';
import { filterIndexDifferences } from './filter-index-comparison.ts';
import { textIndexDifferences } from './text-index-comparison.ts';
import { decodeChanges } from './timeline-changes.ts';
import { CONTENTS_MAX, entryOfContent, TIMELINE_SCHEMA } from './timeline-schema.ts';

/** A projection of a view file, with the last event that its rows contain; null if they contain none. */
export interface ViewCheckpoint {
  readonly name: string;
  readonly version: number;
  readonly ordinal: number | null;
  readonly eventId: string | null;
}

/** Returns none if the file has another schema. Throws SQLite's error if it cannot be read. */
export function readViewCheckpoints(path: string): readonly ViewCheckpoint[] {
  const database = openDatabase(path, { readOnly: true });
  try {
    if (userVersion(database) !== TIMELINE_SCHEMA.length) return [];
    const select = 'SELECT name, version, ordinal, event_id AS eventId FROM projection ORDER BY id';
    return database.prepare<ViewCheckpoint>(select).all();
  } finally {
    database.close();
  }
}

/**
 * Returns what is wrong with a view file, and how it differs from a replay. The numbers that a file gives to timelines,
 * contents, facets and fields depend on how many events a commit had, so rows are compared by what they stand for.
 */
export function compareViewFiles(path: string, replayed: string): readonly string[] {
  const database = openDatabase(replayed);
  try {
    database.prepare('ATTACH ? AS kept').run(path);
    for (const schema of ['main', 'kept']) {
      const bodies = new BodyDecoder(database, schema);
      database.function(`${schema}_body`, (body) => bodies.textOf(body as StoredBody));
    }
    return [
      ...integrityProblems(database),
      ...Object.entries(ROWS).flatMap(([name, sql]) => {
        const missing = countOnlyIn(database, sql('main'), sql('kept'));
        const added = countOnlyIn(database, sql('kept'), sql('main'));
        return missing === 0 && added === 0
          ? []
          : [`${name}: ${missing} rows of a replay are missing, ${added} rows are not in a replay`];
      }),
      ...differingHistories(database),
      ...filterIndexDifferences(database, 'kept'),
      ...textIndexDifferences(database, 'kept'),
    ];
  } finally {
    database.close();
  }
}

const ROWS: Readonly<Record<string, (schema: string) => string>> = {
  checkpoints: (schema) =>
    `SELECT id, name, version, ordinal, position, instant, event_id, lineage, changed_ordinal
     FROM ${schema}.projection`,
  events: (schema) => `SELECT * FROM ${schema}.moment`,
  links: (schema) => `SELECT * FROM ${schema}.link`,
  'list items': (schema) => `SELECT * FROM ${schema}.list_item`,
  timelines: (schema) =>
    `SELECT projection, key, created_ordinal, changed_ordinal, entries, earliest, last_start, latest
     FROM ${schema}.timeline`,
  entries: (schema) =>
    `SELECT t.projection, t.key, e.earliest, e.latest, e.rank, e.content / ${CONTENTS_MAX}, e.from_ordinal,
       e.to_ordinal, f.json, e.reach, e.reach_days, c.earliest, c.latest, c.rank,
       ${schema}_body(c.body),
       (SELECT words FROM ${schema}.content_words AS w WHERE w.content = c.id),
       (SELECT json_group_array(token)
          FROM json_each('[' || replace(trim(c.facets, '|'), '|', ',') || ']') AS id
          CROSS JOIN ${schema}.facet ON facet.id = id.value)
     FROM ${schema}.timeline AS t JOIN ${schema}.entry AS e ON e.timeline = t.id
       JOIN ${schema}.content AS c ON c.id = e.content JOIN ${schema}.fields AS f ON f.id = e.fields`,
};

function countOnlyIn(database: Database, one: string, other: string): number {
  const sql = `SELECT count(*) AS count FROM (${one} EXCEPT ${other})`;
  return database.prepare<{ count: number }>(sql).get()?.count ?? 0;
}

interface History {
  readonly projection: number;
  readonly key: string;
  /** The rows of changes as a JSON array of hexadecimal texts. */
  readonly changes: string;
}

/** Returns a finding for the first timeline whose changes differ. */
function differingHistories(database: Database): readonly string[] {
  const [replayed, kept] = [histories(database, 'main'), histories(database, 'kept')];
  let after: readonly [projection: number, key: string] | undefined = [0, ''];
  while (after !== undefined) {
    const expected: readonly History[] = replayed.all(...after);
    const found = kept.all(...after);
    const wrong = expected.find((history, index) => {
      const other = found[index];
      return other === undefined || other.key !== history.key || changesOf(other) !== changesOf(history);
    });
    if (wrong !== undefined) return [`changes: those of the timeline ${wrong.key} are not those of a replay`];
    const last = expected.at(-1);
    after = last && [last.projection, last.key];
  }
  return [];
}

/** Reads a number of histories, those after a projection and a key. */
function histories(database: Database, schema: string): PreparedStatement<History> {
  return database.prepare<History>(
    `SELECT projection, key, json_insert(
         (SELECT json_group_array(hex(changes)) FROM
            (SELECT changes FROM ${schema}.history WHERE timeline = t.id ORDER BY ordinal)),
         '$[#]', hex(t.changes)) AS changes
       FROM ${schema}.timeline AS t WHERE (projection, key) > (?, ?) ORDER BY projection, key LIMIT 1000`,
  );
}

function changesOf({ changes }: History): string {
  const rows = JSON.parse(changes) as readonly string[];
  const all = rows.flatMap((hex) => decodeChanges(Buffer.from(hex, 'hex')));
  return JSON.stringify(all.map((change) => ({ ...change, added: change.added.map(entryOfContent) })));
}
