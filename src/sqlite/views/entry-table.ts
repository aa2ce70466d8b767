import type { Database } from '../driver.ts';
import { BatchInsert } from './batch-insert.ts';
import type { StoredContent } from './content-table.ts';
import { firstContentId, NEAR_DAYS, OPEN_START_DAY } from './timeline-schema.ts';

/** A row of `entry` that is valid from an event on. */
export interface EntryRow {
  /** Id of the timeline. */
  readonly timeline: number;
  /** Id of the row of `fields`. */
  readonly fields: number;
  readonly content: StoredContent;
  /** Of the event that adds the row. */
  readonly ordinal: number;
  readonly reach: string | null;
  readonly reachDays: number | null;
}

/** A row that an event ends. */
export interface EndedRow extends Pick<StoredContent, 'earliest' | 'latest' | 'rank'> {
  readonly timeline: number;
  /** The `entryNumber` of its entry. */
  readonly entry: number;
  /** Of the event that ends the row. */
  readonly ordinal: number;
}

interface DayRow {
  readonly day: number | null;
}

/** Writes the table `entry` for one projection. Rows wait until there are many, or until `flush`. */
export class EntryTable {
  readonly #rows: BatchInsert;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Database) {
    this.#rows = new BatchInsert(db, 'entry', 10);
    this.#statements = prepare(db);
  }

  add({ timeline, fields, content, ordinal, reach, reachDays }: EntryRow): void {
    const { id, earliest, latest, rank } = content;
    this.#rows.add(timeline, earliest, latest, rank, id, ordinal, null, fields, reach, reachDays);
  }

  /** Makes a row valid up to, but not including, the event. Returns false if the timeline does not have it. */
  end({ timeline, earliest, latest, rank, entry, ordinal }: EndedRow): boolean {
    this.flush();
    const contents = [firstContentId(entry), firstContentId(entry + 1)];
    const { changes } = this.#statements.end.run(ordinal, timeline, earliest, latest, rank, ...contents);
    return Number(changes) === 1;
  }

  /** Returns the day range of the present entries of a timeline that has at least one. */
  rangeOf(timeline: number): { earliest: number; lastStart: number; latest: number } {
    this.flush();
    const { firstStart, lastStart, latestOfShort, latestOfLong } = this.#statements;
    const last = dayOf(lastStart.get(timeline));
    const short = dayOf(latestOfShort.get(timeline, last - NEAR_DAYS));
    const long = dayOf(latestOfLong.get(timeline));
    return { earliest: dayOf(firstStart.get(timeline)), lastStart: last, latest: Math.max(short, long) };
  }

  /** Writes the rows that wait. Call it before the table is read elsewhere, and before the transaction ends. */
  flush(): void {
    this.#rows.flush();
  }

  /** Discards the rows that wait. */
  clear(): void {
    this.#rows.clear();
  }
}

/** Returns the day of the row, or a day before all days if there is none. */
function dayOf(row: DayRow | undefined): number {
  return row?.day ?? OPEN_START_DAY;
}

function prepare(db: Database) {
  const present = 'FROM entry WHERE timeline = ? AND to_ordinal IS NULL';
  return {
    end: db.prepare(
      `UPDATE entry SET to_ordinal = ? WHERE timeline = ? AND earliest = ? AND latest = ? AND rank = ?
       AND content >= ? AND content < ? AND to_ordinal IS NULL`,
    ),
    firstStart: db.prepare<DayRow>(`SELECT earliest AS day ${present} ORDER BY earliest LIMIT 1`),
    lastStart: db.prepare<DayRow>(`SELECT earliest AS day ${present} ORDER BY earliest DESC LIMIT 1`),
    /** A short span that ends after the last start begins at most `NEAR_DAYS` before it. */
    latestOfShort: db.prepare<DayRow>(
      `SELECT max(latest) AS day ${present} AND earliest >= ? AND latest - earliest <= ${NEAR_DAYS}`,
    ),
    latestOfLong: db.prepare<DayRow>(
      `SELECT latest AS day FROM entry INDEXED BY entry_long_span WHERE timeline = ?
       AND latest - earliest > ${NEAR_DAYS} AND to_ordinal IS NULL ORDER BY latest DESC LIMIT 1`,
    ),
  };
}
