import type { Database, PreparedStatement, SqlValue } from '../driver.ts';

const ROWS_PER_STATEMENT = 32;

/** Collects rows of a table and inserts many with one statement, because a call costs as much as a narrow row. */
export class BatchInsert {
  readonly #columns: number;
  readonly #many: PreparedStatement;
  readonly #one: PreparedStatement;
  #values: SqlValue[] = [];

  constructor(db: Database, table: string, columns: number) {
    const row = `(${Array.from({ length: columns }, () => '?').join(', ')})`;
    const rows = Array.from({ length: ROWS_PER_STATEMENT }, () => row).join(', ');
    this.#columns = columns;
    this.#one = db.prepare(`INSERT INTO ${table} VALUES ${row}`);
    this.#many = db.prepare(`INSERT INTO ${table} VALUES ${rows}`);
  }

  add(...row: readonly SqlValue[]): void {
    this.#values.push(...row);
    if (this.#values.length < this.#columns * ROWS_PER_STATEMENT) return;
    this.#many.run(...this.#values);
    this.#values = [];
  }

  /** Inserts the remaining rows. Call it before the transaction ends. */
  flush(): void {
    for (let start = 0; start < this.#values.length; start += this.#columns) {
      this.#one.run(...this.#values.slice(start, start + this.#columns));
    }
    this.#values = [];
  }

  /** Discards the rows that have not been inserted. */
  clear(): void {
    this.#values = [];
  }
}
