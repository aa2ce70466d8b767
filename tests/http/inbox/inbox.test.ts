import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Harness, startHarness } from '../../harness.ts';
import { ATOM, JSON_FEED, RDF, RSS, rss } from '../../inbox/feeds.ts';
import { type Answer, ask, nextOf } from '../support/client.ts';
import { formIn, signingFields } from '../support/sent-forms.ts';

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness();
});
afterAll(() => chancery.close());
beforeEach(async () => {
  for (const { id } of await drafts()) await ask(chancery.url, `/inbox/${id}`, { method: 'DELETE' });
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };

function add(body: string | Buffer, type = 'application/xml', accept = '*/*'): Promise<Answer> {
  const headers = { 'content-type': type, accept };
  return ask(chancery.url, '/inbox', { method: 'POST', headers, body });
}

function submit(path: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
  const body = String(new URLSearchParams(fields));
  return ask(chancery.url, path, { method: 'POST', headers: FORM, body });
}

async function drafts(): Promise<
  { readonly id: string; readonly title: string; readonly events: string[] }[]
> {
  return (await ask(chancery.url, '/inbox?limit=200')).json.drafts;
}

/** What a person types into the form of an agreement that a draft has filled. */
const {
  '/stream': _stream,
  '/occurred': _occurred,
  '/data/title': _title,
  '/sources/0/outlet': _outlet,
  ...TYPED
} = signingFields;

/** A feed that no other test adds. */
let feeds = 0;
function newFeed(...titles: readonly string[]): string {
  feeds += 1;
  return rss(
    ...titles.map((title, index) => `<item><guid>${feeds}-${index}</guid><title>${title}</title></item>`),
  );
}

function upload(file: string): readonly [body: string, type: string] {
  const head =
    '--x\r\nContent-Disposition: form-data; name="file"; filename="feed.xml"\r\nContent-Type: text/xml\r\n\r\n';
  return [`${head}${file}\r\n--x--\r\n`, 'multipart/form-data; boundary=x'];
}

describe('POST /inbox', () => {
  test('makes drafts of the items of every format, and accounts for each item', async () => {
    expect((await add(RSS, 'application/rss+xml; charset=utf-8')).json).toEqual({
      items: 4,
      added: 3,
      known: 0,
      refused: [{ item: 4, detail: 'It has neither a title nor a text.' }],
    });
    expect((await add(ATOM, 'application/atom+xml')).json).toMatchObject({ items: 1, added: 1 });
    expect((await add(RDF, 'application/rdf+xml')).json).toMatchObject({ items: 1, added: 1 });
    expect((await add(JSON_FEED, 'application/feed+json')).json).toMatchObject({ items: 1, added: 1 });
    expect((await drafts()).map(({ title }) => title)).toEqual([
      'Signing of a memorandum',
      'Foreign Minister’s remarks on R&D & trade',
      'Talks <held>',
      '外相会談',
      'Weekly briefing',
      'A note without a title.',
    ]);
  });

  test('adds an item once, even if it was dismissed', async () => {
    const feed = newFeed('A', 'B', 'C');
    await add(feed);
    const [first] = await drafts();
    expect((await ask(chancery.url, `/inbox/${first?.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await add(feed)).json).toEqual({ items: 3, added: 0, known: 3, refused: [] });
    expect(await drafts()).toHaveLength(2);
  });

  test('takes the file of a form, and answers a browser with a page', async () => {
    const [body, type] = upload(newFeed('From <![CDATA[<b>a</b>]]> file', ''));
    const { status, headers, text } = await add(body, type, 'text/html');
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/html');
    expect(text).toContain('Of 2 items, 1 is a new draft, 0 known already, 1 refused.');
    expect(text).toContain('Item 2: It has neither a title nor a text.');
    expect((await drafts()).map(({ title }) => title)).toEqual(['From a file']);
  });

  test('records nothing', async () => {
    await add(newFeed('A'));
    expect((await ask(chancery.url, '/events')).json.events).toEqual([]);
  });

  const bomb = `<!DOCTYPE rss [<!ENTITY a "${'a'.repeat(1_000)}"><!ENTITY b "${'&a;'.repeat(1_000)}">]>`;
  const file = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>';
  test.each([
    ['entities that expand', bomb + rss('<item><title>&b;</title></item>'), 400, 'malformed-feed'],
    ['an entity that is a file', file + rss('<item><title>&a;</title></item>'), 400, 'malformed-feed'],
    ['deep nesting', rss('<a>'.repeat(100_000)), 400, 'malformed-feed'],
    ['open tags only', `<rss version="2.0"><channel>${'<'.repeat(100_000)}`, 400, 'malformed-feed'],
    ['many attributes', `<rss version="2.0" ${'a="" '.repeat(50_000)}></rss>`, 400, 'malformed-feed'],
    ['bytes that are no text', Buffer.from([0x3c, 0xff, 0xfe, 0x00]), 400, 'malformed-feed'],
    ['nothing', '', 400, 'malformed-feed'],
    ['too much', 'x'.repeat((1 << 20) + 1), 413, 'too-large'],
  ])('answers %s with a problem', async (_what, body, status, code) => {
    const answer = await add(body);
    expect(answer.status).toBe(status);
    expect(answer.json.type).toBe(`/problems/${code}`);
    expect(await drafts()).toEqual([]);
  });

  test('cuts elements of a text that never end', async () => {
    const text = '&lt;div&gt;'.repeat(90_000);
    const feed = rss(`<item><guid>deep</guid><title>Deep</title><description>${text}</description></item>`);
    expect((await add(feed)).json).toMatchObject({ added: 1 });
  });

  test.each([
    ['text/csv', 415],
    ['multipart/form-data', 400],
    ['multipart/form-data; boundary=y', 400],
  ])('refuses %s', async (type, status) => {
    expect((await add(RSS, type)).status).toBe(status);
  });
});

describe('GET /inbox', () => {
  test('is paged, in the order of the feed where there are no dates', async () => {
    await add(newFeed('1', '2', '3', '4', '5'));
    const titles: string[] = [];
    for (let path: string | undefined = '/inbox?limit=2'; path !== undefined; ) {
      const answer: Answer = await ask(chancery.url, path);
      titles.push(...answer.json.drafts.map(({ title }: { title: string }) => title));
      path = nextOf(answer);
    }
    expect(titles).toEqual(['1', '2', '3', '4', '5']);
    const page = await ask(chancery.url, '/inbox?limit=2', { headers: { accept: 'text/html' } });
    expect(page.text).toContain('rel="next"');
  });

  test('refuses a cursor of another list', async () => {
    const answer = await ask(chancery.url, '/inbox?cursor=bm9uZQ');
    expect(answer.status).toBe(400);
    expect(answer.json.errors[0].parameter).toBe('cursor');
  });

  test('shows markup of titles as text, and no link that would run a script', async () => {
    await add(rss('<item><title>&amp;lt;img src=x&amp;gt;</title><link>javascript:alert(1)</link></item>'));
    const { text } = await ask(chancery.url, '/inbox', { headers: { accept: 'text/html' } });
    expect(text).toContain('&lt;img src=x&gt;');
    expect(text).not.toContain('javascript:');
  });
});

describe('a draft', () => {
  test('is dismissed from its page', async () => {
    await add(newFeed('A'));
    const [draft] = await drafts();
    const path = `/inbox/${draft?.id}`;
    expect((await submit(path, { do: 'keep' })).status).toBe(400);
    const answer = await submit(path, { do: 'dismiss' });
    expect([answer.status, answer.headers.location]).toEqual([303, '/inbox']);
    for (const method of ['GET', 'DELETE']) {
      const gone = await ask(chancery.url, path, { method });
      expect([gone.status, gone.json.type]).toEqual([404, '/problems/unknown-draft']);
    }
    expect((await submit(path, { do: 'dismiss' })).status).toBe(404);
    expect((await ask(chancery.url, `/record/mou?draft=${draft?.id}`)).status).toBe(404);
  });

  test('fills a form, and is marked when the event has been recorded', async () => {
    await add(ATOM.replace('2025:memo', '2025:flow'));
    const [draft] = await drafts();
    const page = await ask(chancery.url, `/inbox/${draft?.id}`, { headers: { accept: 'text/html' } });
    const link = /href="(\/record\/mou\?draft=[^"]+)"/.exec(page.text)?.[1] ?? '';
    expect(page.text).toContain(`/record/briefing?draft=${draft?.id}`);

    const form = await ask(chancery.url, link);
    const filled = Object.fromEntries(formIn(form.text).values);
    expect(filled).toMatchObject({
      '/occurred': '2025-10-13',
      '/data/title': 'Signing of a memorandum',
      '/sources/0/outlet': 'Ministère des Affaires',
      '/sources/0/title': 'Signing of a memorandum',
      '/sources/0/url': 'https://diplomatie.example/actualites/2025/memo.html',
      '/sources/0/language': 'en',
      '/sources/0/publishedOn': '2025-10-13',
    });
    const hidden = /name="draft" value="([^"]*)"/;
    expect(hidden.exec(form.text)?.[1]).toBe(draft?.id);

    const fields = { ...filled, ...TYPED, draft: draft?.id ?? '' };
    const more = await submit('/record/mou', { ...fields, add: '/data/parties' });
    expect(hidden.exec(more.text)?.[1]).toBe(draft?.id);
    const preview = await submit('/record/mou', { ...fields, do: 'preview' });
    expect(hidden.exec(preview.text)?.[1]).toBe(draft?.id);
    expect((await drafts())[0]?.events).toEqual([]);

    const recorded = await submit('/record/mou', { ...fields, do: 'record' });
    expect(recorded.status).toBe(303);
    const id = filled['/id'];
    expect((await drafts())[0]?.events).toEqual([id]);
    await submit('/record/mou', { ...fields, do: 'record' });
    expect((await drafts())[0]?.events).toEqual([id]);
    const list = await ask(chancery.url, '/inbox', { headers: { accept: 'text/html' } });
    expect(list.text).toContain(`href="/events/${id}"`);
    const { event } = (await ask(chancery.url, `/events/${id}`)).json;
    expect(event).toMatchObject({ occurred: '2025-10-13', data: { title: 'Signing of a memorandum' } });
  });

  test('that is dismissed while its form is open does not prevent the event', async () => {
    const opened = await ask(chancery.url, '/record/mou');
    const filled = Object.fromEntries(formIn(opened.text).values);
    const answer = await submit('/record/mou', { ...filled, ...signingFields, draft: 'gone', do: 'record' });
    expect(answer.status).toBe(303);
  });
});
