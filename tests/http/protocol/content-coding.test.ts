import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { amendment, mou, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
  for (let number = 1; number <= 5; number += 1) {
    const event = { ...shipment, id: uuid(number), stream: `shipment-${number}` };
    expect((await post(chancery.url, event)).status).toBe(201);
  }
  const { json } = await post(chancery.url, { ...mou, id: uuid(6) });
  await get(`/countries/PK?after=${json.events[0].position}`, 'identity');
});
afterEach(() => chancery.close());

/** Reads with `fetch`, which decodes the body. */
async function get(path: string, acceptEncoding: string, headers: Record<string, string> = {}) {
  const init = { headers: { ...headers, 'accept-encoding': acceptEncoding } };
  const response = await fetch(chancery.url + path, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const HTML = { accept: 'text/html' };

describe('a response', () => {
  test.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0, *', 'gzip'],
    ['deflate', null],
    ['br;q=0, gzip;q=0', null],
    ['identity', null],
    ['', null],
  ])('to a client that accepts "%s" has the coding %s', async (accepted, coding) => {
    const plain = await get('/countries/PK', 'identity');
    for (const time of ['first', 'kept']) {
      const { headers, text } = await get('/countries/PK', accepted);
      expect({ time, coding: headers.get('content-encoding') }).toEqual({ time, coding });
      expect(text).toBe(plain.text);
      expect(headers.get('vary')).toBe('Accept, Accept-Datetime, Accept-Encoding');
    }
  });

  test.each([
    ['a timeline', '/countries/PK', {}],
    ['a page', '/countries/PK', HTML],
    ['a list', '/docs', HTML],
    ['documentation', '/docs/http-api', {}],
  ])(
    'with %s is smaller when compressed, and its tag is that of the same content',
    async (_, path, accept) => {
      const [plain, coded] = [await get(path, 'identity', accept), await get(path, 'gzip', accept)];
      expect(coded.text).toBe(plain.text);
      const [plainSize, codedSize] = [plain, coded].map(({ headers }) =>
        Number(headers.get('content-length')),
      );
      expect(codedSize).toBeLessThan(Number(plainSize) / 2);
      const etag = coded.headers.get('etag') ?? '';
      expect(etag).toBe(`${plain.headers.get('etag')?.slice(0, -1)};gzip"`);
      for (const tag of [etag, plain.headers.get('etag') ?? '']) {
        const unchanged = await get(path, 'gzip', { ...accept, 'if-none-match': tag });
        expect({ status: unchanged.status, etag: unchanged.headers.get('etag') }).toEqual({
          status: 304,
          etag: tag,
        });
        expect(unchanged.headers.get('vary')).toBe(coded.headers.get('vary'));
      }
    },
  );

  test('is not compressed if it is small or a problem', async () => {
    for (const path of ['/healthz', '/countries/PK?limit=x', `/streams/${mou.stream}?fromRevision=9`]) {
      expect((await get(path, 'gzip')).headers.get('content-encoding')).toBeNull();
    }
  });

  test('with the compressed record has a tag that an append can depend on', async () => {
    const long = { ...amendment, data: { amendment: 'The refinery is to be built in Karachi. '.repeat(20) } };
    expect((await post(chancery.url, long)).status).toBe(201);
    const { headers } = await get(`/streams/${mou.stream}`, 'gzip');
    expect(headers.get('content-encoding')).toBe('gzip');
    const condition = { 'if-match': headers.get('etag') ?? '' };
    expect((await post(chancery.url, amendment, condition)).status).toBe(201);
    expect((await post(chancery.url, amendment, condition)).status).toBe(412);
  });
});
