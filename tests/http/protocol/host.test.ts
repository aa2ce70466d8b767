import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostCheck } from '../../../src/http/protocol/host.ts';
import { mou } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask } from '../support/client.ts';
import { askRaw } from '../support/raw-connection.ts';

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness(undefined, {}, false, {
    publicUrl: 'https://record.example.org:8443',
    allowedHosts: ['desk.example', 'archive.example:8443', '10.0.0.5'],
  });
});
afterAll(() => chancery.close());

const LOOPBACK = ['localhost', 'LOCALHOST:8080', 'desk.localhost', '127.0.0.1', '127.1.2.3:1', '[::1]:8080'];
const OURS = [
  'record.example.org:8443',
  'Record.Example.org',
  'desk.example',
  'desk.example:81',
  'archive.example:8443',
  '10.0.0.5:8080',
];
const FOREIGN = [
  'evil.example',
  'localhost.evil.example',
  'desk.example.evil.example',
  'evil.desk.example',
  'archive.example',
  'archive.example:80',
  'desk.example.',
  'desk.example:',
  'user@desk.example',
  '127.0.0.1.evil.example',
  'x',
  '[::2]',
  '10.0.0.1',
  'desk.example, evil.example',
  '"><script>',
];

describe('a request on the loopback interface', () => {
  test.each([...LOOPBACK, ...OURS])('is answered if it names the host %s', async (host) => {
    for (const path of ['/', '/events', '/readyz']) {
      expect((await ask(chancery.url, path, { headers: { host } })).status).toBe(200);
    }
  });

  test.each(FOREIGN)('is refused if it names the host %p', async (host) => {
    for (const path of ['/', '/events', '/countries/PK', '/countries/PK/live', '/docs', '/nothing']) {
      const answer = await ask(chancery.url, path, { headers: { host } });
      expect(answer).toMatchObject({ status: 421, json: { type: '/problems/unknown-host' } });
    }
    const headers = { host, 'content-type': 'application/json', origin: `http://${host}` };
    const written = await ask(chancery.url, '/events', {
      method: 'POST',
      headers,
      body: JSON.stringify(mou),
    });
    expect(written.status).toBe(421);
  });
});

test('on other interfaces, only the names of the settings are answered', () => {
  const unknownHostOf = hostCheck(['desk.example'], 'https://record.example.org');
  const refuses = (host: string, localAddress: string): boolean => {
    const req = { headers: { host }, socket: { localAddress } } as IncomingMessage;
    const requester = { address: '192.0.2.1', host, protocol: 'http', isForwarded: false } as const;
    return unknownHostOf(req, requester) === host;
  };
  for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::7', 'fe80::1%eth0', '::ffff:12.7.0.1']) {
    for (const host of [...LOOPBACK, '192.0.2.7', 'evil.example']) expect(refuses(host, address)).toBe(true);
    for (const host of ['desk.example:80', 'record.example.org']) expect(refuses(host, address)).toBe(false);
  }
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
    expect(refuses('localhost', address)).toBe(false);
  }
});

describe('the host of a request', () => {
  const HEAD = 'Connection: close\r\n\r\n';

  test.each([
    ['twice', `GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n${HEAD}`, 'once'],
    [
      'twice, of which one is foreign',
      `GET / HTTP/1.1\r\nHost: localhost\r\nhOST: evil.example\r\n${HEAD}`,
      'once',
    ],
    ['twice in HTTP/1.0', `GET / HTTP/1.0\r\nHost: localhost\r\nHost: evil.example\r\n${HEAD}`, 'once'],
    ['not at all', `GET / HTTP/1.1\r\n${HEAD}`, 'needs the header Host'],
    ['in the request line', `GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n${HEAD}`, 'path alone'],
    ['in the request line alone', `GET http://localhost/ HTTP/1.0\r\n${HEAD}`, 'path alone'],
    [
      'in a request line of another scheme',
      `GET ws://localhost/ HTTP/1.1\r\nHost: localhost\r\n${HEAD}`,
      'path alone',
    ],
  ])('may not be named %s', async (_name, bytes, detail) => {
    const { status, problem } = await askRaw(chancery.url, bytes);
    expect([status, problem.type]).toEqual([400, '/problems/malformed-request']);
    expect(problem.detail).toContain(detail);
  });

  test('need not be named in HTTP/1.0', async () => {
    const { status, problem } = await askRaw(chancery.url, `GET /healthz HTTP/1.0\r\n${HEAD}`);
    expect([status, problem.status]).toEqual([200, 'alive']);
  });
});
