import { LRUCache } from 'lru-cache';
import type { InboundLink } from '../../domain/record/record-version.ts';
import { type Day, dayOfSerial } from '../../domain/values/edtf.ts';
import type { EventReader } from '../../event-store/event-store.ts';
import { entryJson } from '../../projector/entry-filter.ts';
import type { TimelineList } from '../../projector/timeline-list.ts';
import type {
  AsOf,
  ChangeKey,
  ChangePointsQuery,
  ChangesQuery,
  Checkpoint,
  CountQuery,
  DensityCount,
  DensityQuery,
  EntryChangesPage,
  EntryChangesQuery,
  EntryFacetCounts,
  EntryKey,
  FirstQuery,
  IndexQuery,
  KeyQuery,
  LatestChange,
  LatestPage,
  LatestQuery,
  LogPoint,
  NewestQuery,
  NewTimeline,
  Ordinal,
  SerialSpan,
  TimelineCountQuery,
  TimelinePage,
  TimelineQuery,
  TimelineReader,
  TimelineSummary,
} from '../../projector/timeline-store.ts';
import { type Database, openToRead, type PreparedStatement } from '../driver.ts';
import { requireMigrated } from '../migrations.ts';
import { BodyDecoder } from './content-bodies.ts';
import { type ChangedColumns, entryChangesPage } from './entry-changes.ts';
import { EntryTexts } from './entry-texts.ts';
import { FacetCounter } from './facet-counter.ts';
import { FILTER_INDEX_SIZES } from './filter-index.ts';
import { FilteredPages } from './filtered-pages.ts';
import { firstChange } from './first-change.ts';
import { LinkTable } from './link-table.ts';
import { ListReader } from './list-items.ts';
import { LogPointTable } from './log-points.ts';
import { removalsOf } from './sqlite-view-file.ts';
import { TextCandidates } from './text-candidates.ts';
import { changesSql, densityCostSql, densitySql } from './timeline-counts-sql.ts';
import type { ReachJson, Sql } from './timeline-filter-sql.ts';
import { earlyStateSql, isEarlyState, latestSql, pageSql } from './timeline-page-sql.ts';
import {
  entryOfContent,
  firstContentId,
  OPEN_END_DAY,
  OPEN_START_DAY,
  TIMELINE_SCHEMA,
} from './timeline-schema.ts';
import { type TimelineState, TimelineStates } from './timeline-states.ts';

type EntryRow = readonly [earliest: number, latest: number, rank: number, content: number, fields: number];

type ChangeRow = readonly [...EntryRow, fromOrdinal: Ordinal];

type DensityRow = readonly [
  earliest: number,
  latest: number,
  type: string | null,
  entries: number,
  reach: ReachJson | null,
];

const CACHED_STATEMENTS_MAX = 50;
/** There are some ten readers. The operating system caches pages as well. */
const CACHE_KIB = 1_024;

