import { join } from 'node:path';
import { type Draft, INBOX_LIMITS, type InboxLimits, type NewDraft } from '../inbox/draft.ts';
import type { AddedDraft, DraftPlace, DraftStore, ListedDraft } from '../inbox/draft-store.ts';
import { closeCheckpointed, type Database, eraseDeleted, inTransaction } from './driver.ts';
import { type Migration, openMigrated } from './migrations.ts';

/**
 * - `content` is the JSON of a `Draft` without its id; null if the draft was dismissed.
 * - `instant` is its `DraftPlace`.
 */
const inboxMigrations: readonly Migration[] = [
  `
  CREATE TABLE draft (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    instant TEXT NOT NULL,
    content TEXT
  ) STRICT;
  CREATE INDEX present ON draft (instant DESC, number) WHERE content IS NOT NULL;
  CREATE INDEX dismissed ON draft (number) WHERE content IS NULL;
  `,
];

interface DraftRow {
  readonly number: number;
  readonly id: string;
  readonly instant: string;
  readonly content: string;
}

const PAGE = `
  SELECT number, id, instant, content FROM draft
  WHERE content IS NOT NULL AND instant <= ?1 AND (instant < ?1 OR number > ?2)
  ORDER BY instant DESC, number LIMIT ?3`;
const FIND = 'SELECT number, id, instant, content FROM draft WHERE id = ? AND content IS NOT NULL';
const INSERT = 'INSERT INTO draft (id, instant, content) VALUES (?, ?, ?)';
const DISMISS_RECORDED = `
  UPDATE draft SET content = NULL WHERE content IS NOT NULL AND EXISTS (
    SELECT 1 FROM json_each(content, '$.events') AS recorded
    WHERE recorded.value IN (SELECT value FROM json_each(?))
  )`;
/** The oldest ones beyond the limit. */
const FORGET_DISMISSED = `
  DELETE FROM draft WHERE content IS NULL AND number <= (
    SELECT number FROM draft WHERE content IS NULL ORDER BY number DESC LIMIT 1 OFFSET ?
  )`;
/** Greater than every instant. */
const BEGINNING: DraftPlace = { instant: '~', number: 0 };

export function inboxPath(dataDir: string): string {
  return join(dataDir, 'inbox.db');
}

/** The inbox in a file of a data folder, which the caller has locked. */
export class SqliteInboxStore implements DraftStore {
  readonly #db: Database;
  readonly #limits: InboxLimits;

  /** Throws FileVersionError or SQLite's error. */
  constructor(path: string, limits: Partial<InboxLimits> = {}) {
    this.#limits = { ...INBOX_LIMITS, ...limits };
    this.#db = openMigrated(path, inboxMigrations, ['synchronous = FULL', 'secure_delete = ON']);
  }

  add(drafts: readonly NewDraft[], addedAt: string): readonly AddedDraft[] {
    const insert = this.#db.prepare(INSERT);
    const known = this.#db.prepare('SELECT 1 FROM draft WHERE id = ?');
    return inTransaction(this.#db, () => {
      let count = this.#count();
      return drafts.map(({ id, ...content }) => {
        if (known.get(id) !== undefined) return 'known';
        if (count >= this.#limits.draftsMax) return 'full';
        count += 1;
        const draft: Omit<Draft, 'id'> = { ...content, addedAt, events: [] };
        insert.run(id, placedAt(draft), JSON.stringify(draft));
        return 'added';
      });
    });
  }

  page(draftsMax: number, { instant, number }: DraftPlace = BEGINNING): readonly ListedDraft[] {
    const rows = this.#db.prepare<DraftRow>(PAGE).all(instant, number, draftsMax);
    return rows.map((row) => {
      return { draft: draftOf(row), place: { instant: row.instant, number: row.number } };
    });
  }

  find(id: string): Draft | undefined {
    const row = this.#db.prepare<DraftRow>(FIND).get(id);
    return row && draftOf(row);
  }

  markRecorded(id: string, event: string): void {
    inTransaction(this.#db, () => {
      const draft = this.find(id);
      if (draft === undefined || draft.events.includes(event)) return;
      const { id: _id, ...content } = { ...draft, events: [...draft.events, event] };
      this.#db.prepare('UPDATE draft SET content = ? WHERE id = ?').run(JSON.stringify(content), id);
    });
  }

  dismiss(id: string): boolean {
    return inTransaction(this.#db, () => {
      const dismiss = this.#db.prepare(
        'UPDATE draft SET content = NULL WHERE id = ? AND content IS NOT NULL',
      );
      if (Number(dismiss.run(id).changes) === 0) return false;
      this.#db.prepare(FORGET_DISMISSED).run(this.#limits.dismissedMax);
      return true;
    });
  }

  erase(events: readonly string[]): void {
    this.#db.prepare(DISMISS_RECORDED).run(JSON.stringify(events));
    if (!eraseDeleted(this.#db)) throw new Error('inbox.db is busy.');
  }

  close(): void {
    closeCheckpointed(this.#db);
  }

  #count(): number {
    const sql = 'SELECT count(*) AS count FROM draft WHERE content IS NOT NULL';
    return this.#db.prepare<{ count: number }>(sql).get()?.count ?? 0;
  }
}

function draftOf({ id, content }: DraftRow): Draft {
  return { id, ...(JSON.parse(content) as Omit<Draft, 'id'>) };
}

/** A date in the future does not keep a draft above all that come later. */
function placedAt({ publishedAt, publishedOn, addedAt }: Omit<Draft, 'id'>): string {
  const day = publishedOn === null ? addedAt : `${publishedOn}T00:00:00.000Z`;
  const published = publishedAt ?? day;
  return published < addedAt ? published : addedAt;
}
