import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { serveRequests } from './peer.ts';

/** A bare Express server that receives and sends the same bytes, without storing, looking up or hashing anything. */
const app = express().disable('etag').disable('x-powered-by');

app.post('/echo', express.json(), (req, res) => {
  res.json(req.body);
});

const pages = new Map<string, Buffer>();

app.get('/stored/:bytes', (req, res) => {
  const { bytes } = req.params;
  const page = pages.get(bytes) ?? Buffer.alloc(Number(bytes), 'x');
  pages.set(bytes, page);
  res.set('Content-Type', 'application/json; charset=utf-8').set('ETag', '"1"').send(page);
});

app.get('/unchanged', (_req, res) => {
  res.status(304).set('ETag', '"1"').end();
});

const server = app.listen(0, '127.0.0.1');

serveRequests(async () => {
  if (!server.listening) await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
