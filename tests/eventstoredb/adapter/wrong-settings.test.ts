import { afterEach, expect, test } from '@jest/globals';
import { certificate } from '../support/certificate.ts';
import { closeAll, openAdapter, startWireServer } from '../support/open-adapter.ts';
import { until } from '../support/until.ts';

/* Settings with which the server is never reached. The error says which. */

afterEach(closeAll);

async function errorOf(connectionString: string): Promise<string> {
  const { store } = openAdapter({ connectionString });
  return store.readAll({ direction: 'forwards', maxCount: 1 }).then(String, String);
}

const withTls = (connectionString: string) => connectionString.replace('?tls=false', '');

test('a server whose certificate was issued by another authority', async () => {
  const { connectionString } = await startWireServer({ tls: certificate });
  expect(await errorOf(withTls(connectionString))).toMatch('tlsCAFile must name');
});

test('a server that requires TLS', async () => {
  const { connectionString } = await startWireServer({ tls: certificate });
  expect(await errorOf(connectionString)).toMatch('remove tls=false');
});

test('a server without TLS', async () => {
  const { connectionString } = await startWireServer();
  expect(await errorOf(withTls(connectionString))).toMatch('set tls=false');
});

test('a cluster whose certificates were issued by another authority', async () => {
  const nodes = [await startWireServer({ tls: certificate }), await startWireServer({ tls: certificate })];
  const hosts = nodes.map(({ connectionString }) => /[\d.]+:\d+/.exec(connectionString)?.[0]);
  const { store, signals } = openAdapter({
    connectionString: `esdb://${hosts.join()}?maxDiscoverAttempts=2`,
  });
  await until(() => signals.length > 0);
  expect(signals[0]).toEqual({
    kind: 'disconnected',
    reason: expect.stringContaining('tlsCAFile must name'),
  });
  // Later attempts give no reason that is new, or fail in another way. None is signalled twice.
  const read = () => store.readAll({ direction: 'forwards', maxCount: 1 }).catch(() => {});
  for (let attempt = 0; attempt < 3; attempt += 1) await read();
  const reasons = signals.map((signal) => ('reason' in signal ? signal.reason : signal.kind));
  expect(reasons).toEqual([...new Set(reasons)]);
});
