/**
 * Schema of a file of timelines.
 *
 * A version's id is `record × 65536 + number of the version`, so that one integer orders by record and then by version,
 * and the latest version of a record is the greatest id in its range. Days are whole days since 1970-01-01; an open
 * start or end is a number beyond all days. `entry` is the timelines themselves: clustered in reading order, narrow,
 * each row valid from one ordinal up to another. The text that goes out is kept once per version.
 */
export const TIMELINE_MIGRATIONS: readonly string[] = [
  `CREATE TABLE checkpoint (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     ordinal INTEGER NOT NULL,
     position TEXT NOT NULL,
     instant TEXT NOT NULL,
     event_id TEXT NOT NULL,
     lineage TEXT NOT NULL
   ) STRICT;
   CREATE TABLE timeline (
     id INTEGER PRIMARY KEY,
     key TEXT NOT NULL UNIQUE,
     entries INTEGER NOT NULL,
     earliest INTEGER NOT NULL,
     latest INTEGER NOT NULL,
     changed_ordinal INTEGER NOT NULL,
     changed_position TEXT NOT NULL,
     changed_instant TEXT NOT NULL
   ) STRICT;
   CREATE INDEX timeline_by_change ON timeline (changed_ordinal);
   CREATE TABLE version (
     id INTEGER PRIMARY KEY,
     position TEXT NOT NULL,
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
   CREATE INDEX entry_short_span ON entry (timeline, earliest) WHERE latest - earliest BETWEEN 1 AND 62;
   CREATE INDEX entry_long_span ON entry (timeline, latest) WHERE latest - earliest > 62;`,
];

export const CHECKPOINT_SQL =
  'SELECT ordinal, position, instant, event_id AS eventId, lineage FROM checkpoint';

export const VERSIONS_PER_RECORD_MAX = 65_536;

/** Days that an entry of the index `entry_short_span` reaches beyond its first, at most. */
export const SHORT_SPAN_DAYS = 62;

/** Before all days: an open start. */
export const OPEN_START = -1_000_000_000;

/** After all days: an open end. */
export const OPEN_END = 1_000_000_000;

/** `to_ordinal` of a row that still stands. */
export const STILL_STANDING = Number.MAX_SAFE_INTEGER;

/** First of the ids that the versions of a record can have. */
export function firstVersionId(record: number): number {
  return record * VERSIONS_PER_RECORD_MAX;
}

/** The record that a version's id belongs to. */
export function recordOfVersion(id: number): number {
  return Math.floor(id / VERSIONS_PER_RECORD_MAX);
}
