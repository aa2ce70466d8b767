import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness();
  const { json } = await post(chancery.url, { ...mou, id: uuid(1) });
  await ask(chancery.url, `/countries/PK?after=${json.events[0].position}`);
});
afterAll(() => chancery.close());

const open = (path: string, method = 'GET'): Promise<Answer> =>
  ask(chancery.url, path, { method, headers: { accept: 'text/html' } });

describe('a page that is opened by a tracked link', () => {
  test.each([
    ['/countries/PK?utm_source=x', '/countries/PK'],
    ['/countries/PK?utm_source=x&order=desc&fbclid=y', '/countries/PK?order=desc'],
    ['/countries/PK?types=MouSigned,MouAmended&UTM_Medium=x', '/countries/PK?types=MouSigned,MouAmended'],
    [`/events/${uuid(1)}?fbclid=y`, `/events/${uuid(1)}`],
    ['/search?q=a%20b&gclid=z', '/search?q=a%20b'],
    ['/?utm_campaign', '/'],
    ['/docs?mc_cid=1', '/docs'],
    ['/record?igshid=1', '/record'],
  ])('redirects %s to %s', async (path, location) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await open(path, method);
      expect([answer.status, answer.headers.location]).toEqual([302, location]);
      expect(answer.headers.vary).toBe('Accept');
    }
    expect((await open(location)).status).toBe(200);
  });

  test('is found under another name of the country as well', async () => {
    const { headers } = await open('/countries/Pakistan?utm_source=x');
    expect(headers.location).toBe('/countries/Pakistan');
  });

  test('is refused with other unknown parameters', async () => {
    expect((await open('/countries/PK?source=x')).status).toBe(400);
  });

  test.each(['//evil.example/?utm_source=x', '/\\evil.example/?utm_source=x'])(
    'is not redirected to another site: %s',
    async (path) => {
      expect((await open(path)).headers.location).toBeUndefined();
    },
  );
});

test('data is strict about tracked links', async () => {
  const { status, json } = await ask(chancery.url, '/countries/PK?utm_source=x');
  expect([status, json.errors[0].code]).toEqual([400, 'unknown-parameter']);
});
