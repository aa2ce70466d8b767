import { type Day, dayOfSerial } from '../../domain/values/edtf.ts';
import type { EventReader } from '../../event-store/event-store.ts';
import type {
  AsOf,
  ChangesQuery,
  Checkpoint,
  DensityCount,
  DensityQuery,
  EntryKey,
  IndexQuery,
  LogPoint,
  Ordinal,
  TimelinePage,
  TimelineQuery,
  TimelineReader,
  TimelineSummary,
} from '../../projector/timeline-store.ts';
import { type Database, openDatabase, type PreparedStatement } from '../driver.ts';
import { LogPointTable } from './log-points.ts';
import { changesSql } from './timeline-changes-sql.ts';
import { densityCostSql, densitySql } from './timeline-density-sql.ts';
import { type Extent, pageSql, type Sql } from './timeline-page-sql.ts';
import { entryOfVersion, OPEN_END, OPEN_START } from './timeline-schema.ts';

/** earliest, latest, version, matter, body */
type EntryRow = readonly [number, number, number, string, string];

/** earliest, latest, entries */
type DaysRow = readonly [number, number, number];

/** Changes looked at, those that the filter lets through */
type ChangesRow = readonly [number, number];

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
  readonly #moments: LogPointTable;
  readonly #searches = new Map<string, PreparedStatement<unknown>>();

  /** Throws what SQLite throws when the file is damaged or of another schema. */
  constructor(file: string, projection: string, comparePositions: EventReader['comparePositions']) {
    this.projection = projection;
    this.#compare = comparePositions;
    this.#db = openDatabase(file, { readOnly: true });
    try {
      this.#db.exec(`PRAGMA mmap_size = ${MAPPED_BYTES_MAX}; PRAGMA cache_size = -32768`);
      this.#statements = prepare(this.#db);
      this.#moments = new LogPointTable(this.#db);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  checkpoint(): Checkpoint | undefined {
    return this.#statements.checkpoint.get();
  }

  momentAt(asOf: AsOf): LogPoint | undefined {
    const count = this.checkpoint()?.ordinal ?? 0;
    if ('position' in asOf) {
      return this.#moments.lastUpTo(count, ({ position }) => this.#compare(position, asOf.position));
    }
    const sought = Date.parse(asOf.instant);
    return this.#moments.lastUpTo(count, ({ instant }) => Date.parse(instant) - sought);
  }

  lastChange(key?: string): LogPoint | undefined {
    const { lastChange, lastChangeOf } = this.#statements;
    const changed = key === undefined ? lastChange.get() : lastChangeOf.get(key);
    return changed === undefined ? undefined : this.#moments.at(changed.ordinal);
  }

  page(key: string, query: TimelineQuery): TimelinePage {
    const timeline = this.#statements.extent.get(query.asOf, key);
    if (timeline === undefined) return EMPTY_PAGE;
    const rows = this.#rows<EntryRow>(pageSql(timeline, query));
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return {
      entries: shown.map(([, , , matter, body]) =>
        matter === '{}' ? body : `${matter.slice(0, -1)},${body.slice(1)}`,
      ),
      next: last !== undefined && rows.length > query.limit ? entryKey(last) : undefined,
    };
  }

  summary(key: string, asOf: Ordinal): TimelineSummary | undefined {
    const found = this.#statements.summary.get(asOf, key);
    return found && summaryOf(found);
  }

  density(key: string, query: DensityQuery): readonly DensityCount[] | undefined {
    const timeline = this.#statements.extent.get(query.asOf, key);
    if (timeline === undefined) return [];
    if (this.#rows(densityCostSql(timeline, query)).length > 0) return undefined;
    const [[counts = '[]'] = []] = this.#rows<readonly [string]>(densitySql(timeline, query));
    return (JSON.parse(counts) as readonly DaysRow[]).map(([earliest, latest, entries]) => ({
      earliest: serialWithin(earliest),
      latest: serialWithin(latest),
      entries,
    }));
  }

  changes(key: string, query: ChangesQuery): number | undefined {
    const timeline = this.#statements.idOf.get(key);
    if (timeline === undefined) return 0;
    const [[looked, counted] = [0, 0]] = this.#rows<ChangesRow>(changesSql(timeline.id, query));
    return looked > query.changesMax ? undefined : counted;
  }

  index({ limit, after = '', asOf }: IndexQuery): readonly TimelineSummary[] {
    return this.#statements.index.all(asOf, after, limit).map(summaryOf);
  }

  close(): void {
    this.#db.close();
  }

  /** Of a statement that is made for a query, and kept for the next one like it; as arrays. */
  #rows<Row>({ sql, values }: Sql): readonly Row[] {
    return this.#prepared(sql).all(...values) as readonly Row[];
  }

  #prepared(sql: string): PreparedStatement<unknown> {
    const known = this.#searches.get(sql);
    if (known !== undefined) return known;
    if (this.#searches.size >= STATEMENTS_MAX) this.#searches.clear();
    const statement = this.#db.prepare<unknown>(sql);
    statement.setReturnArrays(true);
    this.#searches.set(sql, statement);
    return statement;
  }
}

