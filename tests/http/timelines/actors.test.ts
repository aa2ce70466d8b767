import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { briefing, correction, mou, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, nextOf, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });
const page = async (path: string): Promise<string> => (await get(path, { accept: 'text/html' })).text;

async function record(event: object): Promise<string> {
  const { status, json } = await post(chancery.url, event);
  expect([status, json.errors]).toEqual([201, undefined]);
  const position = json.events.at(-1).position as string;
  expect((await get(`/actors/nato?after=${position}`)).status).toBe(200);
  return position;
}

const idsOf = ({ json }: Answer): string[] => json.entries.map(({ id }: { id: string }) => id);

const fwo = { name: 'Frontier Works Organization', kind: 'government-body', country: 'PK' };
const metals = { name: 'US Strategic Metals', kind: 'company', country: 'US' };
const cern = { kind: 'igo', identifiers: { wikidata: 'Q42944', ror: '01ggx4157' } };

/** Returns a signing on a record of its own. */
function signing(number: number, ...parties: object[]) {
  return { ...mou, id: uuid(number), stream: `mou-${number}`, data: { ...mou.data, parties } };
}

describe('GET /actors/{key}', () => {
  test('shows the events that name the actor, with its roles and as each names it', async () => {
    await record({ ...shipment, id: uuid(1), data: { ...shipment.data, consignor: fwo, carrier: metals } });
    const shouted = { ...fwo, name: 'FRONTIER WORKS ORGANIZATION' };
    const position = await record(signing(2, shouted, metals));
    await record(signing(3, { name: 'Frontier Works', kind: 'company', country: 'PK' }, metals));
    const { status, json } = await get('/actors/pk~frontier-works-organization');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      actor: {
        key: 'pk~frontier-works-organization',
        // As the event with the latest date has it.
        name: 'Frontier Works Organization',
        kind: 'government-body',
        country: 'PK',
        identifiers: {},
        names: [],
        members: [],
      },
      asOf: { position },
      entries: [
        { id: uuid(2), roles: ['party'], actor: shouted, countries: ['PK', 'US'] },
        { id: uuid(1), roles: ['consignor'], actor: fwo },
      ],
      next: null,
    });
  });

  test.each([
    ['roles=party', [2]],
    ['roles=consignor,carrier', [1]],
    ['from=2025-10', [1]],
    ['types=MouSigned', [2]],
    ['countries=US&order=desc', [1, 2]],
    ['topics=rare-earths', [1]],
    ['limit=1', [2]],
  ])('filters by ?%s', async (query, numbers) => {
    await record({ ...shipment, id: uuid(1), data: { ...shipment.data, consignor: fwo } });
    await record(signing(2, fwo, metals));
    expect(idsOf(await get(`/actors/pk~frontier-works-organization?${query}`))).toEqual(numbers.map(uuid));
  });

  test('refuses roles that no event gives, and lists those that there are', async () => {
    const { status, json } = await get('/actors/nato?roles=party,king');
    expect([status, json.errors[0].parameter]).toEqual([400, 'roles']);
    expect(json.errors[0].detail).toMatch(/issuer.*speaker.*party.*consignor/);
  });

  test('shows under an identifier all names that were used with it, and nothing of a name alone', async () => {
    const [short, long] = ['CERN', 'European Organization for Nuclear Research'];
    await record(signing(1, { ...cern, name: long }, metals));
    await record(signing(2, { ...cern, name: short }, metals));
    await record(signing(3, { ...cern, name: short }, metals));
    await record(signing(4, { name: short, kind: 'igo' }, metals));
    const answer = await get('/actors/Q42944');
    expect(idsOf(answer)).toEqual([1, 2, 3].map(uuid));
    expect(answer.json.actor).toMatchObject({
      name: short,
      identifiers: cern.identifiers,
      names: [
        { name: short, entries: 2 },
        { name: long, entries: 1 },
      ],
    });
    expect(idsOf(await get('/actors/~cern'))).toEqual([uuid(4)]);
    expect(await page('/actors/Q42944')).toContain('<bdi>CERN</bdi> (2 entries)');
  });

  test('moves a corrected event, and shows the past state as of before', async () => {
    const position = await record(signing(1, fwo, metals));
    const corrected = { ...mou.data, parties: [{ ...fwo, identifiers: { wikidata: 'Q5506085' } }, metals] };
    await record(correction(uuid(1), 'mou-1', corrected));
    const path = '/actors/pk~frontier-works-organization';
    expect(idsOf(await get(path))).toEqual([]);
    expect(idsOf(await get(`${path}?asOf=${position}`))).toEqual([uuid(1)]);
    expect((await get('/actors/Q5506085')).json.entries).toMatchObject([{ status: 'corrected' }]);
    // Before the correction no event named an actor with this identifier.
    const { json } = await get(`/actors/Q5506085?asOf=${position}`);
    expect([json.actor.name, json.actor.kind, json.entries]).toEqual(['Q5506085', null, []]);
  });

  test('is paged, and returns 304 until an event of the actor changes it', async () => {
    await record(signing(1, fwo, metals));
    await record(signing(2, fwo, metals));
    const path = '/actors/pk~frontier-works-organization?limit=1';
    const first = await get(path);
    expect([first, await get(nextOf(first) ?? '')].map(idsOf)).toEqual([[uuid(1)], [uuid(2)]]);
    await record(briefing);
    const conditional = { 'if-none-match': String(first.headers['etag']) };
    expect((await get(path, conditional)).status).toBe(304);
    await record(signing(3, fwo, metals));
    expect((await get(path, conditional)).status).toBe(200);
  });

  test('has a page, for names in any script', async () => {
    await record(signing(1, { name: '林剑 & <co>/7', kind: 'person', country: 'CN' }, metals));
    const path = `/actors/${encodeURIComponent('cn~林剑-&-<co>/7')}`;
    const text = await page(path);
    expect(text).toContain('<h1 dir="auto">林剑 &amp; &lt;co&gt;/7</h1>');
    expect(text).toContain('<span class="kicker">Person</span>');
    expect(text).toContain('<a href="/countries/CN">China</a>');
    expect(text).toContain('name="roles" value="spokesperson"');
    expect(await page(`/events/${uuid(1)}`)).toContain(
      `<a href="${path}"><bdi>林剑 &amp; &lt;co&gt;/7</bdi></a>`,
    );
  });

  test.each(['~nobody', 'Q4', '=frontier', '@Q42944\nCERN', 'nowhere'])('returns 404 for %j', async (key) => {
    await record(signing(1, { ...cern, name: 'CERN' }, fwo));
    const { status, json } = await get(`/actors/${encodeURIComponent(key)}`);
    expect([status, json.type]).toEqual([404, '/problems/unknown-actor']);
  });
});

