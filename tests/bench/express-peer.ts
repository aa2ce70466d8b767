import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers';
import express, { type Response } from 'express';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { type LogRow, LogTable } from './log-table.ts';
import { serveRequests } from './peer.ts';

/*
 * An Express server that does what Chancery does at the least: it receives and sends the same bytes, and appends and
 * reads the same rows of SQLite, without checking, looking up, hashing or projecting anything.
 */

/** Entries of a timeline to store, in their order. */
export interface StoredEntries {
  readonly timeline: string;
  readonly entries: readonly { readonly earliest: string; readonly body: string }[];
}

/** The first request has a folder for databases. The others have entries for `/rows`. */
export type ExpressRequest = { readonly folder: string } | StoredEntries;

const PAGE_ENTRIES = 50;

const app = express().disable('etag').disable('x-powered-by');
const server = app.listen(0, '127.0.0.1');
const pages = new Map<string, Buffer>();

app.post('/echo', express.json(), (req, res) => {
  res.status(201).json(req.body);
});

app.get('/stored/:bytes', (req, res) => {
  const { bytes } = req.params;
  const page = pages.get(bytes) ?? Buffer.alloc(Number(bytes), 'x');
  pages.set(bytes, page);
  res.set('Content-Type', 'application/json; charset=utf-8').set('ETag', '"1"').send(page);
});

app.get('/unchanged', (_req, res) => {
  res.status(304).set('ETag', '"1"').end();
});

/** Appends like Chancery: all events that have arrived when the previous commit is done share the next one. */
function serveAppends(table: LogTable): void {
  let waiting: { readonly event: LogRow; readonly res: Response }[] = [];
  const commit = (): void => {
    const group = waiting;
    waiting = [];
    const positions = table.inTransaction(() => {
      return group.map(({ event }) => table.insert(event, JSON.stringify(event)));
    });
    for (const [index, { event, res }] of group.entries()) {
      const { id, type, stream } = event;
      const appended = { id, type, stream, revision: 0, position: String(positions[index]) };
      res.status(201).json({ events: [appended], warnings: [] });
    }
  };
  app.post('/events', express.json(), (req, res) => {
    waiting.push({ event: req.body, res });
    if (waiting.length === 1) setImmediate(commit);
  });
}

/** Serves pages of fifty entries, each by a range of an index. */
function serveRows(file: string): (stored: StoredEntries) => void {
  const database = openDatabase(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  database.exec('CREATE TABLE entry (timeline TEXT, earliest TEXT, number INTEGER, body TEXT) STRICT');
  database.exec('CREATE INDEX entry_by_date ON entry (timeline, earliest, number)');
  const insert = database.prepare('INSERT INTO entry VALUES (?, ?, ?, ?)');
  const selectIn = (order: string) => {
    const select = database.prepare<readonly [body: string]>(
      `SELECT body FROM entry WHERE timeline = ? AND earliest >= ?
       ORDER BY earliest ${order}, number ${order} LIMIT ${PAGE_ENTRIES + 1}`,
    );
    select.setReturnArrays(true);
    return select;
  };
  const [ascending, descending] = [selectIn('ASC'), selectIn('DESC')];
  app.get('/rows/:timeline', (req, res) => {
    const { from, order } = req.query;
    const rows = (order === 'desc' ? descending : ascending).all(req.params.timeline, String(from));
    const entries = rows.slice(0, PAGE_ENTRIES).join(',');
    res
      .set('Content-Type', 'application/json')
      .set('ETag', '"1"')
      .send(`{"entries":[${entries}],"next":"1"}`);
  });
  let stored = 0;
  return ({ timeline, entries }) => {
    database.exec('BEGIN');
    for (const { earliest, body } of entries) {
      stored += 1;
      insert.run(timeline, earliest, stored, body);
    }
    database.exec('COMMIT');
  };
}

let store: (stored: StoredEntries) => void = () => {};

serveRequests(async (request: ExpressRequest): Promise<string> => {
  if ('folder' in request) {
    serveAppends(new LogTable(join(request.folder, 'express-log.db')));
    store = serveRows(join(request.folder, 'express-rows.db'));
  } else {
    store(request);
  }
  if (!server.listening) await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
