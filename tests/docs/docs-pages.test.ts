import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventTypes } from '../../src/domain/event-types/registry.ts';
import { exampleOf } from '../../src/domain/events/json-schema.ts';
import { parseEvent } from '../../src/domain/events/parse.ts';
import { areaLinks } from '../../src/http/openapi/reference.ts';
import { PROBLEM_TYPES } from '../../src/http/protocol/problem-types.ts';
import { type Harness, startHarness } from '../harness.ts';
import { ask } from '../http/support/client.ts';
import { apiDocument } from '../http/support/openapi-document.ts';
import { DOC_PAGES, readPage } from './doc-pages.ts';

const HTML = { accept: 'text/html' };
/** URL → file. */
const pages = DOC_PAGES.filter((page) => page.startsWith('src/docs/')).map(
  (page) => [page.replace(/^src/, '').replace(/(\/README)?\.md$/, ''), page] as const,
);

const problemCodes = Object.keys(PROBLEM_TYPES) as (keyof typeof PROBLEM_TYPES)[];

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness();
});
afterAll(() => chancery.close());

const get = (path: string, headers: Readonly<Record<string, string>> = HTML) =>
  ask(chancery.url, path, { headers });

describe('GET /docs', () => {
  test.each(pages)('%s is a page for browsers', async (url, file) => {
    const { status, headers, text } = await get(url);
    const [, title] = /^# (.+)$/m.exec(readPage(file)) ?? [];
    expect([status, headers['content-type'], headers['vary']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'Accept, Accept-Encoding',
    ]);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(text).toContain(`<h1>${title?.replaceAll('`', '')}</h1>`);
    expect(text).not.toMatch(/<(script|style)\b[^>]*>[^<]| style="| on\w+="/);
  });

  test.each(pages)('%s is Markdown for programs', async (url, file) => {
    const { status, headers, text } = await get(url, {});
    expect([status, headers['content-type'], headers['vary']]).toEqual([
      200,
      'text/markdown; charset=utf-8',
      'Accept, Accept-Encoding',
    ]);
    expect(text.split('\n')[0]).toBe(readPage(file).split('\n')[0]);
  });

  test.each([HTML, { accept: 'application/json' }])(
    'answers 304 while the page is the same: %j',
    async (accept) => {
      const { headers } = await get('/docs/events', accept);
      const again = await get('/docs/events', { ...accept, 'if-none-match': String(headers['etag']) });
      expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', headers['etag']]);
      expect((await get('/docs/events', { ...accept, 'if-match': '"other"' })).status).toBe(412);
    },
  );

  test.each([HTML, { accept: 'application/json' }])('answers HEAD as it does GET: %j', async (headers) => {
    const whole = await get('/docs/errors', headers);
    const head = await ask(chancery.url, '/docs/errors', { method: 'HEAD', headers });
    expect([head.status, head.headers['content-length'], head.headers['etag'], head.text]).toEqual([
      200,
      whole.headers['content-length'],
      whole.headers['etag'],
      '',
    ]);
  });

  test.each([
    '/docs/nowhere',
    '/docs/README',
    '/docs/decisions/README',
    '/docs/decisions/nowhere',
    '/docs/..%2f..%2fpackage',
    '/docs/events.md',
    '/docs/__proto__',
  ])('%s does not exist', async (path) => {
    expect(await get(path, {})).toMatchObject({ status: 404, json: { type: '/problems/unknown-resource' } });
    expect(await get(path)).toMatchObject({ status: 404 });
  });

  test('refuses unknown parameters and other methods', async () => {
    expect(await get('/docs?page=1', {})).toMatchObject({
      status: 400,
      json: { type: '/problems/invalid-query' },
    });
    expect((await ask(chancery.url, '/docs/events', { method: 'POST' })).status).toBe(405);
  });

  test('lists every page in its navigation or in the list of decisions', async () => {
    const index = (await get('/docs')).text + (await get('/docs/decisions')).text;
    for (const [url] of pages) expect(index).toContain(`href="${url}"`);
  });

  test('has no broken links and anchors, nor do the pages of problems', async () => {
    const urls = [
      ...pages.map(([url]) => url),
      '/docs/api',
      ...areaLinks(await apiDocument()).map(({ url }) => url),
      '/docs/api/objects',
      ...problemCodes.map((code) => `/problems/${code}`),
    ];
    const texts = new Map(await Promise.all(urls.map(async (url) => [url, (await get(url)).text] as const)));
    const links = [...texts].flatMap(([url, text]) =>
      [...text.matchAll(/href="((?:\/docs|\/problems)[^"#]*)?(?:#([^"]+))?"/g)].map(([, path = url, id]) => ({
        url,
        path,
        id,
      })),
    );
    expect(links.length).toBeGreaterThan(500);
    const isBroken = ({ path, id }: (typeof links)[number]) =>
      !texts.has(path) || (id !== undefined && !texts.get(path)?.includes(` id="${id}"`));
    expect(links.filter(isBroken)).toEqual([]);
  });
});

describe('GET /docs/events', () => {
  test.each(eventTypes().map((type) => [type.name, type] as const))('documents %s', async (name, type) => {
    const { text } = await get('/docs/events', {});
    const section = text.slice(text.indexOf(`\n### ${name}\n`)).split('\n### ')[1] ?? '';
    expect(section).toContain(`Label: **${type.label}** · version ${type.version}`);
    expect(section).toContain(type.description);
    for (const [field, schema] of Object.entries(
      type.data.toJSONSchema({ unrepresentable: 'any', io: 'input' }).properties ?? {},
    )) {
      if (field === 'place' && name === 'ShipmentArrived') continue;
      expect([field, schema && section.includes(`| \`${field}\` |`)]).toEqual([field, true]);
    }
    expect(section).toContain(`"type": "${name}"`);
  });
});

test.each(eventTypes().map((type) => [type.name, type] as const))(
  'The example of %s is accepted',
  (_name, type) => {
    expect(parseEvent(exampleOf(type), true)).toMatchObject({ outcome: 'parsed' });
  },
);

describe('GET /problems/{code}', () => {
  test.each(problemCodes)('explains %s to programs', async (code) => {
    const { headers, json } = await get(`/problems/${code}`, {});
    const { status, title } = PROBLEM_TYPES[code];
    expect(headers).toMatchObject({ 'content-type': 'application/json', vary: 'Accept, Accept-Encoding' });
    expect(json).toEqual({
      type: `/problems/${code}`,
      title,
      status,
      cause: expect.stringMatching(/^[A-Z`/0-9](?:(?!\]\().)*[.]$/),
      fix: expect.stringMatching(/^[A-Z`](?:(?!\]\().)*[.]$/),
      documentation: `/docs/errors#${code}`,
    });
  });

  test('explains a problem to people', async () => {
    const { status, headers, text } = await get('/problems/id-taken');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain(`<h1 class="long">${PROBLEM_TYPES['id-taken'].title}</h1>`);
    expect(text).toContain('<strong>Cause.</strong> Another event has this id');
    expect(text).toContain('href="/docs/errors#id-taken"');
    const again = await get('/problems/id-taken', { ...HTML, 'if-none-match': String(headers['etag']) });
    expect(again.status).toBe(304);
  });

  test('does not know other codes', async () => {
    for (const code of ['toString', 'Problems', 'none']) {
      expect((await get(`/problems/${code}`, {})).status).toBe(404);
    }
  });
});
