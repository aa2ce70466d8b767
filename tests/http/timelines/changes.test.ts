import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseAtomFeed, parseJsonFeed } from 'feedsmith';
import RssParser from 'rss-parser';
import { briefing, correction, mou, retraction, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, nextOf, post } from '../support/client.ts';

let chancery: Harness;
let now: Date;

const [signing, sending] = [uuid(1), uuid(2)];
const inIndia = {
  ...mou.data,
  parties: [mou.data.parties[0], { name: 'Frontier Works Organization', kind: 'company', country: 'IN' }],
};

beforeEach(async () => {
  now = new Date('2026-01-01T00:00:00Z');
  chancery = await startHarness(() => now);
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });
const page = (path: string) => get(path, { accept: 'text/html' });
const feed = (path: string) => get(path, { accept: 'application/atom+xml' });

/** Records the event at this hour of 1 January 2026. */
async function record(hour: number, event: object): Promise<void> {
  now = new Date(Date.UTC(2026, 0, 1, hour));
  const { status, json } = await post(chancery.url, event);
  expect(status).toBe(201);
  await get(`/countries/PK?after=${json.events.at(-1).position}`);
}

/**
 * At 1 an agreement is signed with Pakistan, at 2 a shipment from Pakistan is announced, at 3 the subject of the
 * agreement is corrected, at 4 the signing is corrected to India, at 5 the shipment is retracted.
 */
async function recordHistory(): Promise<void> {
  await record(1, { ...mou, id: signing });
  await record(2, { ...shipment, id: sending, stream: 'shipment-1' });
  await record(3, correction(signing, mou.stream, { ...mou.data, subject: 'minerals & <metals>' }));
  await record(4, correction(signing, mou.stream, inIndia));
  await record(5, retraction(sending, 'shipment-1'));
  now = new Date('2026-01-02T00:00:00Z');
}

interface SentChange {
  readonly change: string;
  readonly by: { readonly position: string };
  readonly sortKey: readonly [number, number, number, number];
  readonly entry: { readonly id: string };
}

/** Returns what happened to which event, and the position of the event that did it. */
function outlineOf({ json }: Answer): readonly (readonly string[])[] {
  return json.changes.map(({ change, by, entry }: SentChange) => [change, entry.id, by.position]);
}

const ALL = [
  ['arrived', signing, '1'],
  ['arrived', sending, '2'],
  ['changed', signing, '3'],
  ['left', signing, '4'],
  ['changed', sending, '5'],
];

