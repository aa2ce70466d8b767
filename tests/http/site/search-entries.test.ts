import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { briefing, id, mou, shipment } from '../../domain/events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

const relayed = {
  ...briefing,
  id: id(4),
  stream: 'briefing-relayed',
  occurred: '2024-03-02',
  data: {
    ...briefing.data,
    statements: [
      {
        key: 'r',
        speaker: { name: 'Asim Iftikhar', kind: 'person', country: 'PK' },
        speechAct: 'deny',
        text: [
          { language: 'ur', value: 'نایاب معدنیات کی برآمد سے کوئی تعلق نہیں۔' },
          { language: 'zh', value: '与稀土出口无关。' },
          { language: 'en', value: 'The deal with Lahore <Metals> has nothing to do with rare earths.' },
        ],
        quoted: 'verbatim',
        attribution: [
          { name: 'Asim Iftikhar', kind: 'person', country: 'PK' },
          { name: 'Lin Jian', kind: 'person', country: 'CN' },
        ],
      },
    ],
  },
  sources: [{ outlet: 'Xinhua', title: 'Spokesperson on the samples' }],
};

let harness: Harness;
const search = (query: string) => ask(harness.url, `/search?results=entries&${query}`);
const ids = async (query: string) =>
  (await search(query)).json.entries.map((entry: { id: string }) => entry.id);
const q = (text: string) => `q=${encodeURIComponent(text)}`;

beforeAll(async () => {
  harness = await startHarness();
  const events = [{ ...mou, id: id(1) }, { ...shipment, id: id(2) }, { ...briefing, id: id(3) }, relayed];
  for (const event of events) await post(harness.url, event);
  await post(harness.url, {
    type: 'EventCorrected',
    stream: shipment.stream,
    id: id(5),
    occurred: '2025-11-01',
    data: {
      corrects: id(2),
      data: { ...shipment.data, goods: [{ description: 'neodymium' }] },
      reason: 'Other goods.',
    },
    sources: [{ outlet: 'Dawn' }],
  });
  for (const path of ['/search/entries', '/statements', '/countries/PK'])
    await ask(harness.url, `${path}?after=5`);
});

afterAll(() => harness.close());

describe('Entries are found', () => {
  test.each([
    ['by a statement that the entry does not show, in each language', '稀土', [id(4)]],
    ['by words of a translation', 'معدنیات', [id(4)]],
    ['by a phrase', '"nothing to do with rare"', [id(4)]],
    ['by the beginning of a word', 'antim*', []],
    ['by goods as they were corrected', 'neodym*', [id(2)]],
    ['by a party', 'frontier works', [id(1)]],
    ['by the title of a source', '"on the samples"', [id(4)]],
    ['by the name of a country', 'china', [id(3), id(4)]],
    ['by a topic', '"rare earths"', [id(3), id(2), id(4)]],
    ['by the label of a speech act', 'pakistan denies', [id(3), id(4)]],
    ['by the key of a speech act', 'deny lahore', [id(4)]],
    ['not by a speech act that no statement has', 'affirms', []],
    ['only if all words are said', 'rare earths neodymium', [id(2)]],
  ])('%s', async (_, text, expected) => {
    expect(await ids(q(text))).toEqual(expected);
  });

  test('from the newest to the oldest, page by page', async () => {
    const first = (await search(`${q('earths')}&limit=2`)).json;
    expect(first).toMatchObject({ total: 3, isTotalExact: true, entries: [{ id: id(3) }, { id: id(2) }] });
    const next = (await search(`${q('earths')}&limit=2&cursor=${first.next}`)).json;
    expect(next).toMatchObject({ total: 3, entries: [{ id: id(4) }], next: null });
    expect(await ids(`${q('earths')}&order=asc`)).toEqual([id(4), id(2), id(3)]);
  });

  test('as of an earlier state', async () => {
    expect(await ids(`${q('antimony')}&asOf=4`)).toEqual([id(2)]);
    expect(await ids(`${q('antimony')}&asOf=5`)).toEqual([]);
    expect(await ids(`${q('neodymium')}&asOf=4`)).toEqual([]);
  });

  test('with the filters of timelines', async () => {
    expect(await ids(`${q('earths')}&from=2025&topics=rare-earths&types=BriefingHeld`)).toEqual([id(3)]);
    expect(await ids(`${q('earths')}&relay=lin%20JIAN`)).toEqual([id(4)]);
    expect(await ids(`${q('earths')}&outlet=Dawn`)).toEqual([id(3), id(2)]);
    expect(await ids(`${q('earths')}&relay=nobody`)).toEqual([]);
  });
});

test('An entry has the parts of the texts where the words are, with their places', async () => {
  const { entries } = (await search(q('稀土 "rare earths" lahore'))).json;
  const marked = entries[0].matches.flatMap(({ text, marks }: { text: string; marks: [number, number][] }) =>
    marks.map(([start, end]) => text.slice(start, end)),
  );
  expect(marked).toEqual(expect.arrayContaining(['稀土', 'rare earths', 'Lahore']));
});

