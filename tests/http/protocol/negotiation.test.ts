import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FormatName } from '../../../src/http/protocol/formats.ts';
import { negotiate } from '../../../src/http/protocol/negotiation.ts';
import { mou } from '../../domain/events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { askTwice as ask, post } from '../support/client.ts';

const VARY = 'Accept, Accept-Datetime, Accept-Encoding';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

describe('negotiate', () => {
  const available: readonly FormatName[] = ['json', 'html', 'csv', 'ics'];
  test.each([
    [undefined, 'json'],
    ['', 'json'],
    ['*/*', 'json'],
    ['nonsense', 'json'],
    ['application/json', 'json'],
    ['text/*', 'html'],
    [BROWSER, 'html'],
    ['text/html', 'html'],
    ['text/html, */*', 'html'],
    ['TEXT/HTML ; q=1', 'html'],
    ['text/html;q=0', 'json'],
    ['text/html;q=0, text/*', 'csv'],
    ['text/html;q=0.5, application/json', 'json'],
    ['application/json;q=0.5, text/html', 'html'],
    ['application/json, text/html', 'json'],
    ['text/html, application/json', 'html'],
    ['text/html;q=0.4, application/*;q=0.5', 'json'],
    ['text/html;q=nonsense', 'html'],
    ['text/html;level=1;q=0.3, application/json;q=0.2', 'html'],
    ['text/csv', 'csv'],
    ['text/csv; charset=utf-8; header=present', 'csv'],
    ['text/calendar, text/csv;q=0.9', 'ics'],
    ['image/png, */*;q=0.1', 'json'],
    ['image/png', undefined],
    ['application/json;q=0, image/png', undefined],
    [`text/html${' '.repeat(3_000)}`, 'json'],
  ] as const)('for Accept %s returns %s', (accept, expected) => {
    expect(negotiate(accept === undefined ? {} : { accept }, available)).toBe(expected);
  });
});

describe('content negotiation', () => {
  let harness: Harness;
  const page = (path: string, headers = {}) =>
    ask(harness.url, path, { headers: { accept: BROWSER, ...headers } });

  beforeAll(async () => {
    harness = await startHarness();
    const { json } = await post(harness.url, mou);
    await ask(harness.url, `/countries/PK?after=${json.events[0].position}`);
    await ask(harness.url, `/topics/critical-minerals?after=${json.events[0].position}`);
  });

  afterAll(() => harness.close());

  test('sends a page to browsers and JSON to programs, with different entity tags and Vary', async () => {
    const [html, json] = [await page('/countries/PK'), await ask(harness.url, '/countries/PK')];
    expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(json.headers['content-type']).toBe('application/json');
    expect([html, json].map(({ headers }) => headers['vary'])).toEqual([VARY, VARY]);
    expect(html.headers['etag']).not.toBe(json.headers['etag']);
    expect(html.text).toContain('<h1 dir="auto">Pakistan</h1>');
    const again = await page('/countries/PK', { 'if-none-match': html.headers['etag'] });
    expect([again.status, again.headers['vary']]).toEqual([304, VARY]);
    expect((await page('/countries/PK', { 'if-none-match': json.headers['etag'] })).status).toBe(200);
  });

  test('sends a problem to browsers as a page with the same status', async () => {
    for (const path of ['/countries/nowhere', '/countries?limit=x', '/events/none', '/nothing']) {
      const [html, json] = [await page(path), await ask(harness.url, path)];
      expect(html.status).toBe(json.status);
      expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(json.headers['content-type']).toBe('application/problem+json');
      expect(html.text).toContain(json.json.title.replaceAll("'", '&#39;'));
    }
  });

  test('links from an invalid query to the page without it', async () => {
    const { status, text } = await page('/countries?limit=x');
    expect(status).toBe(400);
    expect(text).toContain('<a href="/countries">the page without these parameters</a>');
    expect((await page('/countries/nowhere?from=2025')).text).not.toContain(
      'the page without these parameters',
    );
  });

  test('answers appends with JSON even if the client accepts HTML', async () => {
    const answer = await post(harness.url, '{', { accept: BROWSER });
    expect([answer.status, answer.headers['content-type']]).toEqual([400, 'application/problem+json']);
  });

  test('redirects a filter form to the canonical URL', async () => {
    const filter = 'from=&to=2025&types=MouSigned&types=BriefingHeld&countries=+US+,';
    const sent = `/countries/PK?${filter}&order=&limit=50&asOf=2026-01-01T10:00`;
    const answer = await page(sent);
    expect([answer.status, answer.headers['location']]).toEqual([
      308,
      '/countries/PK?to=2025&types=MouSigned,BriefingHeld&countries=US&asOf=2026-01-01T10:00:00Z',
    ]);
  });

  test('serves every kind of page, which runs only scripts of the server', async () => {
    const { json } = await ask(harness.url, '/events');
    const [event] = json.events;
    const paths = [
      '/',
      '/countries',
      '/topics',
      '/relations',
      '/actors',
      '/mous',
      '/statements',
      '/search?q=pak',
    ];
    const own = [
      '/countries/PK',
      '/topics/critical-minerals',
      '/relations/PK/US',
      `/mous/${event.stream}`,
      '/mous/unknown',
      `/events/${event.id}`,
      `/streams/${event.stream}`,
    ];
    for (const path of [...paths, ...own]) {
      const { status, headers, text } = await page(path);
      expect([path, status, headers['content-type']]).toEqual([path, 200, 'text/html; charset=utf-8']);
      expect(headers['content-security-policy']).toContain("require-trusted-types-for 'script'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(text).not.toMatch(/ style=|<style| on[a-z]+=|<script(?! type="module" src="\/assets\/)/);
      for (const [, url = ''] of text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
        const asset = await ask(harness.url, url);
        expect([asset.status, asset.headers['cache-control']]).toEqual([
          200,
          'public, max-age=31536000, immutable',
        ]);
      }
    }
  });

  test('shows the requested host on each page, even if another host was requested before', async () => {
    const [one, other] = [
      await page('/countries/PK', { host: 'one.localhost' }),
      await page('/countries/PK', { host: 'other.localhost' }),
    ];
    expect(one.text).toContain('http://one.localhost/countries/PK?asOf=1.');
    expect(other.text).toContain('http://other.localhost/countries/PK?asOf=1.');
    expect(other.text).not.toContain('one.localhost');
  });
});
