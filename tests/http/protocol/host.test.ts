import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Harness, startHarness } from '../../harness.ts';
import { ask } from '../support/client.ts';

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness();
});
afterAll(() => chancery.close());

describe('a request on the loopback interface', () => {
  test.each(['localhost', 'LOCALHOST:8080', 'desk.localhost', '127.0.0.1', '127.1.2.3:1', '[::1]:8080'])(
    'is answered if it names the host %s',
    async (host) => {
      for (const path of ['/', '/events', '/readyz']) {
        expect((await ask(chancery.url, path, { headers: { host } })).status).toBe(200);
      }
    },
  );

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'x', '[::2]', '10.0.0.1'])(
    'is refused if it names the host %p',
    async (host) => {
      for (const path of ['/', '/events', '/countries/PK', '/countries/PK/live', '/docs', '/nothing']) {
        const answer = await ask(chancery.url, path, { headers: { host } });
        expect(answer).toMatchObject({ status: 421, json: { type: '/problems/unknown-host' } });
      }
    },
  );
});
