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
  // The content of an event can be replaced by what is left of it, if an EventRedacted event of its record says so. The
  // commitment to the content as recorded is kept, and everything else of the event.
  `
  ALTER TABLE event ADD COLUMN commitment TEXT;
  CREATE INDEX redacted ON event (position) WHERE commitment IS NOT NULL;
  DROP TRIGGER event_is_never_updated;
  CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event
    WHEN NEW.commitment IS NULL
      OR NEW.commitment IS NOT ifnull(OLD.commitment, NEW.commitment)
      OR (NEW.position, NEW.id, NEW.stream, NEW.revision, NEW.type, NEW.recorded_at, NEW.metadata)
        IS NOT (OLD.position, OLD.id, OLD.stream, OLD.revision, OLD.type, OLD.recorded_at, OLD.metadata)
      OR NOT EXISTS (
        SELECT 1 FROM event AS redaction, json_each(redaction.content, '$.data.redacted') AS redacted
        WHERE redaction.stream = OLD.stream AND redaction.type = 'EventRedacted'
          AND redaction.revision > OLD.revision AND redacted.value ->> 'event' = OLD.id)
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  `,
];

export const logColumns =
  'position, id, stream, revision, type, recorded_at, metadata, content, salt, commitment';

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
  commitment: string | null,
];

export function eventOfRow(row: LogRow): RecordedEvent {
  const [position, id, stream, revision, type, recordedAt, metadata, content, salt, commitment] = row;
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
    ...(commitment !== null && { commitment }),
  };
}
