import { type Day, dayOfSerial, daySerial } from '../domain/edtf.ts';
import type {
  Change,
  Checkpoint,
  EntryKey,
  Ordinal,
  TimelinePage,
  TimelineQuery,
  TimelineReader,
  TimelineSummary,
} from '../projector/timeline-store.ts';
import { type Database, openDatabase, type Statement } from './driver.ts';
import { facetWord } from './timeline-facets.ts';
import {
  CHECKPOINT_SQL,
  firstVersionId,
  OPEN_END,
  OPEN_START,
  recordOfVersion,
  SHORT_SPAN_DAYS,
} from './timeline-schema.ts';

/** earliest, latest, version, matter, body */
type EntryRow = readonly [number, number, number, string, string];

interface SummaryRow {
  readonly key: string;
  readonly entries: number;
  readonly earliest: number;
  readonly latest: number;
}

const STATEMENTS_MAX = 200;
/** Pages that are mapped need no call to be read; what lies beyond is read as usual. */
const MAPPED_BYTES_MAX = 2 ** 30;

const CHANGE_COLUMNS = 'changed_ordinal AS ordinal, changed_position AS position, changed_instant AS instant';

/** Reads the timelines of one projection from its file, beside the writer. */
export class SqliteTimelineReader implements TimelineReader {
  readonly projection: string;
  readonly #db: Database;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #pages = new Map<string, Statement<EntryRow>>();

  constructor(file: string, projection: string) {
    this.projection = projection;
    this.#db = openDatabase(file, { readOnly: true });
    this.#db.exec(`PRAGMA mmap_size = ${MAPPED_BYTES_MAX}; PRAGMA cache_size = -32768`);
    this.#statements = prepare(this.#db);
  }

  checkpoint(): Checkpoint | undefined {
    return this.#statements.checkpoint.get();
  }

  lastChange(key?: string): Change | undefined {
    const row =
      key === undefined ? this.#statements.lastChange.get() : this.#statements.lastChangeOf.get(key);
    return row;
  }

  page(key: string, query: TimelineQuery): TimelinePage {
    const { sql, values } = pageSql(key, query);
    const rows = this.#prepared(sql).all(...values);
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return {
      entries: shown.map(([, , , matter, body]) =>
        matter === '{}' ? body : `${matter.slice(0, -1)},${body.slice(1)}`,
      ),
      next: last !== undefined && rows.length > query.limit ? entryKey(last) : undefined,
    };
  }

  index({
    limit,
    after = '',
  }: {
    readonly limit: number;
    readonly after?: string;
  }): readonly TimelineSummary[] {
    const rows = this.#statements.index.all(after, limit);
    return rows.map(({ key, entries, earliest, latest }) => ({
      key,
      entries,
      earliest: dayWithin(earliest),
      latest: dayWithin(latest),
    }));
  }

  close(): void {
    this.#db.close();
  }

  #prepared(sql: string): Statement<EntryRow> {
    const known = this.#pages.get(sql);
    if (known !== undefined) return known;
    if (this.#pages.size >= STATEMENTS_MAX) this.#pages.clear();
    const statement = this.#db.prepare<EntryRow>(sql);
    statement.setReturnArrays(true);
    this.#pages.set(sql, statement);
    return statement;
  }
}

function prepare(db: Database) {
  return {
    checkpoint: db.prepare<Checkpoint>(CHECKPOINT_SQL),
    lastChange: db.prepare<Change>(
      `SELECT ${CHANGE_COLUMNS} FROM timeline ORDER BY changed_ordinal DESC LIMIT 1`,
    ),
    lastChangeOf: db.prepare<Change>(`SELECT ${CHANGE_COLUMNS} FROM timeline WHERE key = ?`),
    index: db.prepare<SummaryRow>(
      `SELECT key, entries, earliest, latest FROM timeline WHERE key > ? AND entries > 0 ORDER BY key LIMIT ?`,
    ),
  };
}

/** SQL with the values of its parameters, in their order. */
interface Sql {
  readonly sql: string;
  readonly values: readonly (number | string)[];
}

/**
 * The statement of a query; one row more than asked tells of a next page. What reaches into the time asked for from
 * before it stands before all that begins in it, so these are searches of their own, each by an index.
 */
function pageSql(key: string, query: TimelineQuery): Sql {
  const from = query.from === undefined ? OPEN_START : daySerial(query.from);
  const beginning = limited(entriesSql(key, query, 'entry', ['entry.earliest >= ?', from]), query);
  if (query.from === undefined || query.certain) return beginning;
  const reaching = reachingSql(key, query, from);
  return limited(union(query.order === 'asc' ? [reaching, beginning] : [beginning, reaching]), query);
}

