import { daySerial } from '../domain/edtf.ts';
import type { EventReader, Position } from '../event-store/event-store.ts';
import type { Checkpoint, EntryVersion, Ordinal, TimelineWriter } from '../projector/timeline-store.ts';
import { type Database, openDatabase } from './driver.ts';
import { migrate } from './migrations.ts';
import { facetText } from './timeline-facets.ts';
import {
  CHECKPOINT_SQL,
  firstVersionId,
  OPEN_END,
  OPEN_START,
  recordOfVersion,
  STILL_STANDING,
  TIMELINE_MIGRATIONS,
  VERSIONS_PER_RECORD_MAX,
} from './timeline-schema.ts';
import { TimelineTable } from './timeline-table.ts';

interface VersionRow {
  readonly id: number;
  readonly earliest: number;
  readonly latest: number;
  readonly partitions: string;
  readonly facets: string;
  readonly body: string;
}

/**
 * Writes the timelines of one projection to a file of their own.
 *
 * The file is in WAL mode with `synchronous=NORMAL`: a crash of the machine may take the last transactions back, rows
 * and checkpoint together, and the projector does them again from the log.
 */
export class SqliteTimelineWriter implements TimelineWriter {
  readonly #db: Database;
  readonly #compare: EventReader['comparePositions'];
  readonly #timelines: TimelineTable;
  readonly #statements: ReturnType<typeof prepare>;
  #checkpoint: Checkpoint | undefined;

  constructor(file: string, comparePositions: EventReader['comparePositions']) {
    this.#db = openDatabase(file);
    this.#db.exec(
      'PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000',
    );
    migrate(this.#db, TIMELINE_MIGRATIONS, file);
    this.#compare = comparePositions;
    this.#timelines = new TimelineTable(this.#db);
    this.#statements = prepare(this.#db);
    this.#checkpoint = this.#statements.checkpoint.get();
  }

  checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  ordinalAt(position: Position): Ordinal | undefined {
    let low = 1;
    let high = this.#checkpoint?.ordinal ?? 0;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const found = this.#statements.positionFrom.get(firstVersionId(middle));
      const order = found === undefined ? 1 : this.#compare(found.position, position);
      if (found !== undefined && order === 0) return recordOfVersion(found.id) as Ordinal;
      if (found !== undefined && order < 0) low = recordOfVersion(found.id) + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  commit(versions: readonly EntryVersion[], checkpoint: Checkpoint): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      for (const version of versions) this.#put(version);
      this.#timelines.flush();
      const { ordinal, position, instant, eventId, lineage } = checkpoint;
      this.#statements.setCheckpoint.run(ordinal, position, instant, eventId, lineage);
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#timelines.forget();
      throw error;
    }
    this.#checkpoint = checkpoint;
  }

  /** The file is left without a WAL beside it, as far as no reader is in the way. */
  close(): void {
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#db.close();
  }

  #put(version: EntryVersion): void {
    const row = rowOf(version);
    let id = firstVersionId(version.record);
    if (version.from.ordinal !== version.record) {
      const before = this.#latestVersion(version.record);
      if (before !== undefined) {
        if (this.#saysTheSame(before, row, version.partitions)) return;
        this.#close(before, version);
        id = before.id + 1;
      }
    }
    if (recordOfVersion(id) !== version.record) {
      throw new RangeError(
        `The event at ${version.position} has more than ${VERSIONS_PER_RECORD_MAX} versions`,
      );
    }
    const { earliest, latest, partitions, facets, body } = row;
    this.#statements.addVersion.run(id, version.position, earliest, latest, partitions, facets, body);
    for (const [key, matter] of version.partitions) {
      const timeline = this.#timelines.add(key, earliest, latest, version.from);
      this.#statements.addEntry.run(
        timeline,
        earliest,
        latest,
        id,
        version.from.ordinal,
        STILL_STANDING,
        matter,
      );
    }
  }

  #latestVersion(record: Ordinal): VersionRow | undefined {
    return this.#statements.latestVersion.get(firstVersionId(record), firstVersionId(record + 1));
  }

  #saysTheSame(
    before: VersionRow,
    after: Omit<VersionRow, 'id'>,
    partitions: EntryVersion['partitions'],
  ): boolean {
    if (before.body !== after.body || before.partitions !== after.partitions) return false;
    const { id, earliest, latest } = before;
    if (earliest !== after.earliest || latest !== after.latest) return false;
    for (const [key, matter] of partitions) {
      if (this.#statements.matter.get(key, earliest, latest, id)?.matter !== matter) return false;
    }
    return true;
  }

  /** Lets the rows of a version stand up to, and not including, the event that makes the next one. */
  #close(before: VersionRow, next: EntryVersion): void {
    const keys: readonly string[] = JSON.parse(before.partitions);
    for (const key of keys) {
      const timeline = this.#timelines.remove(key, before.earliest, before.latest, next.from);
      this.#statements.closeEntry.run(next.from.ordinal, timeline, before.earliest, before.latest, before.id);
    }
  }
}

/** A version that is in no timeline is kept for its place alone. */
function rowOf({ earliest, latest, partitions, facets, body }: EntryVersion): Omit<VersionRow, 'id'> {
  const isShown = partitions.size > 0;
  return {
    earliest: earliest === undefined ? OPEN_START : daySerial(earliest),
    latest: latest === undefined ? OPEN_END : daySerial(latest),
    partitions: JSON.stringify([...partitions.keys()]),
    facets: isShown ? facetText(facets) : '',
    body: isShown ? body : '',
  };
}

function prepare(db: Database) {
  return {
    checkpoint: db.prepare<Checkpoint>(CHECKPOINT_SQL),
    setCheckpoint: db.prepare(
      `INSERT INTO checkpoint (one, ordinal, position, instant, event_id, lineage) VALUES (1, ?, ?, ?, ?, ?)
       ON CONFLICT (one) DO UPDATE SET ordinal = excluded.ordinal, position = excluded.position,
         instant = excluded.instant, event_id = excluded.event_id, lineage = excluded.lineage`,
    ),
    positionFrom: db.prepare<{ id: number; position: Position }>(
      'SELECT id, position FROM version WHERE id >= ? ORDER BY id LIMIT 1',
    ),
    latestVersion: db.prepare<VersionRow>(
      `SELECT id, earliest, latest, partitions, facets, body FROM version
       WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1`,
    ),
    addVersion: db.prepare('INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?)'),
    addEntry: db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)'),
    matter: db.prepare<{ matter: string }>(
      `SELECT matter FROM entry WHERE timeline = (SELECT id FROM timeline WHERE key = ?)
       AND earliest = ? AND latest = ? AND version = ?`,
    ),
    closeEntry: db.prepare(
      'UPDATE entry SET to_ordinal = ? WHERE timeline = ? AND earliest = ? AND latest = ? AND version = ?',
    ),
  };
}
