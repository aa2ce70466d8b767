import { envelopeJson } from '../../domain/events/event.ts';
import type { Position, RecordedEvent } from '../../event-store/event-store.ts';
import { csvWriter } from '../formats/csv.ts';
import { writeExport } from '../formats/export-writer.ts';
import { LOG_COLUMNS } from '../formats/list-columns.ts';
import { beginSse, type SseConnections } from '../live/sse.ts';
import type { AppContext } from '../protocol/context.ts';
import { contentTypeOf } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { CURSOR_EXPECTED, invalidQuery } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { beginStream } from '../protocol/response.ts';
import { sendStream } from '../protocol/stream-response.ts';
import { describedBy, sendDataPackage } from '../timelines/export.ts';
import { LineWriter } from './line-writer.ts';
import { cursorAfter, cursorProblem, type LogCursor, parseLogCursor } from './log-cursor.ts';

const PAGE_EVENTS = 500;
/** Until a client whose connection is lost reconnects. */
const RETRY_MS = 2_000;
const HEADERS = { 'Cache-Control': 'no-cache' } as const;

/**
 * Sends the rest of the log as NDJSON, event by event, as fast as the client reads. The last line has the cursor
 * from which the client can continue later; a response without it is incomplete.
 */
export async function sendLogAsNdjson(context: AppContext, req: Request, res: Response): Promise<void> {
  const from = await cursorOf(context, req, res, 'cursor');
  if (from === 'refused') return;
  req.audit.exports();
  beginStream(res, 'application/x-ndjson', HEADERS);
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  const writer = new LineWriter(res);
  let last: RecordedEvent | undefined;
  for await (const page of logPages(context, from?.position)) {
    for (const event of page) {
      await writer.write(envelopeJson(event));
      if (res.destroyed) return;
    }
    last = page.at(-1) ?? last;
  }
  const given = new QueryParameters(req.originalUrl, ['cursor']).text('cursor');
  await writer.write(JSON.stringify({ cursor: last === undefined ? (given ?? null) : cursorAfter(last) }));
  writer.end();
}

/** Yields the rest of the log, page by page, up to its end. */
async function* logPages(
  { store, tree }: AppContext,
  start: Position | undefined,
): AsyncGenerator<readonly RecordedEvent[]> {
  let after = start;
  for (;;) {
    const range = { direction: 'forwards', maxCount: PAGE_EVENTS, ...(after && { after }) } as const;
    const page = await store.readAll(range);
    tree.requireUnaltered(page);
    yield page;
    after = page.at(-1)?.position;
    if (page.length < PAGE_EVENTS) return;
  }
}

/** Sends the whole log as a table, one row per event. */
export async function sendLogAsTable(context: AppContext, req: Request, res: Response): Promise<void> {
  const view = { ...LOG_TABLE, origin: req.origin, url: `${req.origin}/events`, asOf: undefined };
  const rows = (async function* () {
    for await (const page of logPages(context, undefined)) yield page.map(envelopeJson);
  })();
  const texts = writeExport(csvWriter, view, rows);
  await sendStream(context, req, res, contentTypeOf('csv'), texts, { ...HEADERS, ...describedBy(req) });
}

/** Describes the columns of the table. */
export function sendLogPackage(req: Request, res: Response): void {
  sendDataPackage({ ...LOG_TABLE, asOf: undefined }, req, res);
}

const LOG_TABLE = { title: 'Events', columns: LOG_COLUMNS, parse: JSON.parse } as const;

/**
 * Sends the log as server-sent events, and then each new event as it is recorded. The id of an event is its cursor, so
 * that a client that reconnects with `Last-Event-ID` misses nothing and gets nothing twice.
 */
export async function followLog(
  context: AppContext,
  connections: SseConnections,
  req: Request,
  res: Response,
): Promise<void> {
  const from = await cursorOf(context, req, res, req.headers['last-event-id'] ? 'Last-Event-ID' : 'cursor');
  if (from === 'refused' || res.destroyed) return;
  const refusal = connections.refuse(req);
  if (refusal !== undefined) sendProblem(res, refusal);
  else if (req.method === 'HEAD') {
    beginSse(res);
    res.end();
  } else {
    req.audit.exports();
    await sendEvents(context, connections, from?.position, req, res);
  }
}

async function sendEvents(
  { store, tree }: AppContext,
  connections: SseConnections,
  after: Position | undefined,
  req: Request,
  res: Response,
): Promise<void> {
  const closed = new AbortController();
  let onIdle = (): void => {};
  const stream = connections.open(req, res, () => onIdle());
  res.on('close', () => {
    closed.abort();
    onIdle();
  });
  const send = async (event: Parameters<typeof stream.send>[0]): Promise<void> => {
    while (stream.isBusy && !closed.signal.aborted) {
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
    }
    if (!closed.signal.aborted) stream.send(event);
  };
  await send({ retry: RETRY_MS });
  const options = { pageSize: PAGE_EVENTS, signal: closed.signal, ...(after && { after }) };
  for await (const message of store.subscribe(options)) {
    if (message.kind === 'caught-up') continue;
    tree.requireUnaltered(message.events);
    for (const event of message.events) await send({ id: cursorAfter(event), data: envelopeJson(event) });
  }
  stream.end();
}

/** Returns where the client continues; undefined for the beginning of the log. Answers a request that is refused. */
async function cursorOf(
  { store }: AppContext,
  req: Request,
  res: Response,
  source: 'cursor' | 'Last-Event-ID',
): Promise<LogCursor | undefined | 'refused'> {
  const query = new QueryParameters(req.originalUrl, ['cursor']);
  const sent = query.parsed('cursor', (text) => parseLogCursor(text, store), CURSOR_EXPECTED);
  const lastEventId = req.headers['last-event-id'];
  const resumed = source === 'cursor' ? undefined : parseLogCursor(String(lastEventId), store);
  if (source === 'Last-Event-ID' && resumed === undefined) query.refuse('Last-Event-ID', CURSOR_EXPECTED);
  const cursor = resumed ?? sent;
  const problem =
    query.errors.length > 0
      ? invalidQuery(query.errors)
      : cursor && (await cursorProblem(cursor, store, source));
  if (problem === undefined) return cursor;
  sendProblem(res, problem);
  return 'refused';
}
