import { ITEMS_MAX } from '../../projector/timeline-store.ts';

/**
 * The schema of a view file, in steps. Such a file is disposable: one with another schema is not migrated but rebuilt.
 * A change of a table needs a step more, which fails on the tables of older files, so that they are not read.
 *
 * A file holds the timelines of projections that show the same entries, so that the text of an entry is stored once.
 *
 * - `projection` has the projections of the file with their checkpoints; those are null before the first commit.
 * - `moment` has a row for every event of the log up to the greatest checkpoint.
 * - `content` has the texts to send. Its id combines the ordinal of the event that it shows, the item, and a number
 *   that counts the contents that the item has had (`firstContentId`). `facets` are the ids of what an entry can be
 *   filtered by, such as `|3|17|`.
 *   `body` is the text, or compressed with the text of `body_dictionary` that its first byte names
 *   (`content-bodies.ts`).
 * - `timeline` has the present size and day range of a timeline, and its latest changes. Every so many changes these
 *   become a row of `history`, whose `ordinal` is that of the first of them (`timeline-changes.ts`).
 * - `entry` is the timelines. It is narrow and clustered in reading order. A row is valid from `from_ordinal` up to,
 *   but not including, `to_ordinal`, which is null while it is valid. `fields` are those of the partition. `reach` is
 *   what the date may mean, and is null if that is all days of its span for certain:
 *   `[can be certain, [first day, last day], …]`, such as `[1,[14803,14803],[14821,14821]]` for one of two days.
 *   `reach_days` is the greatest number of days from `earliest` to one that the date may mean.
 * - `content_words` has the words that a content is found by; apart, so that filters by other values read few pages.
 *   `text_index` has them as well, with the numbers of its facets and timelines (`text-index.ts`), for what the events
 *   up to `text_ordinal` of a projection added to its timelines. As a search reads whole pages of it, they are small:
 *   one fits two pages of the file. `text_row` has the content of each of its rows.
 * - `list_item` has what the list of timelines can be sorted and filtered by. A row is valid as those of `entry` are.
 * - `link` has the links to a record or an event, for the projector and for pages. `source` is the other end.
 * - `indexed_timeline`, `segment`, `segment_part` and `posting` are the index of long timelines for filters
 *   (`filter-index.ts`). It has what the events up to `indexed_ordinal` of a projection added to them. A segment has
 *   contents in the order of timelines, which gives them positions from 0. Its parts have their sort keys, and
 *   `part_days` the first days of its parts. A posting has the positions of the contents with a facet (`timeline` is 0,
 *   `value` is the facet), with a frequent word (`timeline` is -1), or of those that a timeline shows with some fields
 *   (`value`). `first_ordinal` is the least ordinal of an event that the contents show. A segment that a merge has not
 *   completed yet, or has replaced, has no contents and is not read (`segment-merge.ts`). Segments may have rows of
 *   timelines that are not in `indexed_timeline` yet.
 *
 * Days are whole days since 1970-01-01; an end without a day is a number beyond all days. Instants are milliseconds
 * since 1970.
 */
export const TIMELINE_TABLES = `
  CREATE TABLE projection (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    ordinal INTEGER,
    position TEXT,
    instant TEXT,
    event_id TEXT,
    lineage TEXT,
    changed_ordinal INTEGER,
    indexed_ordinal INTEGER NOT NULL DEFAULT 0,
    text_ordinal INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE moment (
    ordinal INTEGER PRIMARY KEY,
    position TEXT NOT NULL,
    instant INTEGER NOT NULL,
    event_id TEXT NOT NULL
  ) STRICT;
  CREATE TABLE content (
    id INTEGER PRIMARY KEY,
    earliest INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    facets TEXT NOT NULL,
    body ANY NOT NULL
  ) STRICT;
  CREATE TABLE content_words (
    content INTEGER PRIMARY KEY,
    words TEXT NOT NULL
  ) STRICT;
  CREATE TABLE body_dictionary (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE TABLE facet (
    id INTEGER PRIMARY KEY,
    token TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE fields (
    id INTEGER PRIMARY KEY,
    json TEXT NOT NULL
  ) STRICT;
  INSERT INTO fields VALUES (0, '{}');
  CREATE TABLE timeline (
    id INTEGER PRIMARY KEY,
    projection INTEGER NOT NULL,
    key TEXT NOT NULL,
    created_ordinal INTEGER NOT NULL,
    changed_ordinal INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    earliest INTEGER NOT NULL,
    last_start INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    changes BLOB NOT NULL,
    UNIQUE (projection, key)
  ) STRICT;
  CREATE TABLE history (
    timeline INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    changes BLOB NOT NULL,
    PRIMARY KEY (timeline, ordinal)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE entry (
    timeline INTEGER NOT NULL,
    earliest INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    content INTEGER NOT NULL,
    from_ordinal INTEGER NOT NULL,
    to_ordinal INTEGER,
    fields INTEGER NOT NULL,
    reach TEXT,
    reach_days INTEGER,
    PRIMARY KEY (timeline, earliest, latest, rank, content, from_ordinal)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE list_item (
    projection INTEGER NOT NULL,
    key TEXT NOT NULL,
    from_ordinal INTEGER NOT NULL,
    to_ordinal INTEGER,
    item TEXT NOT NULL,
    PRIMARY KEY (projection, key, from_ordinal)
  ) STRICT;
  CREATE TABLE link (
    target TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    relation TEXT NOT NULL,
    source TEXT NOT NULL,
    linked_by TEXT NOT NULL,
    withdrawn_ordinal INTEGER NOT NULL,
    PRIMARY KEY (target, ordinal)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE indexed_timeline (
    projection INTEGER NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (projection, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE segment (
    id INTEGER PRIMARY KEY,
    contents INTEGER NOT NULL,
    first_ordinal INTEGER NOT NULL,
    part_days BLOB NOT NULL
  ) STRICT;
  CREATE TABLE segment_part (
    segment INTEGER NOT NULL,
    part INTEGER NOT NULL,
    contents BLOB NOT NULL,
    PRIMARY KEY (segment, part)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE posting (
    segment INTEGER NOT NULL,
    timeline INTEGER NOT NULL,
    value INTEGER NOT NULL,
    positions BLOB NOT NULL,
    PRIMARY KEY (segment, timeline, value)
  ) STRICT, WITHOUT ROWID;
  CREATE VIRTUAL TABLE text_index USING fts5(
    text, content = '', columnsize = 0, tokenize = "ascii tokenchars '_'"
  );
  INSERT INTO text_index (text_index, rank) VALUES ('pgsz', 960);
  CREATE TABLE text_row (
    number INTEGER PRIMARY KEY,
    content INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX entry_long_span ON entry (timeline, latest) WHERE latest - earliest > 62;`;

