import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { answer } from './peer.ts';

/** What Express alone costs: the same bytes in and out, nothing stored, nothing looked up, no tag computed. */
const app = express().disable('etag').disable('x-powered-by');

app.post('/echo', express.json(), (req, res) => {
  res.json(req.body);
});

const stored = new Map<string, Buffer>();

app.get('/stored/:bytes', (req, res) => {
  const { bytes } = req.params;
  const page = stored.get(bytes) ?? Buffer.alloc(Number(bytes), 'x');
  stored.set(bytes, page);
  res.set('Content-Type', 'application/json; charset=utf-8').set('ETag', '"1"').send(page);
});

app.get('/unchanged', (_req, res) => {
  res.status(304).set('ETag', '"1"').end();
});

const server = app.listen(0, '127.0.0.1');

answer(async () => {
  if (!server.listening) await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
