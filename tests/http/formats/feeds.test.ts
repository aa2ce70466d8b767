import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseAtomFeed, parseJsonFeed } from 'feedsmith';
import RssParser from 'rss-parser';
import {
  amendment,
  briefing,
  correction,
  mou,
  retraction,
  shipment,
  uuid,
} from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, nextOf, post } from '../support/client.ts';

const START_MS = Date.UTC(2026, 0, 1);

let chancery: Harness;
let nowMs = START_MS;

beforeEach(async () => {
  nowMs = START_MS;
  chancery = await startHarness(() => new Date(nowMs));
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

/** Records each event a minute after the one before, and returns the position of the last one. */
async function record(...events: readonly object[]): Promise<string> {
  let position = '';
  for (const event of events) {
    nowMs += 60_000;
    const { status, json } = await post(chancery.url, event);
    expect(status).toBe(201);
    position = json.events.at(-1).position;
  }
  await get(`/countries/PK?after=${position}`);
  await get(`/statements?after=${position}`);
  return position;
}

const pathOf = (url: string | undefined): string => url?.replace(chancery.url, '') ?? '';

interface ReadItem {
  readonly id?: string;
  readonly title?: string;
  readonly published?: string;
  readonly updated?: string;
}

/** Reads a feed to its last page with somebody else's parser. */
async function readAtom(path: string): Promise<readonly ReadItem[]> {
  const items: ReadItem[] = [];
  for (let next = path; next !== ''; ) {
    const answer = await get(next);
    expect(answer.headers['content-type']).toBe('application/atom+xml; charset=utf-8');
    const { entries = [], links = [] } = parseAtomFeed(answer.text);
    items.push(
      ...(entries.map(({ id, title, published, updated }) => ({
        id,
        title: title?.value,
        published,
        updated,
      })) as ReadItem[]),
    );
    next = pathOf(links.find(({ rel }) => rel === 'next')?.href);
    expect(nextOf(answer) ?? '').toBe(next);
  }
  return items;
}

async function readJsonFeed(path: string): Promise<readonly ReadItem[]> {
  const items: ReadItem[] = [];
  for (let next = path; next !== ''; ) {
    const feed = parseJsonFeed((await get(next)).text);
    for (const { id, title, date_published: published, date_modified: updated } of feed.items ?? []) {
      items.push({ id, title, published, updated } as ReadItem);
    }
    next = pathOf(feed.next_url);
  }
  return items;
}

const signed = { ...mou, id: uuid(1) };
const old = { ...briefing, id: uuid(2), occurred: '1990-01-01', data: { ...briefing.data, hosts: ['PK'] } };
const at = (minutes: number): string => new Date(START_MS + minutes * 60_000).toISOString();

describe('a feed', () => {
  test('has what was added last at its top, whenever it happened', async () => {
    await record(signed, old);
    const items = await readAtom('/countries/PK.atom');
    expect(items.map(({ updated }) => updated)).toEqual([at(2), at(1)]);
    expect(items[1]?.title).toContain('Memorandum of understanding');
  });

  test('carries corrections and retractions as items of their own, with stable ids', async () => {
    await record(signed, old);
    const before = await readAtom('/countries/PK.atom');
    await record(
      correction(signed.id),
      retraction(old.id, (await get(`/events/${old.id}`)).json.event.stream),
    );
    const after = await readAtom('/countries/PK.atom');
    expect(after.slice(2)).toEqual(before);
    expect(after.slice(0, 2)).toEqual([
      {
        id: expect.any(String),
        title: expect.stringMatching(/^Retracted: /),
        published: at(4),
        updated: at(4),
      },
      {
        id: expect.any(String),
        title: expect.stringMatching(/^Corrected: /),
        published: at(3),
        updated: at(3),
      },
    ]);
    expect(new Set(after.map(({ id }) => id)).size).toBe(4);
    expect(after.every(({ id }) => /^urn:uuid:[\da-f-]{36}$/.test(id ?? ''))).toBe(true);
  });

  test('is the same as Atom and as JSON Feed, in pages of any size', async () => {
    await record(signed, amendment, amendment, old, correction(signed.id));
    const atom = await readAtom('/countries/PK.atom');
    expect(atom.length).toBeGreaterThanOrEqual(4);
    for (const limit of [1, 2, 3]) {
      expect(await readAtom(`/countries/PK.atom?limit=${limit}`)).toEqual(atom);
      expect(await readJsonFeed(`/countries/PK.jsonfeed?limit=${limit}`)).toEqual(atom);
    }
  });

  test('shows later pages in the state of the first one', async () => {
    await record(signed, amendment, old);
    const first = await get('/countries/PK.jsonfeed?limit=1');
    await record(correction(signed.id));
    const second = await get(pathOf(first.json?.next_url ?? JSON.parse(first.text).next_url));
    expect(JSON.parse(second.text).items[0]).toMatchObject({ date_modified: at(2) });
  });

  test('keeps to the filter and to an earlier state', async () => {
    const position = await record(signed, old);
    await record(correction(signed.id));
    expect(await readAtom('/countries/PK.atom?types=BriefingHeld')).toHaveLength(1);
    expect(await readAtom(`/countries/PK.atom?asOf=${position}`)).toHaveLength(2);
  });

  test('has each statement of a briefing', async () => {
    const statement = {
      key: 'said',
      speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
      speechAct: 'deny',
      text: [{ language: 'en', value: 'This <has> nothing & to do with “Pakistan”.\u0001' }],
      quoted: 'verbatim',
    };
    const statements = [statement, { ...statement, key: 'again' }];
    await record({ ...briefing, data: { ...briefing.data, statements } });
    const items = await readAtom('/statements.atom');
    expect(items).toHaveLength(2);
    expect(new Set(items.map(({ id }) => id)).size).toBe(2);
    expect(items[0]?.title).toContain('Lin Jian, denies: This <has> nothing & to do with “Pakistan”.');
  });

  test('is read by rss-parser', async () => {
    await record(signed, old);
    const { title, link, items } = await new RssParser().parseString((await get('/countries/PK.atom')).text);
    expect([title, link]).toEqual(['Pakistan', `${chancery.url}/countries/PK`]);
    expect(items).toMatchObject([
      { isoDate: at(2) },
      { isoDate: at(1), link: `${chancery.url}/events/${signed.id}` },
    ]);
    expect(items[1]?.content).toContain(
      'Parties: US Strategic Metals (US); Frontier Works Organization (PK)',
    );
  });

  test('is not sent again until the timeline changes', async () => {
    await record(signed);
    const { headers } = await get('/countries/PK.atom');
    const condition = { 'if-none-match': String(headers['etag']) };
    expect((await get('/countries/PK.atom', condition)).status).toBe(304);
    await record(correction(signed.id));
    expect((await get('/countries/PK.atom', condition)).status).toBe(200);
  });

  test('refuses the cursor of the timeline, and unknown filters by their names', async () => {
    await record(signed, amendment, old);
    const cursor = new URLSearchParams(nextOf(await get('/countries/PK?limit=1'))?.split('?')[1]).get(
      'cursor',
    );
    const answers = [
      await get(`/countries/PK.atom?cursor=${cursor}`),
      await get('/countries/PK.atom?order=asc'),
    ];
    expect(answers.map(({ status, json }) => [status, json.errors[0].parameter])).toEqual([
      [400, 'cursor'],
      [400, 'order'],
    ]);
  });

  test('of a timeline without events is empty', async () => {
    expect(await readAtom('/countries/TO.atom')).toEqual([]);
    expect(await readJsonFeed('/countries/TO.jsonfeed')).toEqual([]);
  });
});

describe('the feed of a list', () => {
  test.each([
    ['/countries', ['New country: United States', 'New country: Pakistan', 'New country: China']],
    ['/relations', ['New relation: Pakistan and United States']],
    ['/topics', ['New topic: critical minerals', 'New topic: rare earths']],
    ['/mous', [`New agreement: ${mou.data.title}`]],
  ])('%s has what is new in it, the newest first', async (path, titles) => {
    await record(old, signed);
    const items = await readAtom(`${path}.atom`);
    expect(await readJsonFeed(`${path}.jsonfeed`)).toMatchObject(
      items.map(({ id, title }) => ({ id, title })),
    );
    expect(items.map(({ title }) => title).filter((title) => titles.includes(title ?? ''))).toEqual(titles);
  });

  test('keeps its items when their timelines grow, and tells which entry each began with', async () => {
    await record(signed);
    const before = await readAtom('/actors.atom');
    await record({ ...amendment, occurred: '1980' }, correction(signed.id));
    expect(await readAtom('/actors.atom')).toEqual(before);
    const { items = [] } = parseJsonFeed((await get('/actors.jsonfeed')).text);
    expect(items.map(({ content_text: text }) => text)).toEqual(
      items.map(() => expect.stringContaining('Memorandum of understanding')),
    );
    expect(items.map(({ url }) => url)).toContain(`${chancery.url}/actors/us~us-strategic-metals`);
  });

  test('comes in pages, which show the state of the first one', async () => {
    await record(old, signed);
    const whole = await readAtom('/actors.atom');
    const first = await get('/actors.atom?limit=2');
    await record({
      ...mou,
      stream: 'mou-2',
      data: { ...mou.data, parties: [{ name: 'X', kind: 'company' }] },
    });
    const second = await readAtom(nextOf(first) ?? '');
    const { entries = [] } = parseAtomFeed(first.text);
    expect([...entries, ...second].map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    expect(nextOf(await get('/actors.atom'))).toBe(undefined);
  });

  test('takes the filter of the list', async () => {
    const shipped = { ...shipment, data: { ...shipment.data, implements: [mou.stream] } };
    await record(signed, { ...mou, stream: 'mou-2' }, shipped);
    expect(await readAtom('/mous.atom')).toHaveLength(2);
    const { items = [] } = parseJsonFeed((await get('/mous.jsonfeed?shipments=none')).text);
    expect(items.map(({ url }) => pathOf(url))).toEqual(['/mous/mou-2']);
  });

  test('costs a reader that has it nothing, and is refused as the list is', async () => {
    await record(signed);
    const { headers } = await get('/countries.atom');
    expect((await get('/countries.atom', { 'if-none-match': `${headers['etag']}` })).status).toBe(304);
    const refused = await get('/countries.atom?types=MouSigned');
    expect([refused.status, refused.json.errors[0].parameter]).toEqual([400, 'types']);
    const { next } = (await get('/countries?limit=1')).json;
    expect((await get(`/countries.atom?cursor=${next}`)).status).toBe(400);
    expect((await get('/projections/country/timelines.atom')).status).toBe(406);
  });
});

describe('the feed of events', () => {
  const stories = [signed, old, correction(signed.id), retraction(signed.id)];

  test('of the log has each event as it was recorded, corrections with what they correct and why', async () => {
    await record(...stories);
    const items = await readAtom('/events.atom?limit=3');
    expect(items.map(({ title, updated }) => [title?.split(':')[0], updated])).toEqual([
      ['Retraction', at(4)],
      ['Correction', at(3)],
      ['Briefing', at(2)],
      ['Signing', at(1)],
    ]);
    expect(await readJsonFeed('/events.jsonfeed?limit=1')).toMatchObject(
      items.map(({ id, title }) => ({ id, title })),
    );
    const { text } = await get('/events.atom');
    expect(text).toContain('The outlet corrected its report.');
    const reader = await new RssParser().parseString(text);
    expect(reader.items.map(({ link }) => pathOf(link))).toContain(`/events/${signed.id}`);
  });

  test('of a record has its events only, and its page announces it', async () => {
    await record(...stories);
    const items = await readAtom(`/streams/${mou.stream}.atom`);
    const all = await readAtom('/events.atom');
    expect(items).toEqual(all.filter(({ title }) => !title?.startsWith('Briefing')));
    expect((await get('/streams/mou-nothing.atom')).status).toBe(404);
    expect((await get(`/streams/${mou.stream}.atom?limit=1`)).status).toBe(400);
    const page = await get(`/streams/${mou.stream}`, { accept: 'text/html' });
    expect(page.text).toContain(
      `<link rel="alternate" type="application/atom+xml" title="Atom" href="/streams/${mou.stream}.atom">`,
    );
  });

  test('of the log is announced by the front page', async () => {
    await record(signed);
    const { text } = await get('/', { accept: 'text/html' });
    expect(text).toContain('type="application/atom+xml" title="Atom" href="/events.atom">');
    expect(text).toContain('<a href="/events.csv" type="text/csv">CSV</a>');
  });
});