/** Reads the timelines of one projection from its view file, which another connection may be writing. */
export class SqliteTimelineReader implements TimelineReader {
  readonly projection: string;
  readonly removals: number;
  /** Version of the projection that made the rows. */
  readonly version: number;
  readonly #db: Database;
  readonly #compare: EventReader['comparePositions'];
  readonly #statements: ReturnType<typeof prepare>;
  readonly #logPoints: LogPointTable;
  readonly #timelines: TimelineStates;
  readonly #links: LinkTable;
  readonly #lists: ListReader;
  readonly #facets: FacetCounter;
  readonly #bodies: BodyDecoder;
  readonly #texts: EntryTexts;
  readonly #textCandidates: TextCandidates;
  readonly #filteredPages: FilteredPages<EntryRow>;
  readonly #scannedRows: number;
  /** Statements by their SQL, which depends on the shape of a query. */
  readonly #queryStatements = new LRUCache<string, PreparedStatement<unknown>>({
    max: CACHED_STATEMENTS_MAX,
    memoMethod: (sql) => this.#prepareForArrays(sql),
  });

  /**
   * @throws FileVersionError if the file has another schema
   * @throws RangeError if it does not have the projection
   * @throws SQLite's error if it is damaged
   */
  constructor(
    file: string,
    projection: string,
    comparePositions: EventReader['comparePositions'],
    sizes = FILTER_INDEX_SIZES,
  ) {
    this.#compare = comparePositions;
    this.#db = openToRead(file);
    try {
      this.#db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
      requireMigrated(this.#db, TIMELINE_SCHEMA, file);
      const { id, version } = projectionOf(this.#db, projection, file);
      this.projection = `${projection}@${version}`;
      this.version = version;
      this.removals = removalsOf(this.#db);
      this.#statements = prepare(this.#db, id);
      this.#timelines = new TimelineStates(this.#db, id);
      this.#logPoints = new LogPointTable(this.#db);
      this.#links = new LinkTable(this.#db);
      this.#lists = new ListReader(this.#db, id, this.#timelines);
      this.#facets = new FacetCounter(this.#db);
      this.#bodies = new BodyDecoder(this.#db);
      this.#scannedRows = sizes.scannedRows;
      this.#texts = new EntryTexts(this.#db, this.#bodies);
      const read = (sql: Sql) => this.#rows<EntryRow>(sql);
      this.#textCandidates = new TextCandidates(this.#db, id);
      this.#filteredPages = new FilteredPages(
        this.#db,
        id,
        this.#timelines,
        this.#textCandidates,
        read,
        sizes,
      );
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
    const ordinal =
      key === undefined ? this.#statements.lastChange.get()?.ordinal : this.#timelines.lastChange(key);
    return ordinal === undefined ? undefined : this.#logPoints.at(ordinal);
  }

  page(key: string, query: TimelineQuery): TimelinePage {
    const timeline = this.#timelines.at(key, query.asOf);
    if (timeline === undefined) return EMPTY_PAGE;
    const rows = this.#pageRows(timeline, query);
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      entries: this.#textsOf(page),
      next: last !== undefined && rows.length > query.limit ? entryKey(last) : undefined,
    };
  }

  #textsOf(rows: readonly (EntryRow | ChangeRow)[]): readonly string[] {
    return this.#texts.textsOf(rows.map(([, , , content, fields]) => [content, fields]));
  }

  #pageRows(timeline: TimelineState, query: TimelineQuery): readonly EntryRow[] {
    if (isEarlyState(timeline, query)) {
      const additions = this.#timelines.additions(timeline.key, 0, query.asOf);
      return this.#rows(earlyStateSql(timeline, query, additions));
    }
    return this.#filteredPages.read(timeline, query) ?? this.#rows(pageSql(timeline, query));
  }

  linksTo(target: string, asOf: Ordinal): readonly InboundLink[] {
    return this.#links.linksTo(target, asOf);
  }

  summary(key: string, asOf: Ordinal): TimelineSummary | undefined {
    const state = this.#timelines.at(key, asOf);
    return state && timelineSummary(state);
  }

  density(key: string, query: DensityQuery): readonly DensityCount[] | undefined {
    const timeline = this.#timelines.at(key, query.asOf);
    if (timeline === undefined) return [];
    if (this.#rows(densityCostSql(timeline, query)).length > 0) return undefined;
    const [[counts = '[]'] = []] = this.#rows<readonly [string]>(densitySql(timeline, query));
    return (JSON.parse(counts) as readonly DensityRow[]).map(([earliest, latest, type, entries, reach]) => ({
      // A spread at the start of a literal would give each of these objects a hidden class of its own (V8 11).
      earliest: closedSerial(earliest),
      latest: closedSerial(latest),
      type: type ?? '',
      entries,
      ...(reach !== null && { reach: densityReach(reach) }),
    }));
  }

  countMatches(key: string, query: CountQuery): number {
    return this.#countedRows(key, query).length;
  }

  facetCounts(key: string, query: CountQuery): EntryFacetCounts {
    const { entriesMax } = query;
    const rows = this.#countedRows(key, query);
    const counted = rows.slice(0, entriesMax).map(([, , , content, fields]) => [content, fields] as const);
    return this.#facets.count(counted, rows.length <= entriesMax);
  }

  /** Returns the last rows that match, one more than are counted if there are more. */
  #countedRows(key: string, { entriesMax, ...query }: CountQuery): readonly EntryRow[] {
    const timeline = this.#timelines.at(key, query.asOf);
    const page = { ...query, order: 'desc', limit: entriesMax } as const;
    return timeline === undefined ? [] : this.#pageRows(timeline, page);
  }

  changes(key: string, query: ChangesQuery): number | undefined {
    const { after, upTo, changesMax } = query;
    const additions = this.#timelines.additions(key, after, upTo, changesMax);
    if (additions.contents.length > changesMax) return undefined;
    const [[matching = 0] = []] = this.#rows<readonly [number]>(changesSql(query, additions));
    return matching;
  }

  entryChanges(key: string, query: EntryChangesQuery): EntryChangesPage {
    const read = (sql: Sql) =>
      this.#rows<ChangedColumns>(sql).map(([ordinal, earliest, latest, rank, content, fields, body]) => {
        const json = body === null ? undefined : entryJson(fields, this.#bodies.textOf(body));
        return [ordinal, earliest, latest, rank, content, json] as const;
      });
    return entryChangesPage(key, query, this.#timelines, read, (ordinal) => this.#logPoints.at(ordinal));
  }

  latest(key: string, query: LatestQuery): LatestPage {
    const { before, changesMax, limit } = query;
    const [last, content] =
      before === undefined
        ? [query.upTo, Number.POSITIVE_INFINITY]
        : [Math.min(before.ordinal, query.upTo), firstContentId(before.entry)];
    const additions = this.#timelines.latestAdditions(key, last, content, changesMax + 1);
    const scanned = additions.contents.slice(0, changesMax);
    const rows = this.#rows<ChangeRow>(latestSql(query, { ...additions, contents: scanned }));
    const shown = rows.slice(0, limit);
    const entries = this.#textsOf(shown);
    const changes = shown.map((row, index) => this.#change(row, entries[index] ?? ''));
    if (rows.length > limit) return { changes, next: changeKey(shown.at(-1)) };
    const isLast = additions.contents.length <= changesMax;
    return { changes, next: isLast ? undefined : additionKey(scanned.at(-1)) };
  }

  first(key: string, query: FirstQuery): LatestChange | undefined {
    const read = (sql: Sql) => this.#rows<ChangeRow>(sql);
    const row = firstChange(key, query, this.#timelines, this.#textCandidates, read, this.#scannedRows);
    return row && this.#change(row, this.#textsOf([row])[0] ?? '');
  }

  #change([, , , , , ordinal]: ChangeRow, entry: string): LatestChange {
    const logPoint = this.#logPoints.at(ordinal);
    if (logPoint === undefined) throw new Error(`The view file has no event ${ordinal}`);
    return { logPoint, entry };
  }

  changePoints(key: string, { after, upTo, order, limit }: ChangePointsQuery): readonly LogPoint[] {
    const logPoints: LogPoint[] = [];
    for (const { ordinal } of this.#timelines.changes(key, { after, upTo }, order)?.changes ?? []) {
      const logPoint = this.#logPoints.at(ordinal);
      if (logPoint === undefined) throw new Error(`The view file has no event ${ordinal}`);
      logPoints.push(logPoint);
      if (logPoints.length === limit) break;
    }
    return logPoints;
  }

  index({ limit, after = '', asOf }: IndexQuery): readonly TimelineSummary[] {
    return this.#timelines.list(after, limit, asOf).map(timelineSummary);
  }

  find(query: KeyQuery): readonly TimelineSummary[] {
    return this.#timelines.find(query).map(timelineSummary);
  }

  list(asOf: Ordinal): TimelineList {
    return this.#lists.asOf(asOf);
  }

  loadList(): Promise<void> {
    return this.#lists.load(() => this.checkpoint()?.ordinal ?? 0);
  }

  newest({ limit, asOf, before }: NewestQuery): readonly NewTimeline[] {
    return this.#timelines.newest(limit, asOf, before);
  }

  count({ after = '', asOf, timelinesMax }: TimelineCountQuery): number | undefined {
    return this.#timelines.count(after, timelinesMax, asOf);
  }

  close(): void {
    this.#lists.close();
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

function projectionOf(db: Database, name: string, file: string): { id: number; version: number } {
  const select = db.prepare<{ id: number; version: number }>(
    'SELECT id, version FROM projection WHERE name = ?',
  );
  const projection = select.get(name);
  if (projection === undefined) throw new RangeError(`${file} has no projection ${name}`);
  return projection;
}

/** @param projection id of the row of `projection` */
function prepare(db: Database, projection: number) {
  const ofProjection = `FROM projection WHERE id = ${projection}`;
  return {
    checkpoint: db.prepare<Checkpoint>(
      `SELECT ordinal, position, instant, event_id AS eventId, lineage ${ofProjection} AND ordinal IS NOT NULL`,
    ),
    lastChange: db.prepare<OrdinalRow>(
      `SELECT changed_ordinal AS ordinal ${ofProjection} AND changed_ordinal > 0`,
    ),
  };
}

function entryKey([earliest, latest, rank, content]: EntryRow): EntryKey {
  return { earliest, latest, rank, entry: entryOfContent(content) };
}

function changeKey(row: ChangeRow | undefined): ChangeKey | undefined {
  return row && { ordinal: row[5], entry: entryOfContent(row[3]) };
}

function additionKey(addition: { readonly content: number; readonly from: number } | undefined) {
  return addition && { ordinal: addition.from as Ordinal, entry: entryOfContent(addition.content) };
}

function timelineSummary({ key, entries, earliest, latest }: TimelineState): TimelineSummary {
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
