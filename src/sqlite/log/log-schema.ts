import { join } from 'node:path';
import type { RecordedEvent, Revision } from '../../event-store/event-store.ts';
import { numberedPosition } from '../../event-store/position.ts';
import type { Migration } from '../migrations.ts';

export function logPath(dataDir: string): string {
  return join(dataDir, 'log.db');
}

/** `position` counts from 1 without gaps. The triggers keep other programs, too, from changing events. */
export const logMigrations: readonly Migration[] = [
  `
  CREATE TABLE event (
    position    INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    stream      TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    type        TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    metadata    TEXT NOT NULL,
    content     TEXT NOT NULL,
    salt        TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  `,
];

export const logColumns = 'position, id, stream, revision, type, recorded_at, metadata, content, salt';

/** A row with the columns of `logColumns`, in that order. */
export type LogRow = readonly [
  position: number,
  id: string,
  stream: string,
  revision: number,
  type: string,
  recordedAt: string,
  metadata: string,
  content: string,
  salt: string,
];

export function eventOfRow(row: LogRow): RecordedEvent {
  const [position, id, stream, revision, type, recordedAt, metadata, content, salt] = row;
  return {
    position: numberedPosition(position),
    id,
    type,
    stream,
    revision: revision as Revision,
    recordedAt,
    metadata,
    content,
    salt,
  };
}
