import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { briefing, mou, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { askTwice as ask, post } from '../support/client.ts';

const PUBLIC_URL = 'https://record.example.org';
const ORIGINS = ['https://desk.example', 'https://news.example'];
const HTML = { accept: 'text/html' };

/** One server lets two sites embed, the other none. */
let open: Harness;
let closed: Harness;

async function startWith(parts: { publicUrl?: string; embedOrigins?: readonly string[] }): Promise<Harness> {
  const chancery = await startHarness(undefined, {}, false, parts);
  await post(chancery.url, { ...mou, id: uuid(1) });
  await post(chancery.url, { ...shipment, id: uuid(2) });
  const { json } = await post(chancery.url, { ...briefing, id: uuid(3) });
  const { position } = json.events[0];
  await Promise.all(Object.values(chancery.projections).map((each) => each.waitFor(position, 10_000)));
  return chancery;
}

beforeAll(async () => {
  open = await startWith({ publicUrl: PUBLIC_URL, embedOrigins: ORIGINS });
  closed = await startWith({});
});
afterAll(() => Promise.all([open.close(), closed.close()]));

const page = (path: string, headers: Record<string, string> = {}) =>
  ask(open.url, path, { headers: { ...HTML, ...headers } });
const oembed = (parameters: Readonly<Record<string, string>>, server = open) =>
  ask(server.url, `/oembed?${new URLSearchParams(parameters)}`);
const titlesIn = (text: string): readonly string[] =>
  [...text.matchAll(/<p class="headline">.*?<\/p>/g)].map(([each]) => each);

const TIMELINES = [
  ['/countries/PK', 'Pakistan'],
  ['/topics/critical-minerals', 'critical minerals'],
  ['/relations/PK/US', 'Pakistan and United States'],
  ['/actors/us~us-strategic-metals', 'US Strategic Metals'],
  ['/statements?country=CN', 'Statements by and about China'],
  ['/mous/unknown', 'Shipments without a known agreement'],
  [`/mous/${mou.stream}`, 'Memorandum of understanding on critical minerals'],
] as const;

describe('the page for a frame of another site', () => {
  test.each(TIMELINES)(
    'of %s links to the timeline, and has neither scripts nor forms',
    async (path, title) => {
      const { status, text, headers } = await page(`/embed${path}`);
      expect(status).toBe(200);
      expect(text).toContain('<base target="_top">');
      expect(text).toMatch(
        new RegExp(`<h1 dir="auto"><a href="${PUBLIC_URL}${path.replace('?', '[?]')}">[^<]*${title}`),
      );
      expect(text).toMatch(/As of \d+ \w+ \d{4}, \d\d:\d\d UTC\. Source: <a href="/);
      expect(text).not.toMatch(/<script|<form|<input|<details/);
      expect(headers['content-security-policy']).toContain(`frame-ancestors ${ORIGINS.join(' ')}`);
      expect(headers['content-security-policy']).not.toContain('script-src');
      expect(headers['link']).toBeUndefined();
    },
  );

  test('has the entries of the timeline with its filter, order, limit and state', async () => {
    for (const query of [
      '',
      '?order=desc&limit=1',
      '?types=MouSigned',
      '?asOf=1',
      '?countries=CN&from=2025',
    ]) {
      const [frame, timeline] = [
        await page(`/embed/countries/PK${query}`),
        await page(`/countries/PK${query}`),
      ];
      expect(titlesIn(frame.text)).toEqual(titlesIn(timeline.text));
      expect(frame.text).toContain(
        `<h1 dir="auto"><a href="${PUBLIC_URL}/countries/PK${query.replaceAll('&', '&amp;')}">`,
      );
    }
    expect(titlesIn((await page('/embed/countries/PK?asOf=1')).text)).toHaveLength(1);
  });

  test('redirects from other spellings, and refuses what it does not take', async () => {
    const moved = await page('/embed/countries/Pakistan?order=desc');
    expect([moved.status, moved.headers['location']]).toEqual([308, '/embed/countries/PK?order=desc']);
    expect((await page('/embed/countries/PK?limit=50')).headers['location']).toBe('/embed/countries/PK');
    expect((await ask(open.url, '/embed/countries/PK?cursor=x', {})).json.errors).toMatchObject([
      { parameter: 'cursor', code: 'unknown-parameter' },
    ]);
    expect((await page('/embed/topics/nothing')).status).toBe(404);
    expect((await ask(open.url, '/embed/countries/PK', { headers: { accept: 'text/csv' } })).status).toBe(
      406,
    );
  });

  test('is not sent again while nothing changes, and depends on who may frame it', async () => {
    const { headers } = await page('/embed/countries/PK');
    const etag = String(headers['etag']);
    expect((await page('/embed/countries/PK', { 'if-none-match': etag })).status).toBe(304);
    const other = await ask(closed.url, '/embed/countries/PK', {
      headers: { ...HTML, 'if-none-match': etag },
    });
    expect(other.status).toBe(200);
  });

  test('can be framed by nobody unless a setting allows it, and other pages never can', async () => {
    const policyOf = async (server: Harness, path: string) =>
      (await ask(server.url, path, { headers: HTML })).headers['content-security-policy'];
    expect(await policyOf(closed, '/embed/countries/PK')).toContain("frame-ancestors 'none'");
    for (const path of ['/countries/PK', '/', `/events/${uuid(1)}`, '/embed/countries/Nowhere', '/record']) {
      expect(await policyOf(open, path)).toContain("frame-ancestors 'none'");
    }
  });
});

describe('oEmbed', () => {
  test.each(TIMELINES)('answers with a frame for %s', async (path, title) => {
    const { status, json } = await oembed({ url: `${PUBLIC_URL}${path}`, format: 'json' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ type: 'rich', version: '1.0', width: 600, height: 480 });
    expect(json.title).toContain(title);
    const src = /<iframe src="([^"]+)"/.exec(json.html)?.[1] ?? '';
    expect(src).toBe(`${PUBLIC_URL}/embed${path}`);
    expect((await page(src.slice(PUBLIC_URL.length))).status).toBe(200);
  });

  test('keeps to the bounds, and to the filter of the URL without its page', async () => {
    const url = `${open.url}/countries/Pakistan?types=MouSigned&cursor=abc`;
    const { json } = await oembed({ url, maxwidth: '320', maxheight: '2000', dnt: '1' });
    expect([json.width, json.height]).toEqual([320, 480]);
    expect(json.html).toContain(`src="${PUBLIC_URL}/embed/countries/PK?types=MouSigned" `);
    expect(json.html).toContain('width="320" height="480"');
  });

  test.each([
    'https://elsewhere.example/countries/PK',
    '/countries/PK',
    'javascript:alert(1)',
    `${PUBLIC_URL}/countries`,
    `${PUBLIC_URL}/countries/Nowhere`,
    `${PUBLIC_URL}/countries/PK?types=Nothing`,
    `${PUBLIC_URL}/topics/nothing`,
    `${PUBLIC_URL}/actors/xx~nobody`,
    `${PUBLIC_URL}/mous/mou-nothing`,
    `${PUBLIC_URL}/countries/%`,
    `${PUBLIC_URL}/events/${uuid(1)}`,
  ])('knows no timeline at %s', async (url) => {
    const { status, json } = await oembed({ url });
    expect([status, json.type]).toEqual([404, '/problems/unknown-resource']);
  });

  test('refuses other formats, and requests without a URL', async () => {
    const url = `${PUBLIC_URL}/countries/PK`;
    const xml = await oembed({ url, format: 'xml' });
    expect([xml.status, xml.json.type]).toEqual([501, '/problems/unsupported-format']);
    expect((await oembed({ url, format: 'yaml' })).json.errors).toMatchObject([{ parameter: 'format' }]);
    expect((await oembed({})).json.errors).toMatchObject([{ parameter: 'url' }]);
    expect((await oembed({ url, maxwidth: '0' })).json.errors).toMatchObject([{ parameter: 'maxwidth' }]);
  });

  test('is announced by the pages of timelines, with the filter that they show', async () => {
    const { text } = await page('/countries/PK?types=MouSigned');
    const [, href = ''] =
      /<link rel="alternate" type="application\/json\+oembed" title="Pakistan" href="([^"]+)">/.exec(text) ??
      [];
    const url = new URL(href.replaceAll('&amp;', '&'));
    expect(url.origin).toBe(PUBLIC_URL);
    const { json } = await ask(open.url, `${url.pathname}${url.search}`);
    expect(json.html).toContain(`src="${PUBLIC_URL}/embed/countries/PK?types=MouSigned" `);
    const [, code = ''] = /<textarea id="embed-code"[^>]*>([^<]*)<\/textarea>/.exec(text) ?? [];
    expect(code.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')).toBe(json.html);
    expect((await page(`/mous/${mou.stream}`)).text).toContain('application/json+oembed');
  });

  test('does not exist where nobody may embed', async () => {
    const { text } = await ask(closed.url, '/countries/PK', { headers: HTML });
    expect(text).not.toMatch(/oembed|<summary>Embed/);
    const { status, json } = await oembed({ url: `${closed.url}/countries/PK` }, closed);
    expect([status, json.detail]).toEqual([404, 'This server lets no other site embed it.']);
  });
});
