import { LRUCache } from 'lru-cache';
import type { InboundLink } from '../../domain/record/record-version.ts';
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
  SerialSpan,
  TimelinePage,
  TimelineQuery,
  TimelineReader,
  TimelineSummary,
} from '../../projector/timeline-store.ts';
import { type Database, openDatabase, type PreparedStatement } from '../driver.ts';
import { requireMigrated } from '../migrations.ts';
import { LinkTable } from './link-table.ts';
import { LogPointTable } from './log-points.ts';
import { changesSql, densityCostSql, densitySql } from './timeline-counts-sql.ts';
import { LIMIT, type ReachJson, type Sql } from './timeline-filter-sql.ts';
import { type Extent, pageSql } from './timeline-page-sql.ts';
import { entryOfVersion, OPEN_END_DAY, OPEN_START_DAY, TIMELINE_SCHEMA } from './timeline-schema.ts';

type EntryRow = readonly [
  earliest: number,
  latest: number,
  rank: number,
  version: number,
  partitionFields: string,
  body: string,
];

type DensityRow = readonly [earliest: number, latest: number, entries: number, reach: ReachJson | null];

type ChangesRow = readonly [scanned: number, matching: number];

interface SummaryRow {
  readonly key: string;
  readonly entries: number;
  readonly earliest: number;
  readonly latest: number;
}

const CACHED_STATEMENTS_MAX = 200;
/** Memory-mapped pages are read without a system call. Pages beyond this size are read as usual. */
const MAPPED_BYTES_MAX = 2 ** 30;

/** Reads the timelines of one projection from its view file, which another connection may be writing. */
export class SqliteTimelineReader implements TimelineReader {
  readonly projection: string;
  readonly #db: Database;
  readonly #compare: EventReader['comparePositions'];
  readonly #statements: ReturnType<typeof prepare>;
  readonly #logPoints: LogPointTable;
  readonly #links: LinkTable;
  /** Statements by their SQL, which depends on the shape of a query. */
  readonly #queryStatements = new LRUCache<string, PreparedStatement<unknown>>({
    max: CACHED_STATEMENTS_MAX,
    memoMethod: (sql) => this.#prepareForArrays(sql),
  });

  /** Throws FileVersionError if the file has another schema, and SQLite's error if it is damaged. */
  constructor(file: string, projection: string, comparePositions: EventReader['comparePositions']) {
    this.projection = projection;
    this.#compare = comparePositions;
    this.#db = openDatabase(file, { readOnly: true });
    try {
      this.#db.exec(`PRAGMA mmap_size = ${MAPPED_BYTES_MAX}; PRAGMA cache_size = -32768`);
      requireMigrated(this.#db, TIMELINE_SCHEMA, file);
      this.#statements = prepare(this.#db);
      this.#logPoints = new LogPointTable(this.#db);
      this.#links = new LinkTable(this.#db);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  checkpoint(): Checkpoint | undefined {
    return this.#statements.checkpoint.get();
  }

  logPointAt(asOf: AsOf): LogPoint | undefined {
    const count = this.checkpoint()?.ordinal ?? 0;
    if ('position' in asOf) {
      return this.#logPoints.lastUpTo(count, ({ position }) => this.#compare(position, asOf.position));
    }
    const soughtMs = Date.parse(asOf.instant);
    return this.#logPoints.lastUpTo(count, ({ instant }) => Date.parse(instant) - soughtMs);
  }

  lastChange(key?: string): LogPoint | undefined {
    const { lastChange, lastChangeOf } = this.#statements;
    const changed = key === undefined ? lastChange.get() : lastChangeOf.get(key);
    return changed === undefined ? undefined : this.#logPoints.at(changed.ordinal);
  }

  page(key: string, query: TimelineQuery): TimelinePage {
    const timeline = this.#statements.extent.get(query.asOf, key);
    if (timeline === undefined) return EMPTY_PAGE;
    const rows = this.#rows<EntryRow>(pageSql(timeline, query));
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      entries: page.map(entryJson),
      next: last !== undefined && rows.length > query.limit ? entryKey(last) : undefined,
    };
  }

  linksTo(target: string, asOf: Ordinal): readonly InboundLink[] {
    return this.#links.linksTo(target, asOf);
  }

  summary(key: string, asOf: Ordinal): TimelineSummary | undefined {
    const row = this.#statements.summary.get(asOf, key);
    return row && timelineSummary(row);
  }

  density(key: string, query: DensityQuery): readonly DensityCount[] | undefined {
    const timeline = this.#statements.extent.get(query.asOf, key);
    if (timeline === undefined) return [];
    if (this.#rows(densityCostSql(timeline, query)).length > 0) return undefined;
    const [[counts = '[]'] = []] = this.#rows<readonly [string]>(densitySql(timeline, query));
    return (JSON.parse(counts) as readonly DensityRow[]).map(([earliest, latest, entries, reach]) => ({
      ...serialSpan([earliest, latest]),
      entries,
      ...(reach !== null && { reach: densityReach(reach) }),
    }));
  }

  changes(key: string, query: ChangesQuery): number | undefined {
    const timeline = this.#statements.idOf.get(key);
    if (timeline === undefined) return 0;
    const [[scanned, matching] = [0, 0]] = this.#rows<ChangesRow>(changesSql(timeline.id, query));
    return scanned > query.changesMax ? undefined : matching;
  }

  index({ limit, after = '', asOf }: IndexQuery): readonly TimelineSummary[] {
    return this.#statements.index.all(asOf, after, limit).map(timelineSummary);
  }

  close(): void {
    this.#db.close();
  }

  #rows<Row>({ sql, values }: Sql): readonly Row[] {
    return this.#queryStatements.memo(sql).all(...values) as readonly Row[];
  }

  #prepareForArrays(sql: string): PreparedStatement<unknown> {
    const statement = this.#db.prepare<unknown>(sql);
    statement.setReturnArrays(true);
    return statement;
  }
}

