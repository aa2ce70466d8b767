import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { BARE_ITEM, type ListedTimeline, TimelineList } from '../../projector/timeline-list.ts';
import type { ListItemVersion } from '../../projector/timeline-store.ts';
import type { Database } from '../driver.ts';
import type { TimelineStates } from './timeline-states.ts';

/** Writes the table `list_item` for one projection. */
export class ListItemWriter {
  readonly #projection: number;
  readonly #statements: ReturnType<typeof prepareToWrite>;

  constructor(db: Database, projection: number) {
    this.#projection = projection;
    this.#statements = prepareToWrite(db);
  }

  add({ key, item, ordinal }: ListItemVersion): void {
    this.#statements.end.run(ordinal, this.#projection, key);
    this.#statements.add.run(this.#projection, key, ordinal, JSON.stringify({ key, ...item }));
  }
}

/** Earlier states whose lists are kept: somebody may be paging through them. */
const PAST_LISTS_MAX = 3;
/** Items that these lists have in addition to those of the latest one. An item takes half a KB. */
const PAST_ITEMS_MAX = 4_000;

/**
 * Reads the lists of timelines of one projection. The latest one is cached and updated. An earlier one is made from it
 * by undoing what has changed since, so that they share all other items.
 */
export class ListReader {
  readonly #projection: number;
  readonly #timelines: TimelineStates;
  readonly #statements: ReturnType<typeof prepareToRead>;
  readonly #past = new LRUCache<number, TimelineList>({
    max: PAST_LISTS_MAX,
    maxSize: PAST_ITEMS_MAX,
    // A larger list is cached alone: a request needs it more than once.
    sizeCalculation: (list) => Math.min(list.sizeBeyond(this.#latest.list) + 1, PAST_ITEMS_MAX),
  });
  #latest: ListState = NOTHING_LISTED;
  #loading: Promise<void> | undefined;
  #isClosed = false;

  constructor(db: Database, projection: number, timelines: TimelineStates) {
    this.#projection = projection;
    this.#timelines = timelines;
    this.#statements = prepareToRead(db);
  }

