import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseEvent } from '../../src/domain/events/parse.ts';
import { type LogRow, LogTable } from './log-table.ts';
import { serveRequests } from './peer.ts';
import { type OwnUsage, usageOf } from './process-usage.ts';

/** Work for bare SQLite without a server. */
export type SqliteRequest =
  /** One transaction per row. */
  | { readonly kind: 'one-by-one'; readonly database: string; readonly events: readonly string[] }
  /** NDJSON, parsed and validated, in transactions of `BATCH_ROWS` rows. */
  | { readonly kind: 'bulk'; readonly database: string; readonly file: string };

export type SqliteResult = OwnUsage;

const BATCH_ROWS = 500;

function insertOneByOne(table: LogTable, events: readonly string[]): void {
  for (const text of events) table.insert(JSON.parse(text) as LogRow, text);
}

async function insertInBulk(table: LogTable, file: string): Promise<void> {
  let batch: { row: LogRow; line: string }[] = [];
  const flush = (): void => {
    table.inTransaction(() => {
      for (const { row, line } of batch) table.insert(row, line);
    });
    batch = [];
  };
  for await (const line of createInterface({ input: createReadStream(file, { highWaterMark: 1 << 18 }) })) {
    const row = JSON.parse(line) as LogRow;
    const parsed = parseEvent(row);
    if (parsed.outcome === 'refused') throw new Error(JSON.stringify(parsed.errors));
    batch.push({ row, line });
    if (batch.length === BATCH_ROWS) flush();
  }
  flush();
}

serveRequests(async (request: SqliteRequest): Promise<SqliteResult> => {
  const table = new LogTable(request.database);
  const usage = await usageOf(() => {
    return request.kind === 'bulk'
      ? insertInBulk(table, request.file)
      : insertOneByOne(table, request.events);
  });
  table.close();
  return usage;
});