const EMPTY_PAGE: TimelinePage = { entries: [], next: undefined };

interface OrdinalRow {
  readonly ordinal: Ordinal;
}

/** Selects the row of `summary` that a timeline has as of an ordinal. */
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
       FROM timeline CROSS JOIN summary ON summary.timeline = timeline.id AND ${SUMMARY_AS_OF}
       WHERE entries > 0 AND key = ?`,
    ),
    index: db.prepare<SummaryRow>(`${SUMMARIES} AND key > ? ORDER BY key ${LIMIT}`),
    summary: db.prepare<SummaryRow>(`${SUMMARIES} AND key = ?`),
  };
}

/** Puts the fields of the partition in front of the body. */
function entryJson([, , , , partitionFields, body]: EntryRow): string {
  return partitionFields === '{}' ? body : `${partitionFields.slice(0, -1)},${body.slice(1)}`;
}

function entryKey([earliest, latest, rank, version]: EntryRow): EntryKey {
  return { earliest, latest, rank, entry: entryOfVersion(version) };
}

function timelineSummary({ key, entries, earliest, latest }: SummaryRow): TimelineSummary {
  return { key, entries, earliest: closedDay(earliest), latest: closedDay(latest) };
}

function closedDay(serial: number): Day | undefined {
  return isOpen(serial) ? undefined : dayOfSerial(serial);
}

function densityReach([canBeCertain, ...spans]: ReachJson): DensityCount['reach'] & object {
  return { spans: spans.map(serialSpan), canBeCertain: canBeCertain === 1 };
}

function serialSpan([earliest, latest]: readonly [number, number]): SerialSpan {
  return { earliest: closedSerial(earliest), latest: closedSerial(latest) };
}

function closedSerial(serial: number): number | undefined {
  return isOpen(serial) ? undefined : serial;
}

function isOpen(serial: number): boolean {
  return serial === OPEN_START_DAY || serial === OPEN_END_DAY;
}
