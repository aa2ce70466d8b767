import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { briefing, mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

const HTML = { accept: 'text/html' };

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness();
  for (let number = 1; number <= 5; number += 1) {
    await post(chancery.url, { ...mou, stream: `mou-${number}`, id: uuid(number) });
  }
  const { json } = await post(chancery.url, briefing);
  const { position } = json.events[0];
  await Promise.all(Object.values(chancery.projections).map((each) => each.waitFor(position, 10_000)));
});
afterAll(() => chancery.close());

interface Link {
  readonly type: string;
  readonly href: string;
}

const unescaped = (text: string): string => text.replaceAll('&amp;', '&');

/** The formats that the head of a page announces. */
function announced(text: string): readonly Link[] {
  const links = text.matchAll(/<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">/g);
  return [...links].map(([, type = '', href = '']) => ({ type, href: unescaped(href) }));
}

/** The formats that the line below the view links to. */
function offered(text: string): readonly Link[] {
  const [, line = ''] = /<section class="take".*?>(.*?)<\/section>/s.exec(text) ?? [];
  const links = line.matchAll(/<a href="([^"]+)" type="([^"]+)">/g);
  return [...links].map(([, href = '', type = '']) => ({ type, href: unescaped(href) }));
}

const VIEWS = [
  '/countries/PK?order=desc&limit=2',
  '/topics/critical-minerals?from=2025',
  '/relations/PK/US',
  '/actors/us~us-strategic-metals',
  '/statements',
  '/countries/PK/changes',
  '/mous',
  '/mous/mou-1',
  '/mous/unknown',
  '/countries',
  '/topics',
  '/relations',
  '/actors',
  '/search?q=pak',
  `/events/${uuid(1)}`,
  '/streams/mou-1',
];

test.each(VIEWS)(
  '%s announces and offers the formats that it has, each at a URL that answers',
  async (path) => {
    const page = await ask(chancery.url, path, { headers: HTML });
    expect(page.status).toBe(200);
    const links = offered(page.text);
    expect(links.length).toBeGreaterThan(2);
    expect(announced(page.text)).toEqual(expect.arrayContaining([...links]));
    for (const { type, href } of links) {
      const answer = await ask(chancery.url, href);
      expect([href, answer.status, answer.headers['content-type']?.split(';')[0]]).toEqual([href, 200, type]);
    }
  },
);

test.each(['/countries/PK?limit=2', '/relations/PK/US?limit=2', '/mous?limit=2'])(
  'feeds begin at the first page, also on the second page of %s',
  async (path) => {
    const { text } = await ask(chancery.url, path, { headers: HTML });
    const [, next = ''] = /href="([^"]*cursor=[^"]*)"/.exec(text) ?? [];
    const page = await ask(chancery.url, unescaped(next), { headers: HTML });
    expect(page.status).toBe(200);
    const feeds = offered(page.text).filter(({ type }) => /atom|feed|calendar/.test(type));
    expect(feeds.length).toBeGreaterThan(0);
    for (const { href } of feeds) {
      expect([href, (await ask(chancery.url, href)).status]).toEqual([href, 200]);
      expect(href).not.toContain('cursor');
    }
  },
);

test('links keep the filter, and leave out what a format does not take', async () => {
  const path = '/countries/PK?types=MouSigned&order=desc&limit=2';
  const { text } = await ask(chancery.url, path, { headers: HTML });
  const hrefs = offered(text).map(({ href }) => href);
  expect(hrefs).toContain('/countries/PK.csv?types=MouSigned&order=desc');
  expect(hrefs).toContain('/countries/PK.atom?types=MouSigned&limit=2');
  expect(hrefs).toContain('/countries/PK.json?types=MouSigned&order=desc&limit=2');
  expect(hrefs.find((href) => href.includes('.bib'))).toMatch(/\?types=MouSigned&order=desc&asOf=5\./);
});

test('a timeline can be subscribed to by its filter, and an agreement by its URL', async () => {
  for (const [path, query] of [
    [
      '/countries/PK?types=MouSigned,BriefingHeld&order=desc&limit=2&asOf=3',
      '/countries/PK?types=MouSigned,BriefingHeld',
    ],
    ['/mous/mou-1?asOf=1', '/mous/mou-1'],
  ] as const) {
    const { text } = await ask(chancery.url, path, { headers: HTML });
    const [, href = ''] = /<a href="([^"]+)">Webhook<\/a>/.exec(text) ?? [];
    expect(new URL(href, chancery.url).searchParams.get('query')).toBe(query);
    const form = await ask(chancery.url, href, { headers: HTML });
    expect([form.status, form.text.includes(`value="${query}"`)]).toEqual([200, true]);
    const sent = { url: 'http://127.0.0.1:9/hook', query };
    expect(
      (
        await ask(chancery.url, '/subscriptions', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(sent),
        })
      ).status,
    ).toBe(201);
  }
});

test('a page has a description and what sites need to preview a link to it', async () => {
  const { text } = await ask(chancery.url, '/countries/PK', { headers: HTML });
  const description = 'Country: Pakistan. 5 entries, 8 September 2025.';
  expect(text).toContain(`<meta name="description" content="${description}">`);
  expect(text).toContain(`<meta property="og:description" content="${description}">`);
  expect(text).toContain('<meta property="og:title" content="Pakistan">');
  expect(text).toContain(`<meta property="og:url" content="${chancery.url}/countries/PK">`);
  const event = await ask(chancery.url, `/events/${uuid(1)}`, { headers: HTML });
  expect(event.text).toContain('<meta property="og:title" content="Memorandum of understanding signed: ');
  const changes = await ask(chancery.url, '/countries/PK/changes?order=desc', { headers: HTML });
  expect(changes.text).toContain(
    '<meta name="description" content="What changed: Pakistan. From the first event',
  );
  expect(changes.text).toContain(`content="${chancery.url}/countries/PK/changes?order=desc">`);
});

test('a page of some entries and its JSON say how many there are', async () => {
  const total = async (path: string) => (await ask(chancery.url, path)).json.total;
  expect(await total('/countries/PK?limit=2')).toBe(5);
  expect(await total('/countries/US?limit=2&types=MouSigned')).toBe(5);
  expect(await total('/countries/US?limit=2&types=BriefingHeld')).toBe(0);
  expect(await total('/countries/US?limit=2&asOf=3')).toBe(3);
  for (const list of ['/countries', '/topics', '/actors', '/mous']) {
    const all = await total(list);
    expect(all).toBeGreaterThan(1);
    expect(await total(`${list}?limit=1`)).toBe(all);
    const first = await ask(chancery.url, `${list}?limit=1`, { headers: HTML });
    expect(first.text).toContain(`<h2 id="list-title">1 of ${all} `);
  }
  expect(await total('/mous?limit=1&asOf=3')).toBe(3);
  const { text } = await ask(chancery.url, '/countries/PK?limit=2', { headers: HTML });
  expect(text).toContain('2 of 5 entries, newest first');
});
