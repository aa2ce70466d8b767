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
  // INSERT OR REPLACE deletes a row without the trigger above. At the next position it can still replace a row by its
  // id or revision, so the insert is ignored if there is one, as the ON CONFLICT DO NOTHING of the writer ignores it.
  `
  CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event
    WHEN NEW.position IS NOT (SELECT ifnull(max(position), 0) + 1 FROM event)
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  CREATE TRIGGER event_is_never_repeated BEFORE INSERT ON event
    WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
      OR EXISTS (SELECT 1 FROM event WHERE stream = NEW.stream AND revision = NEW.revision)
    BEGIN SELECT RAISE(IGNORE); END;
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
