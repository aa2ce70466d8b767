import { afterEach, expect, test } from '@jest/globals';
import { certificate } from '../support/certificate.ts';
import { closeAll, openAdapter, startWireServer } from '../support/open-adapter.ts';

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