/** What begins before a day and does not end before it: short spans a little before it, long ones anywhere. */
function reachingSql(key: string, query: TimelineQuery, from: number): Sql {
  const reaches = 'entry.earliest < ? AND entry.latest >= ? AND entry.latest - entry.earliest';
  const short = entriesSql(key, query, 'entry INDEXED BY entry_short_span', [
    `${reaches} BETWEEN 1 AND ${SHORT_SPAN_DAYS} AND entry.earliest >= ?`,
    from,
    from,
    from - SHORT_SPAN_DAYS,
  ]);
  const long = entriesSql(key, query, 'entry INDEXED BY entry_long_span', [
    `${reaches} > ${SHORT_SPAN_DAYS}`,
    from,
    from,
  ]);
  const { sql, values } = union([limited(short, query), limited(long, query)]);
  return limited({ sql: `${sql} ORDER BY ${orderBy(query)}`, values }, query);
}

function limited({ sql, values }: Sql, { limit }: TimelineQuery): Sql {
  return { sql: `${sql} LIMIT ?`, values: [...values, limit + 1] };
}

/** The rows of the one, then those of the other. */
function union(parts: readonly Sql[]): Sql {
  return {
    sql: parts.map(({ sql }) => `SELECT * FROM (${sql})`).join(' UNION ALL '),
    values: parts.flatMap(({ values }) => values),
  };
}

function orderBy({ order }: TimelineQuery): string {
  return ['earliest', 'latest', 'version'].map((column) => `${column} ${order}`).join(', ');
}

function entriesSql(
  key: string,
  query: TimelineQuery,
  source: string,
  [begins, ...days]: readonly [string, ...number[]],
): Sql {
  const conditions = ['entry.from_ordinal <= ?', 'entry.to_ordinal > ?', begins];
  const values: (number | string)[] = [key, query.asOf, query.asOf, ...days];
  const where: Where = (condition, ...bound) => {
    conditions.push(condition);
    values.push(...bound);
  };
  whereAfter(query, where);
  whereEnds(query, where);
  whereFacets(query, where);
  const sql = `SELECT entry.earliest AS earliest, entry.latest AS latest, entry.version AS version,
      entry.matter, version.body
    FROM ${source} CROSS JOIN version ON version.id = entry.version
    WHERE entry.timeline = (SELECT id FROM timeline WHERE key = ?) AND ${conditions.join(' AND ')}
    ORDER BY ${orderBy(query)}`;
  return { sql, values };
}

type Where = (condition: string, ...values: readonly (number | string)[]) => void;

function whereAfter({ after, order }: TimelineQuery, where: Where): void {
  if (after === undefined) return;
  const version = order === 'asc' ? firstVersionId(after.record + 1) - 1 : firstVersionId(after.record);
  const beyond = order === 'asc' ? '>' : '<';
  where(
    `(entry.earliest, entry.latest, entry.version) ${beyond} (?, ?, ?)`,
    after.earliest,
    after.latest,
    version,
  );
}

/** The second bound follows from the first; it lets the search end where the entries begin too late. */
function whereEnds({ to, certain }: TimelineQuery, where: Where): void {
  if (to === undefined) return;
  where('entry.earliest <= ?', daySerial(to));
  if (certain) where('entry.latest <= ?', daySerial(to));
}

function whereFacets({ types, roles, countries, topics, speechActs }: TimelineQuery, where: Where): void {
  const anyOf = (column: string, words: readonly string[]): void => {
    if (words.length === 0) return;
    where(`(${words.map(() => `instr(${column}, ?) > 0`).join(' OR ')})`, ...words);
  };
  anyOf(
    'version.facets',
    types.map((type) => facetWord('type', type)),
  );
  anyOf(
    'version.facets',
    countries.map((country) => facetWord('country', country)),
  );
  anyOf(
    'version.facets',
    topics.map((topic) => facetWord('topic', topic)),
  );
  anyOf(
    'version.facets',
    speechActs.map((speechAct) => facetWord('speechAct', speechAct)),
  );
  anyOf(
    'entry.matter',
    roles.map((role) => JSON.stringify(role)),
  );
}

function entryKey([earliest, latest, version]: EntryRow): EntryKey {
  return { earliest, latest, record: recordOfVersion(version) as Ordinal };
}

function dayWithin(serial: number): Day | undefined {
  return serial === OPEN_START || serial === OPEN_END ? undefined : dayOfSerial(serial);
}
