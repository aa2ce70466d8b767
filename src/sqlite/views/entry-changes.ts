import type {
  ChangeKey,
  EntryChange,
  EntryChangesPage,
  EntryChangesQuery,
  EntryKey,
  LogPoint,
  Ordinal,
} from '../../projector/timeline-store.ts';
import type { StoredBody } from './content-bodies.ts';
import { addFacets, addRange, Conditions, LIMIT, type Sql } from './timeline-filter-sql.ts';
import { addedEntries } from './timeline-page-sql.ts';
import { entryOfContent, firstContentId } from './timeline-schema.ts';
import type { Additions, TimelineStates } from './timeline-states.ts';

/** Columns of a row of `entry` that an event added or ended. */
export type ChangedColumns = readonly [
  ordinal: Ordinal,
  earliest: number,
  latest: number,
  rank: number,
  content: number,
  partitionFields: string,
  /** Null if the entry does not match the filter. */
  body: StoredBody | null,
];

/** The same with the JSON of the entry, if it matches the filter. */
export type ChangedRow = readonly [
  ordinal: Ordinal,
  earliest: number,
  latest: number,
  rank: number,
  content: number,
  json: string | undefined,
];

/** What an event changed in an entry. */
interface ChangedEntry extends ChangeKey {
  readonly ended?: ChangedRow;
  readonly added?: ChangedRow;
}

/** Index of the JSON in a row. */
const JSON_TEXT = 5;

type ReadRows = (sql: Sql) => readonly ChangedRow[];

/** The place of a row among the changes: the event, then the content. */
type Place = readonly [ordinal: number, content: number];

/**
 * Reads a page of the changes of a timeline. What was added comes from the history of the timeline, what has ended from
 * an index. Both are read in parts, each twice as long as the one before, until the page is full.
 */
export function entryChangesPage(
  key: string,
  query: EntryChangesQuery,
  timelines: Pick<TimelineStates, 'changes'>,
  read: ReadRows,
  logPointAt: (ordinal: number) => LogPoint | undefined,
): EntryChangesPage {
  const { limit, changesMax } = query;
  const toChange = ({ ordinal, ended, added }: ChangedEntry): EntryChange => {
    const by = logPointAt(ordinal);
    const row = added ?? ended;
    if (by === undefined || row === undefined) throw new Error(`The view file has no event ${ordinal}`);
    return { by, key: entryKeyOf(row), before: ended?.[JSON_TEXT], after: added?.[JSON_TEXT] };
  };
  const found: ChangedEntry[] = [];
  let [next, scanned, size] = [query.start, 0, limit + 1];
  do {
    const count = Math.min(size, changesMax - scanned);
    const part = { ...query, limit: count, ...(next && { start: next }) };
    const changes = changedEntries(key, part, timelines, read);
    found.push(...changes.slice(0, count).map(matchingVersions).filter(isVisible));
    next = changes.length > count ? changeKey(changes[count - 1]) : undefined;
    [scanned, size] = [scanned + count, size * 2];
  } while (next !== undefined && found.length <= limit && scanned < changesMax);
  if (found.length > limit) next = changeKey(found[limit - 1]);
  return { changes: found.slice(0, limit).map(toChange), next };
}

function changeKey(change: ChangedEntry | undefined): ChangeKey | undefined {
  return change && { ordinal: change.ordinal, entry: change.entry };
}

/** Finds up to one change more than the limit, in order. */
function changedEntries(
  key: string,
  query: EntryChangesQuery,
  timelines: Pick<TimelineStates, 'changes'>,
  read: ReadRows,
): readonly ChangedEntry[] {
  const range = placesOf(query);
  const additions = addedContents(key, query, range, timelines);
  if (additions === undefined) return [];
  const changes = new Map<string, ChangedEntry>();
  for (const ended of read(endedSql(additions.timeline, query, range))) {
    const change = changeKeyOf(ended);
    changes.set(nameOf(change), { ...change, ended });
  }
  for (const added of read(addedSql(additions, query))) {
    const change = changeKeyOf(added);
    changes.set(nameOf(change), { ...changes.get(nameOf(change)), ...change, added });
  }
  const sign = query.order === 'asc' ? 1 : -1;
  const sorted = [...changes.values()].sort((a, b) => sign * (a.ordinal - b.ordinal || a.entry - b.entry));
  return sorted.slice(0, query.limit + 1);
}

