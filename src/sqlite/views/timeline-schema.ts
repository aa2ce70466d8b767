import { ITEMS_MAX, VERSIONS_MAX } from '../../projector/timeline-store.ts';

/**
 * Schema of a file of timelines. Such a file is disposable: one of another schema is not migrated but made anew.
 *
 * `moment` has every event that the rows hold. `summary` tells how a timeline stood after each event that changed it,
 * and `entry` is the timelines themselves: clustered in reading order, narrow, each row valid from one ordinal up to
 * another. The text that goes out is kept once, in `version`. Its id is made of the record's ordinal, the item and the
 * number of the version, so that one integer orders by them, and the latest version of an item is the greatest id in
 * its range. Days are whole days since 1970-01-01; an open start or end is a number beyond all days. Instants are
 * milliseconds since 1970.
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
    partitions TEXT NOT NULL,
    facets TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE entry (
    timeline INTEGER NOT NULL,
    earliest INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    version INTEGER NOT NULL,
    from_ordinal INTEGER NOT NULL,
    to_ordinal INTEGER NOT NULL,
    matter TEXT NOT NULL,
    PRIMARY KEY (timeline, earliest, latest, version)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX entry_long_span ON entry (timeline, latest) WHERE latest - earliest > 62;`;

/** What only readers need: made in one go where many rows are written first. */
export const TIMELINE_INDEXES = `
  CREATE INDEX entry_short_span ON entry (timeline, earliest) WHERE latest - earliest BETWEEN 1 AND 62;
  CREATE INDEX entry_by_start ON entry (timeline, from_ordinal);`;

/** Days that an entry of the index `entry_short_span` reaches beyond its first, at most. */
export const SHORT_SPAN_DAYS = 62;

/** Before all days: an open start. */
export const OPEN_START = -1_000_000_000;

/** After all days: an open end. */
export const OPEN_END = 1_000_000_000;

/** `to_ordinal` of a row that still stands. */
export const STILL_STANDING = Number.MAX_SAFE_INTEGER;

/** First of the ids that the versions of an entry can have; `entry` is its `entryNumber`. */
export function firstVersionId(entry: number): number {
  return entry * VERSIONS_MAX;
}

/** The `entryNumber` that a version's id belongs to. */
export function entryOfVersion(id: number): number {
  return Math.floor(id / VERSIONS_MAX);
}

/** Ordinals are below this, so that the ids of their versions are safe integers: 536 million events. */
export const ORDINAL_BOUND = Math.floor(Number.MAX_SAFE_INTEGER / (ITEMS_MAX * VERSIONS_MAX));
