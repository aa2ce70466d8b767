import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { projections } from '../../../projections/index.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, askTwice } from '../support/client.ts';

describe('the routes', () => {
  let chancery: Harness;
  beforeAll(async () => {
    chancery = await startHarness();
  });
  afterAll(() => chancery.close());

  test.each([
    ['/events', 'DELETE', 'GET, HEAD, POST'],
    ['/events', 'PUT', 'GET, HEAD, POST'],
    ['/events/1', 'PATCH', 'GET, HEAD'],
    ['/streams/mou-1', 'POST', 'GET, HEAD'],
    ['/countries', 'POST', 'GET, HEAD'],
    ['/countries/PK', 'DELETE', 'GET, HEAD'],
    ['/topics/tariffs', 'POST', 'GET, HEAD'],
    ['/relations/CN/PK', 'POST', 'GET, HEAD'],
    ['/actors', 'POST', 'GET, HEAD'],
    ['/actors/nato', 'DELETE', 'GET, HEAD'],
    ['/actors/nato/live', 'POST', 'GET, HEAD'],
    ['/mous/unknown', 'POST', 'GET, HEAD'],
    ['/projections/country/rebuild', 'PUT', 'GET, HEAD, POST, DELETE'],
    ['/events/1/receipt', 'POST', 'GET, HEAD'],
    ['/log/checkpoint', 'POST', 'GET, HEAD'],
    ['/metrics', 'POST', 'GET, HEAD'],
    ['/inbox', 'DELETE', 'GET, HEAD, POST'],
    ['/inbox/1', 'PATCH', 'GET, HEAD, POST, DELETE'],
    ['/subscriptions', 'DELETE', 'GET, HEAD, POST'],
    ['/subscriptions/1', 'PUT', 'GET, HEAD, POST, PATCH, DELETE'],
    ['/subscriptions/1/dead-letters', 'DELETE', 'GET, HEAD'],
    ['/subscriptions/1/dead-letters/2', 'PATCH', 'GET, HEAD, POST, DELETE'],
    ['/log/proof/inclusion', 'DELETE', 'GET, HEAD'],
    ['/', 'POST', 'GET, HEAD'],
  ])('%s refuses %s', async (path, method, allowed) => {
    expect((await ask(chancery.url, path, { method: 'HEAD' })).status).not.toBe(405);
    const answer = await ask(chancery.url, path, { method });
    expect(answer).toMatchObject({ status: 405, headers: { allow: allowed }, json: { status: 405 } });
  });

  test.each([
    ['POST', '/events'],
    ['POST', '/record/shipment'],
    ['POST', '/projections/country/rebuild'],
    ['DELETE', '/projections/country/rebuild'],
    ['GET', '/record'],
    ['GET', '/projections'],
    ['GET', '/projections/country'],
    ['GET', '/projections/country/rebuild'],
    ['GET', '/events/1/receipt'],
    ['GET', '/log/checkpoint'],
    ['GET', '/log/key'],
    ['GET', '/healthz'],
    ['GET', '/metrics'],
    ['GET', '/record/shipment'],
    ['GET', '/inbox'],
    ['POST', '/inbox'],
    ['DELETE', '/inbox/1'],
    ['GET', '/subscriptions'],
    ['POST', '/subscriptions'],
    ['POST', '/subscriptions/1'],
    ['PATCH', '/subscriptions/1'],
    ['DELETE', '/subscriptions/1/dead-letters/2'],
    ['GET', '/readyz'],
  ])('%s %s refuses unknown query parameters by their names', async (method, path) => {
    const answer = await ask(chancery.url, `${path}?colour=red&colour=blue`, { method });
    expect(answer).toMatchObject({
      status: 400,
      json: {
        type: '/problems/invalid-query',
        errors: [
          { parameter: 'colour', code: 'unknown-parameter' },
          { parameter: 'colour', code: 'unknown-parameter' },
        ],
      },
    });
  });

  test.each(['/nowhere', '/events/1/2', '/countries/PK/x', '/relations/CN', '/problems/none', '/%zz'])(
    '%s returns 404',
    async (path) => {
      expect(await askTwice(chancery.url, path)).toMatchObject({
        status: 404,
        json: { type: '/problems/unknown-resource' },
      });
    },
  );

  test.each(['/countries/%E0%A4%A', '/events/%zz', '/streams/%', '/topics/%ff'])(
    '%s is not percent-encoded UTF-8',
    async (path) => {
      expect(await askTwice(chancery.url, path)).toMatchObject({
        status: 400,
        json: { type: '/problems/invalid-path' },
      });
    },
  );

  test.each(['/COUNTRIES/PK/', '/countries/%50K', '/actors/na%74o', '/docs/http-api'])(
    '%s is another spelling of a known path',
    async (path) => {
      expect((await askTwice(chancery.url, path)).status).toBe(200);
    },
  );

  test('each request for a path has its own query, method and headers', async () => {
    const all = await ask(chancery.url, '/topics');
    const html = await ask(chancery.url, '/topics', { headers: { accept: 'text/html' } });
    const refused = await ask(chancery.url, '/topics?limit=0');
    const posted = await ask(chancery.url, '/topics', { method: 'POST' });
    expect([all, html, refused, posted].map(({ status }) => status)).toEqual([200, 200, 400, 405]);
    expect([all, html].map(({ headers }) => headers['content-type'])).toEqual([
      'application/json',
      'text/html; charset=utf-8',
    ]);
  });

  test('each path has its own parameters', async () => {
    const codes = ['PK', 'CN', 'PK', 'CN'];
    const answers = await Promise.all(codes.map((code) => ask(chancery.url, `/countries/${code}`)));
    expect(answers.map(({ json }) => json.country.code)).toEqual(codes);
  });

  test('a URL with a backslash means the same after one that Express parses by other rules', async () => {
    const statuses = [];
    for (const path of ['/countries\\PK', '/countries\\PK#x', '/countries\\PK']) {
      statuses.push((await ask(chancery.url, path)).status);
    }
    expect(statuses).toEqual([404, 200, 404]);
  });

  test('an encoded spelling of /mous/unknown redirects there', async () => {
    const answer = await askTwice(chancery.url, '/mous/%75nknown?limit=5');
    expect(answer).toMatchObject({ status: 308, headers: { location: '/mous/unknown?limit=5' } });
  });

  test.each([
    '/',
    '/events',
    '/countries',
    '/countries/PK',
    '/topics',
    '/relations',
    '/relations/CN/PK',
    '/actors',
    '/actors/nato',
    '/statements',
    '/mous',
    '/mous/unknown',
    '/record',
    '/record/shipment',
    '/healthz',
    '/readyz',
  ])('%s answers HEAD like GET, without the body', async (path) => {
    const [whole, head] = [await ask(chancery.url, path), await ask(chancery.url, path, { method: 'HEAD' })];
    expect([head.status, head.headers['content-length'], head.text]).toEqual([
      200,
      whole.headers['content-length'],
      '',
    ]);
  });

  test('/ links to the others', async () => {
    const { json } = await ask(chancery.url, '/');
    for (const path of [
      json.links.events,
      json.links.countries,
      json.links.topics,
      json.links.relations,
      json.links.actors,
      json.links.readiness,
    ]) {
      expect((await ask(chancery.url, path)).status).toBe(200);
    }
  });

  test('/healthz and /readyz return 200 on a healthy server', async () => {
    expect((await ask(chancery.url, '/healthz')).json).toEqual({ status: 'alive' });
    expect((await ask(chancery.url, '/readyz')).json).toMatchObject({
      status: 'ready',
      projections: projections.map(({ name }) => ({ name, state: 'live' })),
    });
  });
});