function matchingVersions({ ordinal, entry, ended, added }: ChangedEntry): ChangedEntry {
  return {
    ordinal,
    entry,
    ...(ended?.[JSON_TEXT] !== undefined && { ended }),
    ...(added?.[JSON_TEXT] !== undefined && { added }),
  };
}

/** An event that changes a version changes its rows in all timelines, also where they show the same as before. */
function isVisible({ ended, added }: ChangedEntry): boolean {
  if (ended === undefined || added === undefined) return ended !== added;
  const [, ...before] = ended;
  const [, ...after] = added;
  return before.some((value, index) => index !== CONTENT && value !== after[index]);
}

/** Index of the id of the content in a row without its ordinal. */
const CONTENT = 3;

/** Both ends are exclusive. */
interface PlaceRange {
  readonly low: Place;
  readonly high: Place;
}

function placesOf({ after, upTo, order, start }: EntryChangesQuery): PlaceRange {
  const low: Place = [after, Number.MAX_SAFE_INTEGER];
  const high: Place = [upTo + 1, 0];
  if (start === undefined) return { low, high };
  const { ordinal, entry } = start;
  return order === 'asc'
    ? { low: [ordinal, firstContentId(entry + 1) - 1], high }
    : { low, high: [ordinal, firstContentId(entry)] };
}

/** Finds up to one addition more than the limit. Undefined if the timeline did not exist by then. */
function addedContents(
  key: string,
  { order, limit }: EntryChangesQuery,
  { low, high }: PlaceRange,
  timelines: Pick<TimelineStates, 'changes'>,
): Additions | undefined {
  const found = timelines.changes(key, { after: low[0] - 1, upTo: high[0] }, order);
  if (found === undefined) return undefined;
  const contents: Additions['contents'][number][] = [];
  for (const { ordinal, added } of found.changes) {
    const sorted = added.toSorted((a, b) => (order === 'asc' ? a - b : b - a));
    for (const content of sorted) {
      const place: Place = [ordinal, content];
      if (isBefore(low, place) && isBefore(place, high)) contents.push({ content, from: ordinal });
    }
    if (contents.length > limit) break;
  }
  return { timeline: found.timeline, contents: contents.slice(0, limit + 1) };
}

function isBefore(a: Place, b: Place): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

const FIELDS_JOIN = 'CROSS JOIN fields ON fields.id = entry.fields';

/** Rows that do not match the filter have no body, so that it need not be read. */
function columns(query: EntryChangesQuery): Sql {
  const conditions = new Conditions().add('TRUE');
  addRange(conditions, query);
  addFacets(conditions, query);
  const sql = `entry.earliest, entry.latest, entry.rank, entry.content, fields.json,
    CASE WHEN ${conditions.sql} THEN content.body END`;
  return { sql, values: conditions.values };
}

function addedSql(additions: Additions, query: EntryChangesQuery): Sql {
  const [shown, added] = [columns(query), addedEntries(additions)];
  return {
    sql: `SELECT entry.from_ordinal, ${shown.sql} FROM ${added.sql} ${FIELDS_JOIN}`,
    values: [...shown.values, ...added.values],
  };
}

function endedSql(timeline: number, query: EntryChangesQuery, { low, high }: PlaceRange): Sql {
  const { order, limit } = query;
  const shown = columns(query);
  const sql = `SELECT entry.to_ordinal, ${shown.sql} FROM entry INDEXED BY entry_end
      CROSS JOIN content ON content.id = entry.content ${FIELDS_JOIN}
    WHERE entry.timeline = ? AND entry.to_ordinal IS NOT NULL
      AND (entry.to_ordinal, entry.content) > (?, ?) AND (entry.to_ordinal, entry.content) < (?, ?)
    ORDER BY entry.to_ordinal ${order}, entry.content ${order} ${LIMIT}`;
  return { sql, values: [...shown.values, timeline, ...low, ...high, limit + 1] };
}

function changeKeyOf([ordinal, , , , content]: ChangedRow): ChangeKey {
  return { ordinal, entry: entryOfContent(content) };
}

function nameOf({ ordinal, entry }: ChangeKey): string {
  return `${ordinal} ${entry}`;
}

function entryKeyOf([, earliest, latest, rank, content]: ChangedRow): EntryKey {
  return { earliest, latest, rank, entry: entryOfContent(content) };
}