describe('the changes of a timeline', () => {
  beforeEach(recordHistory);

  test('are what arrived, changed and left, in the order of the events', async () => {
    const answer = await get('/countries/PK/changes');
    expect(outlineOf(answer)).toEqual(ALL);
    expect(answer.json).toMatchObject({ timeline: '/countries/PK', from: null, next: null });
    expect(answer.json.to).toEqual((await get('/countries/PK')).json.asOf);
  });

  test('have the event that made them, its actor and its reason, and what changed field by field', async () => {
    const { json } = await get('/countries/PK/changes?from=2');
    const [retitled, left, retracted] = json.changes;
    const by = {
      type: 'EventCorrected',
      position: '3',
      recordedAt: '2026-01-01T03:00:00.000Z',
      actor: 'local',
    };
    expect(retitled).toMatchObject({ by, reason: 'The outlet corrected its report.' });
    expect((await get(`/events/${retitled.by.event}`)).json.event.position).toBe('3');
    expect(retitled.fields).toEqual([
      {
        pointer: '/headline',
        before: expect.any(String),
        after: expect.stringContaining('minerals & <metals>'),
      },
      { pointer: '/sources', before: 1, after: 2 },
      { pointer: '/status', before: 'current', after: 'corrected' },
      { pointer: '/versions', before: 1, after: 2 },
    ]);
    expect(left).toMatchObject({ change: 'left', by: { position: '4' }, entry: { status: 'corrected' } });
    expect(left).not.toHaveProperty('fields');
    expect(retracted).toMatchObject({ reason: 'It did not happen.', entry: { status: 'retracted' } });
  });

  test.each([
    ['positions', 'from=1&to=3', 1, 3],
    ['instants', 'from=2026-01-01T01:00:00Z&to=2026-01-01T03:59:59Z', 1, 3],
    ['an offset', 'from=2026-01-01T06:30:00%2B05:00&to=2026-01-01T08:59:00+05:00', 1, 3],
    ['the same position twice', 'from=3&to=3', 3, 3],
    ['no beginning', 'to=2', 0, 2],
    ['no end', 'from=3', 3, 5],
  ])('lie between two states, which are given by %s', async (_name, query, first, last) => {
    expect(outlineOf(await get(`/countries/PK/changes?${query}`))).toEqual(ALL.slice(first, last));
  });

  test('lie between the states of two pages, as their tokens name them', async () => {
    const [a, b] = [
      (await get('/countries/PK?asOf=2')).json.asOf,
      (await get('/countries/PK?asOf=4')).json.asOf,
    ];
    const answer = await get(`/countries/PK/changes?from=${a.token}&to=${b.token}`);
    expect(outlineOf(answer)).toEqual(ALL.slice(2, 4));
    expect(answer.json).toMatchObject({ from: a, to: b });
  });

  test('are none since a state after the last change', async () => {
    await record(6, { ...briefing, stream: 'briefing-1' });
    const { json } = await get('/countries/PK/changes?from=6');
    expect(json).toMatchObject({ changes: [], from: { position: '6' }, to: { position: '6' } });
  });

  test('turn the earlier page into the later one, byte for byte', async () => {
    const textsAsOf = async (position: number) => {
      const { json } = await get(`/countries/PK?asOf=${position}`);
      return json.entries.map((entry: object) => JSON.stringify(entry));
    };
    for (const [from, to] of [
      [1, 5],
      [2, 4],
      [3, 5],
      [1, 2],
    ] as const) {
      const shown = apply([], (await get(`/countries/PK/changes?to=${from}`)).json.changes);
      expect(shown.map(({ text }) => text)).toEqual(await textsAsOf(from));
      const changed = apply(shown, (await get(`/countries/PK/changes?from=${from}&to=${to}`)).json.changes);
      expect(changed.map(({ text }) => text)).toEqual(await textsAsOf(to));
    }
  });

  test.each([
    ['asc', ALL],
    ['desc', ALL.toReversed()],
  ])('come in pages, which show the state of the first one: %s', async (order, all) => {
    const first = await get(`/countries/PK/changes?limit=2&order=${order}`);
    await record(6, { ...shipment, stream: 'shipment-2' });
    const second = await get(nextOf(first) ?? '');
    const third = await get(nextOf(second) ?? '');
    expect([first, second, third].flatMap(outlineOf)).toEqual(all);
    expect([second.json.to, third.json.to]).toEqual([first.json.to, first.json.to]);
    expect(first.json.next).toBe(new URL(nextOf(first) ?? '', chancery.url).searchParams.get('cursor'));
    expect(third.json.next).toBe(null);
  });

  test.each([
    [
      'types=MouSigned',
      [
        ['arrived', '1'],
        ['changed', '3'],
        ['left', '4'],
      ],
    ],
    [
      'types=ShipmentAnnounced',
      [
        ['arrived', '2'],
        ['changed', '5'],
      ],
    ],
    ['countries=IN', [['arrived', '4']], '/countries/US'],
    [
      'roles=party',
      [
        ['arrived', '1'],
        ['changed', '3'],
        ['left', '4'],
      ],
    ],
    ['topics=rare-earths&from=2', [['changed', '5']]],
    [
      'occurredFrom=2025-10',
      [
        ['arrived', '2'],
        ['changed', '5'],
      ],
    ],
    [
      'occurredTo=2025-09-30&certain=true',
      [
        ['arrived', '1'],
        ['changed', '3'],
        ['left', '4'],
      ],
    ],
    ['speechActs=deny', []],
  ])('take the filters of the timeline: %s', async (query, expected, path = '/countries/PK') => {
    const { json } = await get(`${path}/changes?${query}`);
    expect(json.changes.map(({ change, by }: SentChange) => [change, by.position])).toEqual(expected);
    const filter = query.replace('&from=2', '').replace('occurredFrom', 'from').replace('occurredTo', 'to');
    expect(new URL(json.timeline, chancery.url).search).toBe(`?${filter}`);
    const shown = apply([], (await get(`${path}/changes?${query.replace('&from=2', '')}`)).json.changes);
    const view = (await get(json.timeline)).json.entries.map((entry: object) => JSON.stringify(entry));
    expect(shown.map(({ text }) => text)).toEqual(view);
  });

  test('have an entity tag, and cost a client that has them nothing', async () => {
    const { headers } = await get('/countries/PK/changes?from=2');
    const again = await get('/countries/PK/changes?from=2', { 'if-none-match': `${headers['etag']}` });
    expect(again.status).toBe(304);
  });

  test.each([
    ['/countries/IN', [['arrived', '4']]],
    [
      '/relations/PK/US',
      [
        ['arrived', '1'],
        ['arrived', '2'],
        ['changed', '3'],
        ['left', '4'],
        ['changed', '5'],
      ],
    ],
    [
      '/topics/rare-earths',
      [
        ['arrived', '2'],
        ['changed', '5'],
      ],
    ],
    [
      '/actors/us~us-strategic-metals',
      [
        ['arrived', '1'],
        ['changed', '3'],
        ['changed', '4'],
      ],
    ],
    ['/mous/unknown', []],
    ['/projections/country/timelines/IN', [['arrived', '4']]],
  ])('exist for %s', async (path, expected) => {
    const { json } = await get(`${path}/changes`);
    expect(json.changes.map(({ change, by }: SentChange) => [change, by.position])).toEqual(expected);
    expect(json.timeline).toBe(path);
  });

  test('of an agreement are those of its steps and its shipments', async () => {
    const { json, status } = await get(`/mous/${mou.stream}/changes?from=1`);
    expect(status).toBe(200);
    const last = json.changes.at(-1);
    expect([last.change, last.by.type, last.entry.event.id]).toEqual(['changed', 'EventRetracted', sending]);
    expect((await page(`/mous/${mou.stream}/changes`)).text).toContain('Shipment announced');
  });

  test('are found under other names of the timeline', async () => {
    const { status, headers } = await get('/countries/Pakistan/changes?from=2');
    expect([status, headers['location']]).toEqual([308, '/countries/PK/changes?from=2']);
    expect((await get('/topics/nothing/changes')).status).toBe(404);
    expect((await get('/actors/xx~nobody/changes')).status).toBe(404);
  });

  test.each([
    ['from=7', 'from', 'beyond-log'],
    ['to=2026-02-01T00:00:00Z', 'to', 'beyond-log'],
    ['from=2025-12-31T00:00:00Z', 'from', 'before-log'],
    ['from=3&to=2', 'to', 'invalid-value'],
    ['from=2025-09', 'from', 'invalid-value'],
    ['from=2.0199aaaa.0123456789ab', 'from', 'another-history'],
    ['since=2', 'since', 'unknown-parameter'],
    ['country=PK', 'country', 'unknown-parameter'],
    ['speaker=Lin%20Jian', 'speaker', 'unknown-parameter'],
    ['types=Signing', 'types', 'invalid-value'],
    ['occurredFrom=yesterday', 'occurredFrom', 'invalid-value'],
    ['occurredFrom=2026&occurredTo=2025', 'occurredTo', 'invalid-value'],
    ['limit=201', 'limit', 'invalid-value'],
    ['cursor=abc', 'cursor', 'invalid-value'],
  ])('are refused for %s', async (query, parameter, code) => {
    const { status, json } = await get(`/countries/PK/changes?${query}`);
    expect([status, json.errors]).toMatchObject([400, [{ parameter, code }]]);
  });

  test('are refused for a cursor of other changes', async () => {
    const { json } = await get('/countries/PK/changes?from=1&to=4&limit=1');
    const refused = async (url: string) => {
      const { status, json: problem } = await get(`${url}&cursor=${json.next}`);
      expect([status, problem.errors?.[0].parameter]).toEqual([400, 'cursor']);
    };
    await refused('/countries/PK/changes?from=2&to=4');
    await refused('/countries/PK/changes?from=1&to=5');
    await refused('/countries/PK/changes?from=1&to=4&order=desc');
    await refused('/countries/US/changes?from=1&to=4');
    await refused('/countries/PK?order=asc');
  });
});

