import type { InboundLink } from '../../domain/record/record-version.ts';
import type { LinkVersion, Ordinal } from '../../projector/timeline-store.ts';
import type { Database, PreparedStatement } from '../driver.ts';
import { NEVER } from './timeline-schema.ts';

interface LinkRow extends Omit<InboundLink, 'isWithdrawn'> {
  readonly withdrawn: number;
}

/** The links of a view file. */
export class LinkTable {
  readonly #linksTo: PreparedStatement<LinkRow>;

  constructor(db: Database) {
    this.#linksTo = db.prepare<LinkRow>(
      `SELECT relation, source AS "from", linked_by AS linkedBy, withdrawn_ordinal AS withdrawn
       FROM link WHERE target = ? AND ordinal <= ? ORDER BY ordinal`,
    );
  }

  linksTo(target: string, asOf: Ordinal): readonly InboundLink[] {
    return this.#linksTo.all(target, asOf).map(({ withdrawn, ...link }) => {
      return { ...link, isWithdrawn: withdrawn <= asOf };
    });
  }
}

/** Writes links. Nearly all logs have few of them, and most none, so a look-up in an empty table is avoided. */
export class LinkWriter {
  readonly #table: LinkTable;
  readonly #statements: ReturnType<typeof prepare>;
  /** Undefined if it has to be read from the file. */
  #isEmpty: boolean | undefined;

  constructor(db: Database) {
    this.#table = new LinkTable(db);
    this.#statements = prepare(db);
    this.#isEmpty = this.#readIsEmpty();
  }

  linksTo(target: string, asOf: Ordinal): readonly InboundLink[] {
    this.#isEmpty ??= this.#readIsEmpty();
    return this.#isEmpty ? [] : this.#table.linksTo(target, asOf);
  }

  /** Adds what a link changes. Has no effect if another projection of the file has added it. */
  add({ target, ordinal, link }: LinkVersion): void {
    const { relation, from, linkedBy, isWithdrawn } = link;
    if (isWithdrawn) this.#statements.withdraw.run(ordinal, target, linkedBy);
    else this.#statements.insert.run(target, ordinal, relation, from, linkedBy, NEVER);
    this.#isEmpty = false;
  }

  /** Call it after a transaction was rolled back. */
  reset(): void {
    this.#isEmpty = undefined;
  }

  #readIsEmpty(): boolean {
    return this.#statements.any.get() === undefined;
  }
}

function prepare(db: Database) {
  return {
    any: db.prepare('SELECT 1 FROM link LIMIT 1'),
    insert: db.prepare('INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?, ?)'),
    withdraw: db.prepare(
      'UPDATE link SET withdrawn_ordinal = min(withdrawn_ordinal, ?) WHERE target = ? AND linked_by = ?',
    ),
  };
}
