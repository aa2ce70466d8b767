import { expect, test } from '@jest/globals';
import { proxyRoute } from './proxy-route.ts';

const PROXY = { host: '127.0.0.1', port: 7 };

test.each([
  ['esdb://localhost?tls=false', 'localhost', 2113, 'esdb://127.0.0.1:7?tls=false'],
  [
    'esdb://admin:ch%40nge@db.example:4113/?tls=false&keepAliveInterval=5',
    'db.example',
    4113,
    'esdb://admin:ch%40nge@127.0.0.1:7/?tls=false&keepAliveInterval=5',
  ],
])('routes %s through a proxy', (connectionString, host, port, throughProxy) => {
  const route = proxyRoute(connectionString);
  if (route.outcome === 'unavailable') throw new Error(route.reason);
  expect([route.server, route.through(PROXY)]).toEqual([{ host, port }, throughProxy]);
});

test.each([
  ['esdb+discover://cluster.example:2113', '+discover'],
  ['esdb://one:2113,two:2113?tls=false', 'several hosts'],
  ['esdb://localhost:2113', 'TLS'],
  ['esdb://localhost:2113?tls=true', 'TLS'],
])('gives the reason why %s cannot be routed through a proxy', (connectionString, reason) => {
  expect(proxyRoute(connectionString)).toMatchObject({
    outcome: 'unavailable',
    reason: expect.stringContaining(reason),
  });
});
