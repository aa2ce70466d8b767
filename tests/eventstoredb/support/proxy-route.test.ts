import { expect, test } from '@jest/globals';
import { wayTo } from './server-in-test.ts';

const PROXY = { host: '127.0.0.1', port: 7 };

test.each([
  ['esdb://localhost?tls=false', 'localhost', 2113, 'esdb://127.0.0.1:7?tls=false'],
  [
    'esdb://admin:ch%40nge@db.example:4113/?tls=false&keepAliveInterval=5',
    'db.example',
    4113,
    'esdb://admin:ch%40nge@127.0.0.1:7/?tls=false&keepAliveInterval=5',
  ],
])('a proxy can stand before %s', (connectionString, host, port, throughProxy) => {
  const way = wayTo(connectionString);
  if (way.outcome === 'closed') throw new Error(way.reason);
  expect([way.address, way.through(PROXY)]).toEqual([{ host, port }, throughProxy]);
});

test.each([
  ['esdb+discover://cluster.example:2113', '+discover'],
  ['esdb://one:2113,two:2113?tls=false', 'several hosts'],
  ['esdb://localhost:2113', 'TLS'],
  ['esdb://localhost:2113?tls=true', 'TLS'],
])('no proxy can stand before %s', (connectionString, reason) => {
  expect(wayTo(connectionString)).toMatchObject({
    outcome: 'closed',
    reason: expect.stringContaining(reason),
  });
});
