import { type Day, dayOfSerial, daySerial } from '../domain/edtf.ts';
import type { EventReader } from '../event-store/event-store.ts';
import type {
  AsOf,
  Checkpoint,
  EntryKey,
  IndexQuery,
  Moment,
  Ordinal,
  TimelinePage,
  TimelineQuery,
  TimelineReader,
  TimelineSummary,
} from '../projector/timeline-store.ts';
import { type Database, openDatabase, type Statement } from './driver.ts';
import { MomentTable } from './moment-table.ts';
import { FACETS, facetWord } from './timeline-facets.ts';
import { entryOfVersion, firstVersionId, OPEN_END, OPEN_START, SHORT_SPAN_DAYS } from './timeline-schema.ts';

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

/** Reads the timelines of one projection from its file, beside the writer. */
export class SqliteTimelineReader implements TimelineReader {
  readonly projection: string;
  readonly #db: Database;
  readonly #compare: EventReader['comparePositions'];
  readonly #statements: ReturnType<typeof prepare>;
  readonly #moments: MomentTable;
  readonly #pages = new Map<string, Statement<EntryRow>>();

  /** Throws what SQLite throws when the file is damaged or of another schema. */
  constructor(file: string, projection: string, comparePositions: EventReader['comparePositions']) {
    this.projection = projection;
    this.#compare = comparePositions;
    this.#db = openDatabase(file, { readOnly: true });
    try {
      this.#db.exec(`PRAGMA mmap_size = ${MAPPED_BYTES_MAX}; PRAGMA cache_size = -32768`);
      this.#statements = prepare(this.#db);
      this.#moments = new MomentTable(this.#db);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  checkpoint(): Checkpoint | undefined {
    return this.#statements.checkpoint.get();
  }

  momentAt(asOf: AsOf): Moment | undefined {
    const count = this.checkpoint()?.ordinal ?? 0;
    if ('position' in asOf) {
      return this.#moments.lastUpTo(count, ({ position }) => this.#compare(position, asOf.position));
    }
    const sought = Date.parse(asOf.instant);
    return this.#moments.lastUpTo(count, ({ instant }) => Date.parse(instant) - sought);
  }

  lastChange(key?: string): Moment | undefined {
    const { lastChange, lastChangeOf } = this.#statements;
    const changed = key === undefined ? lastChange.get() : lastChangeOf.get(key);
    return changed === undefined ? undefined : this.#moments.at(changed.ordinal);
  }

  page(key: string, query: TimelineQuery): TimelinePage {
    const timeline = this.#statements.extent.get(query.asOf, key);
    if (timeline === undefined) return EMPTY_PAGE;
    const { sql, values } = pageSql(timeline, query);
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

  index({ limit, after = '', asOf }: IndexQuery): readonly TimelineSummary[] {
    return this.#statements.index.all(asOf, after, limit).map(({ key, entries, earliest, latest }) => ({
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

const EMPTY_PAGE: TimelinePage = { entries: [], next: undefined };

/** Where the entries of a timeline begin, as of an ordinal: what was recorded later is not even passed over. */
interface Extent {
  readonly id: number;
  /** First and last of the first days. */
  readonly earliest: number;
  readonly lastStart: number;
}

interface OrdinalRow {
  readonly ordinal: Ordinal;
}

/** A timeline's row of `summary` as of an ordinal. */
const SUMMARY_AS_OF =
  'summary.ordinal = (SELECT max(ordinal) FROM summary WHERE timeline = timeline.id AND ordinal <= ?)';

function prepare(db: Database) {
  return {
    checkpoint: db.prepare<Checkpoint>(
      'SELECT ordinal, position, instant, event_id AS eventId, lineage FROM checkpoint',
    ),
    lastChange: db.prepare<OrdinalRow>(
      'SELECT changed_ordinal AS ordinal FROM checkpoint WHERE changed_ordinal > 0',
    ),
    lastChangeOf: db.prepare<OrdinalRow>(
      `SELECT ordinal FROM summary WHERE timeline = (SELECT id FROM timeline WHERE key = ?)
       ORDER BY ordinal DESC LIMIT 1`,
    ),
    extent: db.prepare<Extent>(
      `SELECT timeline.id, earliest, last_start AS lastStart FROM timeline CROSS JOIN summary
       ON summary.timeline = timeline.id AND ${SUMMARY_AS_OF} WHERE entries > 0 AND key = ?`,
    ),
    index: db.prepare<SummaryRow>(
      `SELECT key, entries, earliest, latest FROM timeline CROSS JOIN summary
       ON summary.timeline = timeline.id AND ${SUMMARY_AS_OF}
       WHERE key > ? AND entries > 0 ORDER BY key LIMIT ?`,
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
function pageSql(timeline: Extent, query: TimelineQuery): Sql {
  const from = query.from === undefined ? OPEN_START : daySerial(query.from);
  const [start, end] = startRange(timeline, query, from);
  const beginning = limited(
    entriesSql(timeline, query, 'entry', ['entry.earliest BETWEEN ? AND ?', start, end]),
    query,
  );
  if (query.from === undefined || query.certain) return beginning;
  const isPast = query.order === 'asc' && query.after !== undefined && query.after.earliest >= from;
  if (isPast) return beginning;
  const reaching = reachingSql(timeline, query, from);
  return limited(union(query.order === 'asc' ? [reaching, beginning] : [beginning, reaching]), query);
}

/** First and last of the first days that are searched: the search begins there, be the page ever so deep. */
function startRange({ earliest, lastStart }: Extent, query: TimelineQuery, from: number): [number, number] {
  const { after, order, to } = query;
  const [start, end] = [
    Math.max(from, earliest),
    Math.min(to === undefined ? OPEN_END : daySerial(to), lastStart),
  ];
  if (after === undefined) return [start, end];
  return order === 'asc' ? [Math.max(start, after.earliest), end] : [start, Math.min(end, after.earliest)];
}

/** What begins before a day and does not end before it: short spans a little before it, long ones anywhere. */
function reachingSql(timeline: Extent, query: TimelineQuery, from: number): Sql {
  const reaches = 'entry.earliest < ? AND entry.latest >= ? AND entry.latest - entry.earliest';
  const short = entriesSql(timeline, query, 'entry INDEXED BY entry_short_span', [
    `${reaches} BETWEEN 1 AND ${SHORT_SPAN_DAYS} AND entry.earliest >= ?`,
    from,
    from,
    from - SHORT_SPAN_DAYS,
  ]);
  const long = entriesSql(timeline, query, 'entry INDEXED BY entry_long_span', [
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
  timeline: Extent,
  query: TimelineQuery,
  source: string,
  [begins, ...days]: readonly [string, ...number[]],
): Sql {
  const conditions = ['entry.from_ordinal <= ?', 'entry.to_ordinal > ?', begins];
  const values: (number | string)[] = [timeline.id, query.asOf, query.asOf, ...days];
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
    WHERE entry.timeline = ? AND ${conditions.join(' AND ')}
    ORDER BY ${orderBy(query)}`;
  return { sql, values };
}

type Where = (condition: string, ...values: readonly (number | string)[]) => void;

function whereAfter({ after, order }: TimelineQuery, where: Where): void {
  if (after === undefined) return;
  const version = order === 'asc' ? firstVersionId(after.entry + 1) - 1 : firstVersionId(after.entry);
  const beyond = order === 'asc' ? '>' : '<';
  where(
    `(entry.earliest, entry.latest, entry.version) ${beyond} (?, ?, ?)`,
    after.earliest,
    after.latest,
    version,
  );
}

function whereEnds({ to, certain }: TimelineQuery, where: Where): void {
  if (to !== undefined) where(certain ? 'entry.latest <= ?' : 'entry.earliest <= ?', daySerial(to));
}

function whereFacets(query: TimelineQuery, where: Where): void {
  const anyOf = (column: string, words: readonly string[]): void => {
    if (words.length === 0) return;
    where(`(${words.map(() => `instr(${column}, ?) > 0`).join(' OR ')})`, ...words);
  };
  for (const facet of FACETS) {
    anyOf(
      'version.facets',
      query[facet].map((value) => facetWord(facet, value)),
    );
  }
  anyOf(
    'entry.matter',
    query.roles.map((role) => JSON.stringify(role)),
  );
}

function entryKey([earliest, latest, version]: EntryRow): EntryKey {
  return { earliest, latest, entry: entryOfVersion(version) };
}

function dayWithin(serial: number): Day | undefined {
  return serial === OPEN_START || serial === OPEN_END ? undefined : dayOfSerial(serial);
}