interface ShownEntry {
  readonly key: readonly number[];
  readonly text: string;
}

/** Applies changes as a client does that knows nothing but their JSON. */
function apply(entries: readonly ShownEntry[], changes: readonly SentChange[]): readonly ShownEntry[] {
  let result = entries;
  for (const { change, sortKey, entry } of changes) {
    const others = result.filter(({ key }) => key[3] !== sortKey[3]);
    const shown = { key: sortKey, text: JSON.stringify(entry) };
    result = change === 'left' ? others : [...others, shown].sort((a, b) => compare(a.key, b.key));
  }
  return result;
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

describe('the changes of statements', () => {
  test('are those of the statements that the URL chooses', async () => {
    const said = (country: string) => ({
      key: country,
      speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
      quoted: 'verbatim',
      speechAct: 'deny',
      text: [{ language: 'en', value: 'That is not so.', kind: 'original' }],
      countries: [{ country, role: 'mentioned' }],
    });
    const statements = [said('PK'), said('US')];
    const { status, json } = await post(chancery.url, {
      ...briefing,
      data: { ...briefing.data, statements },
    });
    expect([status, json.errors]).toEqual([201, undefined]);
    await get('/statements?after=1');
    expect((await get('/statements/changes')).json.changes).toHaveLength(2);
    const ofCountry = await get('/statements/changes?country=PK');
    expect(ofCountry.json).toMatchObject({
      timeline: '/statements?country=PK',
      changes: [{ entry: { statement: 'PK' } }],
    });
    const { text } = await page('/statements/changes?country=PK&from=1');
    expect(text).toContain('<input type="hidden" name="country" value="PK">');
    expect((await get('/statements/changes?country=Nowhere')).json.errors).toMatchObject([
      { parameter: 'country' },
    ]);
  });
});

describe('the page of changes', () => {
  beforeEach(recordHistory);

  test('says what changed, by whom and why, field by field', async () => {
    const { status, text } = await page('/countries/PK/changes?from=2');
    expect(status).toBe(200);
    expect(text).toContain('<h1 dir="auto">Pakistan</h1>');
    expect(text).toContain('<a href="/countries/PK">Go to the timeline</a>');
    expect(text).toContain('Left: Signing');
    expect(text).toContain('<bdi>It did not happen.</bdi>');
    expect(text).toContain('<del dir="auto">current</del>');
    expect(text).toContain('minerals &amp; &lt;metals&gt;');
  });

  test('is linked from the timeline, also since the state that is shown', async () => {
    const present = await page('/countries/PK');
    expect(present.text).toContain('action="/countries/PK/changes"');
    const past = await page('/countries/PK?asOf=2&types=MouSigned');
    const { token } = (await get('/countries/PK?asOf=2')).json.asOf;
    expect(past.text).toContain(
      `<a href="/countries/PK/changes?types=MouSigned&amp;from=${token}">What has changed since then</a>`,
    );
    expect((await page(`/mous/${mou.stream}`)).text).toContain(`action="/mous/${mou.stream}/changes"`);
  });

  test('keeps the filter of the timeline, shows it, and leads back to it', async () => {
    const timeline = await page('/countries/PK?from=2025-09&types=MouSigned,ShipmentAnnounced');
    expect(timeline.text).toContain('<input type="hidden" name="occurredFrom" value="2025-09">');
    const path = '/countries/PK/changes?occurredFrom=2025-09&types=MouSigned,ShipmentAnnounced&from=2';
    const { text } = await page(path);
    expect(text).toContain(
      '<a href="/countries/PK?from=2025-09&amp;types=MouSigned,ShipmentAnnounced">Go to',
    );
    expect(text).toContain('<bdi>From: 2025-09</bdi>');
    expect(text).toContain('<input type="hidden" name="types" value="MouSigned,ShipmentAnnounced">');
    const removal = /<a href="([^"]+)" aria-label="Remove From: 2025-09">/.exec(text)?.[1];
    expect(removal).toBe('/countries/PK/changes?types=MouSigned,ShipmentAnnounced&amp;from=2');
    expect(text).toContain('href="/countries/PK/changes.atom?occurredFrom=2025-09&amp;types=');
  });

  test('takes what its form sends', async () => {
    const { status, headers } = await page('/countries/PK/changes?from=2026-01-01T02:30&to=');
    expect([status, headers['location']]).toEqual([308, '/countries/PK/changes?from=2026-01-01T02:30:00Z']);
  });
});