  /**
   * Reads all items in parts, unless they have been read. Other work is done in between.
   *
   * @param latestOrdinal returns the ordinal to read them as of
   */
  async load(latestOrdinal: () => number): Promise<void> {
    if (this.#latest.ordinal > 0) return;
    this.#loading ??= this.#load(latestOrdinal()).finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  async #load(asOf: number): Promise<void> {
    const items: ListedTimeline[] = [];
    for (const part of this.#allItems(asOf)) {
      items.push(...part);
      await setImmediate();
      // The reader was closed, or `asOf` has read all items at once.
      if (this.#isClosed || this.#latest.ordinal > 0) return;
    }
    this.#latest = this.#advanced(NOTHING_LISTED, asOf, items);
  }

  /** Ends what `load` has begun. */
  close(): void {
    this.#isClosed = true;
  }

  asOf(asOf: number): TimelineList {
    if (asOf > this.#latest.ordinal) this.#advanceTo(asOf);
    if (asOf === this.#latest.ordinal) return this.#latest.list;
    const list = this.#past.get(asOf) ?? this.#rewoundTo(asOf);
    this.#past.set(asOf, list);
    return list;
  }

  /** Keeps the list before. If it shares nothing with the new one, earlier ones take more memory than was counted. */
  #advanceTo(asOf: number): void {
    const { ordinal, list } = this.#latest;
    const items = ordinal === 0 ? [...this.#allItems(asOf)].flat() : this.#changedItems(ordinal, asOf);
    this.#latest = this.#advanced(this.#latest, asOf, items);
    if (!list.sharesItems(this.#latest.list)) this.#past.clear();
    this.#past.set(ordinal, list);
  }

  /** Adds what the events after the state made, up to an ordinal. Rows that later events made do not matter. */
  #advanced(state: ListState, asOf: number, items: readonly ListedTimeline[]): ListState {
    const changes = new Map<string, ListedTimeline | undefined>(items.map((item) => [item.key, item]));
    const created = this.#statements.created.all(this.#projection, state.ordinal, asOf, asOf);
    const bare = new Set([...state.bare].filter((key) => !changes.has(key)));
    for (const { key } of created) bare.add(key);
    this.#addBareTo(changes, bare, state.list, asOf);
    return { ordinal: asOf, list: state.list.with(changes), bare };
  }

  /** Undoes what the events after an ordinal made. */
  #rewoundTo(asOf: number): TimelineList {
    const { ordinal, list, bare } = this.#latest;
    const changes = new Map<string, ListedTimeline | undefined>();
    const withoutItem = new Set(bare);
    const projection = this.#projection;
    const before = [projection, asOf, asOf, projection, asOf, ordinal, projection];
    for (const { key, created, item } of this.#statements.before.iterate(...before)) {
      changes.set(key, item === null ? undefined : withSharedLists(JSON.parse(item)));
      if (item === null && created !== null && created <= asOf) withoutItem.add(key);
    }
    this.#addBareTo(changes, withoutItem, list, asOf);
    return list.with(changes);
  }

  /** Adds how timelines without an item differ from a list, which shows those that have entries. */
  #addBareTo(
    changes: Map<string, ListedTimeline | undefined>,
    bare: ReadonlySet<string>,
    list: TimelineList,
    asOf: number,
  ): void {
    for (const key of bare) {
      const isListed = this.#timelines.at(key, asOf) !== undefined;
      const isSame = !changes.has(key) && isListed === (list.get(key) !== undefined);
      if (!isSame) changes.set(key, isListed ? { key, ...BARE_ITEM } : undefined);
    }
  }

  #changedItems(after: number, asOf: number): readonly ListedTimeline[] {
    const rows = this.#statements.changed.all(this.#projection, after, asOf, asOf);
    return rows.map(({ item }) => withSharedLists(JSON.parse(item)));
  }

  /** Reads the table in its order, many items at a time as one text: that takes a fraction of the time. */
  *#allItems(asOf: number): Generator<readonly ListedTimeline[]> {
    for (let last: string | null = ''; last !== null; ) {
      const chunk = this.#statements.chunk.get(this.#projection, last, asOf, asOf, ITEMS_PER_READ);
      const read: ParsedItem[] = JSON.parse(chunk?.items ?? '[]');
      yield read.map(withSharedLists);
      last = chunk?.last ?? null;
    }
  }
}

/** Items that are read as one text. It takes some milliseconds. */
const ITEMS_PER_READ = 250;

type ParsedItem = ListedTimeline & { readonly facets: Record<string, readonly string[]> };

const SHARED_LISTS_MAX = 4_096;
const sharedLists = new LRUCache<string, readonly string[]>({ max: SHARED_LISTS_MAX });

/** Most items have the same few lists of values, which take a third of the memory unless they share them. */
function withSharedLists(item: ParsedItem): ListedTimeline {
  for (const [facet, values] of Object.entries(item.facets)) {
    const id = JSON.stringify(values);
    const shared = sharedLists.get(id) ?? values;
    if (shared === values) sharedLists.set(id, values);
    item.facets[facet] = shared;
  }
  return item;
}

interface ListState {
  readonly ordinal: number;
  readonly list: TimelineList;
  /** The timelines without an item, also those without entries. */
  readonly bare: ReadonlySet<string>;
}

const NOTHING_LISTED: ListState = { ordinal: 0, list: TimelineList.of(new Map()), bare: new Set() };

function prepareToWrite(db: Database) {
  return {
    end: db.prepare(
      'UPDATE list_item SET to_ordinal = ? WHERE projection = ? AND key = ? AND to_ordinal IS NULL',
    ),
    add: db.prepare('INSERT INTO list_item VALUES (?, ?, ?, NULL, ?)'),
  };
}

function prepareToRead(db: Database) {
  return {
    changed: db.prepare<{ item: string }>(
      `SELECT item FROM list_item WHERE projection = ? AND from_ordinal > ? AND from_ordinal <= ?
       AND (to_ordinal > ? OR to_ordinal IS NULL)`,
    ),
    /** The timelines whose items have changed after an ordinal, with the items that they had before. */
    before: db.prepare<{ key: string; created: number | null; item: string | null }>(
      `SELECT changed.key, created_ordinal AS created, (
         SELECT item FROM list_item AS own WHERE own.projection = ? AND own.key = changed.key
         AND own.from_ordinal <= ? AND (own.to_ordinal > ? OR own.to_ordinal IS NULL)) AS item
       FROM (SELECT DISTINCT key FROM list_item
         WHERE projection = ? AND from_ordinal > ? AND from_ordinal <= ?) AS changed
       LEFT JOIN timeline ON timeline.projection = ? AND timeline.key = changed.key`,
    ),
    chunk: db.prepare<{ items: string; last: string | null }>(
      `SELECT '[' || ifnull(group_concat(item), '') || ']' AS items, max(key) AS last FROM (
         SELECT key, item FROM list_item WHERE projection = ? AND key > ? AND +from_ordinal <= ?
         AND (to_ordinal > ? OR to_ordinal IS NULL) ORDER BY key LIMIT ?)`,
    ),
    /** New timelines without an item. */
    created: db.prepare<{ key: string }>(
      `SELECT key FROM timeline WHERE projection = ? AND created_ordinal > ? AND created_ordinal <= ?
       AND NOT EXISTS (SELECT 1 FROM list_item AS own WHERE own.projection = timeline.projection
         AND own.key = timeline.key AND own.from_ordinal <= ?)`,
    ),
  };
}
