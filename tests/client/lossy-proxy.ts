import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LossyProxy {
  readonly url: string;
  /** Requests that were passed on. */
  readonly passed: string[];
  /** How many of the next answers are lost: the server has received the request, the client gets nothing. */
  losses: number;
  /** Cuts all connections of clients. */
  cut(): void;
  close(): void;
}

/** Passes requests on to a server, and loses answers. */
export async function startLossyProxy(target: string): Promise<LossyProxy> {
  const server = createServer((req, res) => {
    const { method, url = '', headers } = req;
    proxy.passed.push(`${method} ${url}`);
    const passed = request(new URL(url, target), { method, headers, agent: false }, (answer) => {
      if (proxy.losses > 0) {
        proxy.losses -= 1;
        answer.resume().on('end', () => res.destroy());
      } else {
        res.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.on('error', () => {}).pipe(res);
      }
    });
    res.on('close', () => passed.destroy());
    req.pipe(passed.on('error', () => res.destroy()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: LossyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: [],
    losses: 0,
    cut: () => server.closeAllConnections(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}
