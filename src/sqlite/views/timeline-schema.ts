import { ITEMS_MAX, VERSIONS_MAX } from '../../projector/timeline-store.ts';

/**
 * The schema of a view file, in steps. Such a file is disposable: one with another schema is not migrated but rebuilt.
 * A change of a table needs a step more, which fails on the tables of older files, so that they are not read.
 *
 * - `moment` has a row for every event of the log up to the checkpoint.
 * - `summary` has a row for a timeline and each event that changed it: its size and day range after the event.
 * - `version` has the texts to send, each stored once. The id of a version combines the ordinal of the event that it
 *   shows, the item and the number of the version (`firstVersionId`). Ids sort by these three, and the latest version
 *   of an item has the greatest id of its range.
 * - `entry` is the timelines. It is narrow and clustered in reading order. A row is valid from `from_ordinal` up to,
 *   but not including, `to_ordinal`. `reach` is what the date may mean, and is null if that is all days of its span for
 *   certain: `[can be certain, [first day, last day], …]`, such as `[1,[14803,14803],[14821,14821]]` for one of two
 *   days.
 *   `reach_days` is the greatest number of days from `earliest` to one that the date may mean.
 * - `link` has the links to a record or an event, for the projector and for pages. `source` is the other end.
 *
 * Days are whole days since 1970-01-01; an end without a day is a number beyond all days. Instants are milliseconds
 * since 1970.
 */
export const TIMELINE_TABLES = `
  CREATE TABLE checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    ordinal INTEGER NOT NULL,
    position TEXT NOT NULL,
    instant TEXT NOT NULL,
    event_id TEXT NOT NULL,
    lineage TEXT NOT NULL,
    changed_ordinal INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE moment (
    ordinal INTEGER PRIMARY KEY,
    position TEXT NOT NULL,
    instant INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE timeline (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE summary (
    timeline INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    earliest INTEGER NOT NULL,
    last_start INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    PRIMARY KEY (timeline, ordinal)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE version (
    id INTEGER PRIMARY KEY,
    earliest INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    partitions TEXT NOT NULL,
    facets TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE entry (
    timeline INTEGER NOT NULL,
    earliest INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    version INTEGER NOT NULL,
    from_ordinal INTEGER NOT NULL,
    to_ordinal INTEGER NOT NULL,
    reach TEXT,
    reach_days INTEGER,
    matter TEXT NOT NULL,
    PRIMARY KEY (timeline, earliest, latest, rank, version)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE link (
    target TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    relation TEXT NOT NULL,
    source TEXT NOT NULL,
    linked_by TEXT NOT NULL,
    withdrawn_ordinal INTEGER NOT NULL,
    PRIMARY KEY (target, ordinal)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX entry_long_span ON entry (timeline, latest) WHERE latest - earliest > 62;`;

/** Indexes that only readers need. A build creates them after it has written all rows, which is faster. */
const TIMELINE_INDEXES = `
  CREATE INDEX entry_short_span ON entry (timeline, earliest)
    WHERE latest - earliest BETWEEN 1 AND 62 AND reach IS NULL;
  CREATE INDEX entry_by_start ON entry (timeline, from_ordinal);`;

const REACH_INDEXES = `
  CREATE INDEX entry_near_reach ON entry (timeline, earliest, reach_days) WHERE reach_days <= 62;
  CREATE INDEX entry_far_reach ON entry (timeline, latest) WHERE reach_days > 62;`;

export const TIMELINE_SCHEMA = [TIMELINE_TABLES, TIMELINE_INDEXES, REACH_INDEXES];

/**
 * Greatest number of days from the first day of an entry to its last, or to one that it may mean, for the indexes
 * `entry_short_span` and `entry_near_reach`. A month with its margin fits.
 */
export const NEAR_DAYS = 62;

/** The day of an open or unknown start; it is before all days. */
export const OPEN_START_DAY = -1_000_000_000;

/** The day of an open or unknown end; it is after all days. */
export const OPEN_END_DAY = 1_000_000_000;

/** `to_ordinal` of a row that has not been replaced. */
export const STILL_VALID = Number.MAX_SAFE_INTEGER;

/** Returns the least id that a version of the entry can have. `entry` is its `entryNumber`. */
export function firstVersionId(entry: number): number {
  return entry * VERSIONS_MAX;
}

/** Returns the `entryNumber` of the entry that a version belongs to. */
export function entryOfVersion(id: number): number {
  return Math.floor(id / VERSIONS_MAX);
}

/** Ordinals must be below this, about 536 million, so that version ids are safe integers. */
export const ORDINALS_END = Math.floor(Number.MAX_SAFE_INTEGER / (ITEMS_MAX * VERSIONS_MAX));