test('A search has counts of the entries, and when the words first appeared', async () => {
  const { counts, firstAppeared } = (await search(q('earths'))).json;
  expect(counts).toEqual({
    countries: [
      { value: 'PK', count: 3 },
      { value: 'CN', count: 2 },
      { value: 'US', count: 1 },
    ],
    topics: [
      { value: 'rare-earths', count: 3 },
      { value: 'export-controls', count: 1 },
    ],
    types: [
      { value: 'BriefingHeld', count: 2 },
      { value: 'ShipmentDispatched', count: 1 },
    ],
    years: [
      { value: '2025', count: 2 },
      { value: '2024', count: 1 },
    ],
  });
  expect(firstAppeared).toMatchObject({
    occurred: { entry: { id: id(4) }, position: '4' },
    recorded: { entry: { id: id(2) }, position: '2' },
  });
  const later = (await search(q('neodymium'))).json.firstAppeared;
  expect(later.recorded).toMatchObject({ entry: { id: id(2) }, position: '5' });
  const before = (await search(`${q('neodymium')}&asOf=4`)).json.firstAppeared;
  expect(before).toEqual({ occurred: null, recorded: null });
});

test('The page marks the words, escaped, and names who relayed a denial', async () => {
  const { text } = await ask(harness.url, `/search?${q('lahore metals')}`, {
    headers: { accept: 'text/html' },
  });
  expect(text).toContain('<mark>Lahore</mark> &lt;<mark>Metals</mark>&gt;');
  expect(text).toContain('<h2 id="entries-title">1 entry</h2>');
  expect(text).toContain('First recorded: ');
  expect(text).toContain(
    '<a href="/statements?q=lahore+metals">Statements with these words, and who relayed them</a>',
  );
});

test('The page says once that nothing was found', async () => {
  const { text } = await ask(harness.url, `/search?${q('qqqzzz')}`, { headers: { accept: 'text/html' } });
  expect(text.match(/class="note"/g)).toHaveLength(1);
  expect(text).toContain('No name and no entry has all of these words: <bdi>qqqzzz</bdi>');
});

describe('A timeline with q, outlet or relay', () => {
  test.each([
    [`/countries/PK?${q('稀土')}`, 1],
    [`/topics/rare-earths?${q('antimony')}`, 0],
    [`/topics/rare-earths?${q('neodymium')}`, 1],
    [`/relations/CN/PK?${q('lahore')}`, 1],
    [`/actors/${encodeURIComponent('person CN lin jian')}?${q('lahore')}`, undefined],
    [`/statements?${q('"Rare earths"')}`, 1],
    [`/statements?country=CN&${q('measures pakistan')}`, 1],
    ['/statements?relay=Lin%20Jian', 1],
    [`/statements?${q('denies lahore')}`, 1],
    ['/statements?relay=Asim%20Iftikhar', 0],
    ['/countries/PK?outlet=XINHUA', 1],
    [`/search/entries?${q('earths')}&outlet=dawn`, 2],
    [`/projections/events/timelines/*?${q('earths')}`, 3],
  ])('%s has only the entries that match', async (path, total) => {
    const { status, json } = await ask(harness.url, path);
    if (total === undefined) return;
    expect([status, json.total, json.entries.length]).toEqual([200, total, total]);
  });

  test('has the same filter in its exports, feeds and changes', async () => {
    const filter = q('"rare earths" lahore');
    const csv = (await ask(harness.url, `/search/entries.csv?${filter}`)).text.trim().split('\n');
    expect(csv).toHaveLength(2);
    for (const format of ['ndjson', 'jsonfeed', 'atom', 'ics']) {
      const { status, text } = await ask(harness.url, `/countries/PK.${format}?${filter}`);
      expect([status, text.includes(id(4)), text.includes(id(3))]).toEqual([200, true, false]);
    }
    const { json } = await ask(harness.url, `/countries/PK/changes?${filter}`);
    expect(json.changes.map(({ entry }: { entry: { id: string } }) => entry.id)).toEqual([id(4)]);
  });
});

test.each([
  ['/search', '"rare', 'quotation mark'],
  ['/countries/PK', '—!', 'letter or digit'],
  ['/statements', 'x'.repeat(501), '500 characters'],
  ['/countries/PK/changes', '"rare', 'quotation mark'],
  ['/countries/PK.csv', '"rare', 'quotation mark'],
])('%s refuses the query %.8s and says why', async (path, text, reason) => {
  const { status, json } = await ask(harness.url, `${path}?${q(text)}`);
  expect(status).toBe(400);
  expect(json.errors).toEqual([
    { parameter: 'q', code: 'invalid-value', detail: expect.stringContaining(reason) },
  ]);
});

test('Names are found while a query is still being typed', async () => {
  const { status, json } = await ask(harness.url, `/search?results=names&${q('"Pak')}`);
  expect([status, Object.keys(json)]).toEqual([200, ['query', 'countries', 'topics', 'actors']]);
});
