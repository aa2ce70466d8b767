import { join } from 'node:path';
import type { Migration } from '../migrations.ts';

export function auditPath(dataDir: string): string {
  return join(dataDir, 'audit.db');
}

/**
 * `number` counts from 1 without gaps, in the order of the instants in the entries. `hash` chains an entry to the one
 * before (`entryHash`), and `head` has the last one, so that it shows if the last entries are removed. The columns to
 * search by are computed from the entry, so they cannot say anything else. The triggers keep other programs, too, from
 * changing entries.
 */
export const auditMigrations: readonly Migration[] = [
  `
  CREATE TABLE entry (
    number    INTEGER PRIMARY KEY,
    json      TEXT NOT NULL,
    hash      TEXT NOT NULL,
    action    TEXT AS (json_extract(json, '$.action')) VIRTUAL,
    principal TEXT AS (json_extract(json, '$.principal.name')) VIRTUAL
  ) STRICT;
  CREATE INDEX entry_by_action ON entry (action);
  CREATE INDEX entry_by_principal ON entry (principal);
  CREATE INDEX entry_by_both ON entry (principal, action);
  CREATE TABLE head (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL,
    hash   TEXT NOT NULL
  ) STRICT;
  INSERT INTO head VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
  CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER entry_is_never_replaced BEFORE INSERT ON entry
    WHEN NEW.number IS NOT (SELECT number + 1 FROM head)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER entry_becomes_the_head AFTER INSERT ON entry
    BEGIN UPDATE head SET number = NEW.number, hash = NEW.hash; END;
  CREATE TRIGGER head_moves_with_the_entries BEFORE UPDATE ON head
    WHEN NEW.number IS NOT OLD.number + 1
      OR NEW.hash IS NOT (SELECT hash FROM entry WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER head_is_never_deleted BEFORE DELETE ON head
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER head_is_never_replaced BEFORE INSERT ON head
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  `,
];