describe('the feed of changes', () => {
  beforeEach(recordHistory);

  test('is read by a feed reader, newest first, each change with an id of its own', async () => {
    const { headers, text } = await feed('/countries/PK/changes');
    expect(headers).toMatchObject({
      'content-type': 'application/atom+xml; charset=utf-8',
      vary: 'Accept, Accept-Encoding',
    });
    const read = await new RssParser().parseString(text);
    expect(read.title).toBe('What changed: Pakistan');
    expect(read.items.map(({ title }) => title?.trim().split(':')[0])).toEqual([
      'Changed',
      'Left',
      'Changed',
      'Arrived',
      'Arrived',
    ]);
    const [retracted, , retitled] = read.items;
    expect(retracted).toMatchObject({ author: 'local', isoDate: '2026-01-01T05:00:00.000Z' });
    expect(retracted?.['content']).toContain('It did not happen.');
    expect(retitled?.title).toContain('minerals & <metals>');
    expect(retitled?.['content']).toContain('minerals &amp; &lt;metals&gt;');
    expect(new Set(read.items.map((item) => item['id'])).size).toBe(5);
    const event = (await get('/countries/PK/changes?from=4')).json.changes[0].by.event;
    expect(retracted?.link).toBe(`${chancery.url}/events/${event}`);
  });

  test('has pages, whose entries keep their ids', async () => {
    const whole = await new RssParser().parseString((await feed('/countries/PK/changes')).text);
    const first = await feed('/countries/PK/changes?limit=3');
    const next = parseAtomFeed(first.text).links?.find(({ rel }) => rel === 'next')?.href ?? '';
    expect(next).toBe(`${chancery.url}${nextOf(first)}`);
    const second = await feed(next.slice(chancery.url.length));
    const items = await Promise.all([first, second].map(({ text }) => new RssParser().parseString(text)));
    const ids = items.flatMap((read) => read.items.map((item) => item['id']));
    expect(ids).toEqual(whole.items.map((item) => item['id']));
    const { links } = parseAtomFeed(second.text);
    expect(links?.find(({ rel }) => rel === 'first')?.href).toBe(
      `${chancery.url}/countries/PK/changes.atom?limit=3`,
    );
  });

  test('has the same items as JSON Feed, with the event that made each change', async () => {
    const atom = parseAtomFeed((await get('/countries/PK/changes.atom?from=2')).text);
    const { headers, text } = await get('/countries/PK/changes.jsonfeed?from=2');
    expect(headers['content-type']).toBe('application/feed+json');
    const { feed_url: url, home_page_url: home, items = [] } = parseJsonFeed(text);
    expect([url, home]).toEqual([
      `${chancery.url}/countries/PK/changes.jsonfeed?from=2`,
      `${chancery.url}/countries/PK/changes?from=2&order=desc`,
    ]);
    expect(items.map(({ id, title, content_html: content }) => [id, title, content])).toEqual(
      atom.entries?.map(({ id, title, content }) => [id, title?.value, content?.value]),
    );
    const { changes } = (await get('/countries/PK/changes.json?from=2&order=desc')).json;
    expect(JSON.parse(text).items.map((item: { _chancery: object }) => item._chancery)).toEqual(
      changes.map(({ change, by, reason }: Record<string, unknown>) => ({ change, by, reason })),
    );
  });

  test('contains no character that XML forbids, whatever the reason of a correction is', async () => {
    const reasoned = correction(signing, mou.stream);
    await record(6, { ...reasoned, data: { ...reasoned.data, reason: 'A \u0001 & B' } });
    const { text } = await get('/countries/IN/changes.atom');
    expect(text).toContain('A \ufffd &amp;amp; B');
  });

  test('is announced by the page of changes, without what only the page has', async () => {
    const { text } = await page('/statements/changes?country=PK&order=desc&limit=2');
    const links = text.matchAll(/<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">/g);
    expect([...links].map(([, type, href]) => [type, href])).toEqual(
      expect.arrayContaining([
        ['application/atom+xml', '/statements/changes.atom?country=PK&amp;limit=2'],
        ['application/feed+json', '/statements/changes.jsonfeed?country=PK&amp;limit=2'],
      ]),
    );
  });
});

test('an empty log has no changes', async () => {
  expect((await get('/countries/PK/changes')).json).toEqual({
    timeline: '/countries/PK',
    from: null,
    to: null,
    changes: [],
    next: null,
  });
  expect((await page('/countries/PK/changes')).status).toBe(200);
  expect((await feed('/countries/PK/changes')).status).toBe(200);
});