describe('the timeline of a well-known organisation', () => {
  test.each(['NATO', 'OTAN', 'Q7184', 'North%20Atlantic%20Treaty%20Organization'])(
    'is where /actors/%s redirects to',
    async (name) => {
      const answer = await get(`/actors/${name}?limit=5`);
      expect(answer).toMatchObject({ status: 308, headers: { location: '/actors/nato?limit=5' } });
    },
  );

  test('has the events under any of its names, and its members', async () => {
    await record(signing(1, { name: 'NATO', kind: 'igo', country: 'BE' }, metals));
    await record(
      signing(2, { name: 'The Alliance', kind: 'other', identifiers: { wikidata: 'Q7184' } }, metals),
    );
    const answer = await get('/actors/nato');
    expect(idsOf(answer)).toEqual([1, 2].map(uuid));
    const { actor } = answer.json;
    expect(actor).toMatchObject({
      name: 'North Atlantic Treaty Organization',
      identifiers: { wikidata: 'Q7184' },
    });
    expect(actor.names).toEqual([
      { name: 'NATO', entries: 1 },
      { name: 'The Alliance', entries: 1 },
    ]);
    expect(actor.members).toHaveLength(32);
    expect(actor.members).toContainEqual({ country: 'FI', from: '2023-04-04', to: null });
    expect(await page('/actors/nato')).toContain('<a href="/countries/FI">Finland</a> (from 4 April 2023)');
    expect((await get('/countries/FI')).json.entries).toEqual([]);
  });

  test('is empty before an event names it', async () => {
    const { status, json } = await get('/actors/european-union');
    expect([status, json.entries, json.actor.names]).toEqual([200, [], []]);
    expect(json.actor.members).toContainEqual({ country: 'GB', from: null, to: '2020-01-31' });
    expect(await page('/actors/european-union')).toContain('(until 31 January 2020)');
  });

  test('that signs for its members puts the event on their timelines', async () => {
    const bleu = { name: 'BLEU (Belgium-Luxembourg Economic Union)', kind: 'igo' };
    const position = await record(signing(1, bleu, { name: 'Panama', kind: 'state', country: 'PA' }));
    for (const code of ['BE', 'LU', 'PA']) {
      const { json } = await get(`/countries/${code}?after=${position}`);
      expect(json.entries).toMatchObject([{ id: uuid(1), roles: ['party'] }]);
    }
    expect((await get(`/relations/BE/PA?after=${position}`)).json.entries).toHaveLength(1);
    expect((await get('/actors/bleu')).json.entries).toHaveLength(1);
  });
});

