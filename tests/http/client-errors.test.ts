import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Harness, startHarness } from '../harness.ts';
import { askRaw, RawConnection } from './support/raw-connection.ts';

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness();
});
afterAll(() => chancery.close());

const HOST = 'Host: localhost\r\n';

describe('a request that Node.js refuses', () => {
  test.each([
    [
      'with raw UTF-8 in its URL',
      `GET /search?q=中国 HTTP/1.1\r\n${HOST}\r\n`,
      400,
      'malformed-request',
      '%E4',
    ],
    [
      'with a space in its URL',
      `GET /search?q=a b HTTP/1.1\r\n${HOST}\r\n`,
      400,
      'malformed-request',
      'HTTP/1.1',
    ],
    ['that is not HTTP', 'hello\r\n\r\n', 501, 'unknown-method', 'Use GET'],
    ['with an unknown method', `LIST /events HTTP/1.1\r\n${HOST}\r\n`, 501, 'unknown-method', 'Use GET'],
    [
      'to connect elsewhere',
      `CONNECT evil.example:80 HTTP/1.1\r\n${HOST}\r\n`,
      501,
      'unknown-method',
      'Use GET',
    ],
    [
      'with too large a header',
      `GET / HTTP/1.1\r\n${HOST}X: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
      '16 KiB',
    ],
    ['with a malformed header', `GET / HTTP/1.1\r\n${HOST}X y\r\n\r\n`, 400, 'malformed-request', 'HTTP/1.1'],
    ['without a host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed-request', 'Host'],
    [
      'with an unknown expectation',
      `GET / HTTP/1.1\r\n${HOST}Expect: more\r\nConnection: close\r\n\r\n`,
      417,
      'expectation-failed',
      '100-continue',
    ],
    [
      'with a malformed chunk',
      `POST /events HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n`,
      400,
      'malformed-request',
      'HTTP/1.1',
    ],
  ])('%s gets a problem that says what to do', async (_name, bytes, status, code, detail) => {
    const answer = await askRaw(chancery.url, bytes);
    expect(answer).toMatchObject({
      status,
      problem: { type: `/problems/${code}`, status, requestId: expect.any(String) },
    });
    expect(answer.problem.detail).toContain(detail);
    expect(answer.head).toContain('Content-Type: application/problem+json');
    expect(answer.head.toLowerCase()).toContain('connection: close');
  });

  test('leaves the response to the request before whole', async () => {
    const connection = await RawConnection.open(chancery.url);
    connection.send(`GET /events HTTP/1.1\r\n${HOST}\r\nGET /中 HTTP/1.1\r\n${HOST}\r\n`);
    await connection.ended;
    expect(connection.received).toMatch(/^HTTP\/1\.1 200 /);
    expect(connection.received).toContain('{"events":[],"next":null,"cursor":null}');
  });
});

describe('pipelined requests', () => {
  const REQUESTS = 1_000;

  test('are answered in order, and hold up no other connection', async () => {
    const [greedy, modest] = [await RawConnection.open(chancery.url), await RawConnection.open(chancery.url)];
    greedy.send(`GET /countries HTTP/1.1\r\n${HOST}\r\n`.repeat(REQUESTS));
    await greedy.untilReceived((received) => received !== '');
    modest.send(`GET /countries HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
    await modest.ended;
    expect(greedy.responses).toBeLessThan(REQUESTS);
    await greedy.untilReceived(() => greedy.responses === REQUESTS);
    greedy.socket.destroy();
  });

  test('may be followed by the loss of the connection', async () => {
    const connection = await RawConnection.open(chancery.url);
    connection.send(`GET /countries HTTP/1.1\r\n${HOST}\r\n`.repeat(REQUESTS));
    await connection.untilReceived((received) => received !== '');
    connection.socket.destroy();
    await connection.ended;
    const next = await askRaw(chancery.url, `LIST / HTTP/1.1\r\n${HOST}\r\n`);
    expect(next.status).toBe(501);
  });
});