/** SQL of the words of a content; null if it has none. */
export function wordsOfContent(schema = 'main'): string {
  return `(SELECT words FROM ${schema}.content_words WHERE content_words.content = content.id)`;
}

/** Indexes that only readers need. A build creates them after it has written all rows, which is faster. */
const TIMELINE_INDEXES = `
  CREATE INDEX entry_short_span ON entry (timeline, earliest)
    WHERE latest - earliest BETWEEN 1 AND 62 AND reach IS NULL;`;

const NEAR_REACH_INDEX = `
  CREATE INDEX entry_near_reach ON entry (timeline, earliest, reach_days) WHERE reach_days <= 62;`;

/** A step of its own, as it fails on files that have the changes of timelines as JSON: they have the index already. */
const FAR_REACH_INDEX = 'CREATE INDEX entry_far_reach ON entry (timeline, latest) WHERE reach_days > 62;';

/** Segments by their size, to find small ones. Files without the filter index do not have the table. */
const SEGMENT_INDEXES = 'CREATE INDEX segment_size ON segment (contents);';

/** Files whose bodies are all texts do not have the table. */
const DICTIONARY_INDEXES = 'CREATE UNIQUE INDEX body_dictionary_type ON body_dictionary (type);';

/** The rows that events have ended, to list what changed. Most rows never end. */
const END_INDEXES = `
  CREATE INDEX entry_end ON entry (timeline, to_ordinal, content) WHERE to_ordinal IS NOT NULL;`;

/** To find the items that have changed. */
const LIST_INDEXES = 'CREATE INDEX list_item_from ON list_item (projection, from_ordinal);';

/** To list the newest timelines. */
const CREATION_INDEXES = 'CREATE INDEX timeline_created ON timeline (projection, created_ordinal);';

/**
 * In a file that others read, FTS5 merges a little whenever texts are added, instead of much now and then, which would
 * make the timelines wait (`text-index.ts`). It merges eight segments at once, so that each text is rewritten less
 * often. Older files merge four, the default.
 */
const STEADY_TEXT_MERGES = `
  INSERT INTO text_index (text_index, rank) VALUES ('automerge', 0);
  INSERT INTO text_index (text_index, rank) VALUES ('usermerge', 8);`;

export const TIMELINE_SCHEMA = [
  TIMELINE_TABLES,
  TIMELINE_INDEXES,
  NEAR_REACH_INDEX,
  SEGMENT_INDEXES,
  DICTIONARY_INDEXES,
  END_INDEXES,
  CREATION_INDEXES,
  LIST_INDEXES,
  STEADY_TEXT_MERGES,
  FAR_REACH_INDEX,
];

/**
 * Greatest number of days from the first day of an entry to its last, or to one that it may mean, for the indexes
 * `entry_short_span` and `entry_near_reach`. A month with its margin fits.
 */
export const NEAR_DAYS = 62;

/** The day of an open or unknown start; it is before all days. */
export const OPEN_START_DAY = -1_000_000_000;

/** The day of an open or unknown end; it is after all days. */
export const OPEN_END_DAY = 1_000_000_000;

/** `withdrawn_ordinal` of a link that has not been withdrawn. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** Maximum number of contents that an item can have had. */
export const CONTENTS_MAX = 4_096;

/** Returns the least id that a content of the entry can have. `entry` is its `entryNumber`. */
export function firstContentId(entry: number): number {
  return entry * CONTENTS_MAX;
}

/** Returns the least id that a content of the event with this ordinal can have. */
export function firstContentIdOf(ordinal: number): number {
  return firstContentId(ordinal * ITEMS_MAX);
}

/** Returns the ordinal of the event that a content shows. */
export function ordinalOfContent(id: number): number {
  return Math.floor(entryOfContent(id) / ITEMS_MAX);
}

/** Returns the `entryNumber` of the entry that a content belongs to. */
export function entryOfContent(id: number): number {
  return Math.floor(id / CONTENTS_MAX);
}

/** Ordinals must be below this, about 536 million, so that the ids of contents are safe integers. */
export const ORDINALS_END = Math.floor(Number.MAX_SAFE_INTEGER / (ITEMS_MAX * CONTENTS_MAX));
