import { type DateSpan, daySerial } from '../../domain/values/edtf.ts';
import { type EntryVersion, entryNumber } from '../../projector/timeline-store.ts';
import type { Database } from '../driver.ts';
import type { BodyEncoder } from './content-bodies.ts';
import type { FacetTable } from './facet-table.ts';
import {
  CONTENTS_MAX,
  entryOfContent,
  firstContentId,
  OPEN_END_DAY,
  OPEN_START_DAY,
  wordsOfContent,
} from './timeline-schema.ts';

/** A row of `content` without its body. */
export interface StoredContent {
  readonly id: number;
  readonly earliest: number;
  readonly latest: number;
  readonly rank: number;
  readonly facets: string;
  /** Null if it is not found by words. */
  readonly words: string | null;
}

interface StoredVersion extends Pick<EntryVersion, 'earliest' | 'latest' | 'rank' | 'facets' | 'body'> {
  readonly content: StoredContent;
}

/** The projections of a file store the contents of a page of the log one after the other. */
const LATEST_MAX = 4_096;

/** Writes the table `content`, in which each text stands once, however many projections and timelines show it. */
export class ContentTable {
  readonly #facets: FacetTable;
  readonly #bodies: BodyEncoder | undefined;
  readonly #isShared: boolean;
  readonly #statements: ReturnType<typeof prepare>;
  /** `entryNumber` → the version of the entry that was stored last. */
  readonly #latest = new Map<number, StoredVersion>();

  /**
   * @param bodies compresses the bodies; undefined if they are stored as they are
   * @param isShared whether several projections store contents
   */
  constructor(db: Database, facets: FacetTable, bodies: BodyEncoder | undefined, isShared: boolean) {
    this.#facets = facets;
    this.#bodies = bodies;
    this.#isShared = isShared;
    this.#statements = prepare(db);
  }

  /**
   * Returns the content of a version, and stores it if the file does not have it.
   *
   * @throws RangeError if the item has had too many contents.
   */
  store(version: EntryVersion): StoredContent {
    const entry = entryNumber(version);
    const stored = this.#latest.get(entry);
    if (stored !== undefined && isSame(stored, version)) return stored.content;
    const content = this.#find(entry, version);
    if (this.#isShared) this.#remember(entry, content, version);
    return content;
  }

  #remember(
    entry: number,
    content: StoredContent,
    { earliest, latest, rank, facets, body }: EntryVersion,
  ): void {
    if (this.#latest.size >= LATEST_MAX) this.#latest.clear();
    this.#latest.set(entry, { content, earliest, latest, rank, facets, body });
  }

  /** Releases the contents of the last page. Call it when all projections have stored them. */
  forgetLatest(): void {
    this.#latest.clear();
  }

  /** Call it after a transaction was rolled back. */
  reset(): void {
    this.#latest.clear();
    this.#bodies?.reset();
  }

  #find(entry: number, version: EntryVersion): StoredContent {
    const [firstId, end] = [firstContentId(entry), firstContentId(entry + 1)];
    const [earliest, latest] = serials(version);
    const { rank } = version;
    const facets = this.#facets.idsOf(version.facets);
    const body = this.#bodies?.encode(version.facets.type, version.body) ?? version.body;
    const { words = null } = version.facets;
    const values = [earliest, latest, rank, facets, body];
    const { insert, insertWords, find, last } = this.#statements;
    let id = firstId;
    if (Number(insert.run(id, ...values).changes) === 0) {
      const found = find.get(firstId, end, ...values, words);
      id = found?.id ?? (last.get(firstId, end)?.id ?? firstId) + 1;
      if (entryOfContent(id) !== entry) throw new RangeError(tooMany(version));
      if (found !== undefined) return { id, earliest, latest, rank, facets, words };
      insert.run(id, ...values);
    }
    if (words !== null) insertWords.run(id, words);
    return { id, earliest, latest, rank, facets, words };
  }
}

function tooMany({ item, eventOrdinal }: EntryVersion): string {
  return `Item ${item} of event ${eventOrdinal} has had more than ${CONTENTS_MAX} contents`;
}

/** The texts are compared by identity first, because projections with the same entries get the same ones. */
function isSame(a: StoredVersion, b: EntryVersion): boolean {
  const isSameText = a.body === b.body && a.facets === b.facets;
  return isSameText && a.earliest === b.earliest && a.latest === b.latest && a.rank === b.rank;
}

/** Returns the first and last day of a span as the tables have them. */
export function serials({ earliest, latest }: DateSpan): readonly [first: number, last: number] {
  return [
    earliest === undefined ? OPEN_START_DAY : daySerial(earliest),
    latest === undefined ? OPEN_END_DAY : daySerial(latest),
  ];
}

function prepare(db: Database) {
  return {
    insert: db.prepare('INSERT OR IGNORE INTO content VALUES (?, ?, ?, ?, ?, ?)'),
    insertWords: db.prepare('INSERT INTO content_words VALUES (?, ?)'),
    find: db.prepare<{ id: number }>(
      `SELECT id FROM content WHERE id >= ? AND id < ?
       AND earliest = ? AND latest = ? AND rank = ? AND facets = ? AND body = ?
       AND ${wordsOfContent()} IS ?`,
    ),
    last: db.prepare<{ id: number }>(
      'SELECT id FROM content WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1',
    ),
  };
}