describe('GET /actors', () => {
  test('lists the actors with their kind, country, counts and dates', async () => {
    await record(signing(1, { ...cern, name: 'CERN' }, metals));
    const position = await record({ ...shipment, id: uuid(2), data: { ...shipment.data, carrier: metals } });
    const { json } = await get('/actors');
    expect(json).toEqual({
      asOf: { position, instant: expect.any(String), token: expect.any(String) },
      total: 2,
      actors: [
        {
          key: 'Q42944',
          name: 'CERN',
          kind: 'igo',
          country: null,
          entries: 1,
          earliest: '2025-09-08',
          latest: '2025-09-08',
        },
        {
          key: 'us~us-strategic-metals',
          name: 'US Strategic Metals',
          kind: 'company',
          country: 'US',
          entries: 2,
          earliest: '2025-09-08',
          latest: '2025-10-31',
        },
      ],
      next: null,
    });
    const text = await page('/actors');
    expect(text).toContain('dir="auto">US Strategic Metals</a> (company, United States)');
  });

  test('is paged, and shows the state as of a position', async () => {
    const position = await record(signing(1, fwo, metals));
    await record(signing(2, { ...cern, name: 'CERN' }, metals));
    const keysOf = ({ json }: Answer) => json.actors.map(({ key }: { key: string }) => key);
    const first = await get('/actors?limit=2');
    expect(keysOf(first)).toEqual(['Q42944', 'pk~frontier-works-organization']);
    expect(keysOf(await get(nextOf(first) ?? ''))).toEqual(['us~us-strategic-metals']);
    expect(keysOf(await get(`/actors?asOf=${position}`))).toEqual([
      'pk~frontier-works-organization',
      'us~us-strategic-metals',
    ]);
  });
});

test('names of speakers and of those who relay them lead to their timelines', async () => {
  const speaker = {
    name: 'Lin Jian',
    kind: 'person',
    country: 'CN',
    identifiers: { wikidata: 'Q124702519' },
  };
  const text = [{ language: 'en', value: 'All is well.' }];
  const attribution = [speaker, { name: 'Xinhua', kind: 'media', country: 'CN' }];
  const statements = [{ key: 'a', attribution, speaker, speechAct: 'affirm', text, quoted: 'paraphrase' }];
  await record({ ...briefing, id: uuid(1), data: { ...briefing.data, statements } });
  expect((await get('/actors/Q124702519')).json.entries).toMatchObject([{ roles: ['speaker'] }]);
  for (const path of ['/statements', `/events/${uuid(1)}`]) {
    const shown = await page(path);
    expect(shown).toContain('<a href="/actors/Q124702519"><bdi>Lin Jian</bdi></a>');
    expect(shown).toContain('<a href="/actors/cn~xinhua"><bdi>Xinhua</bdi></a>');
  }
});