const EMPTY_PAGE: TimelinePage = { entries: [], next: undefined };

interface OrdinalRow {
  readonly ordinal: Ordinal;
}

/** A timeline's row of `summary` as of an ordinal. */
const SUMMARY_AS_OF =
  'summary.ordinal = (SELECT max(ordinal) FROM summary WHERE timeline = timeline.id AND ordinal <= ?)';

const SUMMARIES = `SELECT key, entries, earliest, latest FROM timeline CROSS JOIN summary
  ON summary.timeline = timeline.id AND ${SUMMARY_AS_OF} WHERE entries > 0`;

function prepare(db: Database) {
  return {
    checkpoint: db.prepare<Checkpoint>(
      'SELECT ordinal, position, instant, event_id AS eventId, lineage FROM checkpoint',
    ),
    idOf: db.prepare<{ readonly id: number }>('SELECT id FROM timeline WHERE key = ?'),
    lastChange: db.prepare<OrdinalRow>(
      'SELECT changed_ordinal AS ordinal FROM checkpoint WHERE changed_ordinal > 0',
    ),
    lastChangeOf: db.prepare<OrdinalRow>(
      `SELECT ordinal FROM summary WHERE timeline = (SELECT id FROM timeline WHERE key = ?)
       ORDER BY ordinal DESC LIMIT 1`,
    ),
    extent: db.prepare<Extent>(
      `SELECT timeline.id, entries, earliest, last_start AS lastStart,
         (SELECT entries FROM summary WHERE timeline = timeline.id ORDER BY ordinal DESC LIMIT 1) AS present
       FROM timeline CROSS JOIN summary ON summary.timeline = timeline.id AND ${SUMMARY_AS_OF} WHERE entries > 0 AND key = ?`,
    ),
    index: db.prepare<SummaryRow>(`${SUMMARIES} AND key > ? ORDER BY key LIMIT ?`),
    summary: db.prepare<SummaryRow>(`${SUMMARIES} AND key = ?`),
  };
}

function entryKey([earliest, latest, version]: EntryRow): EntryKey {
  return { earliest, latest, entry: entryOfVersion(version) };
}

function summaryOf({ key, entries, earliest, latest }: SummaryRow): TimelineSummary {
  return { key, entries, earliest: dayWithin(earliest), latest: dayWithin(latest) };
}

function dayWithin(serial: number): Day | undefined {
  return serial === OPEN_START || serial === OPEN_END ? undefined : dayOfSerial(serial);
}

function serialWithin(serial: number): number | undefined {
  return serial === OPEN_START || serial === OPEN_END ? undefined : serial;
}
