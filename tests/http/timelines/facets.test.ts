import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { briefing, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { fuzzRounds } from '../../property/fuzz-rounds.ts';
import { type Answer, ask, post } from '../support/client.ts';
import { startWithGeneratedEvents } from '../support/generated-history.ts';

const numRuns = fuzzRounds(30);
const EVENTS = 400;

let chancery: Harness;
beforeAll(async () => {
  chancery = await startWithGeneratedEvents(EVENTS);
  for (const name of ['relation', 'statements', 'topic'] as const) {
    await chancery.projections[name].waitFor(String(EVENTS) as never, 10_000);
  }
});
afterAll(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

/** Names of the filters of a timeline that are no lists, and are joined by `&` here. */
const OTHERS = ['', 'from=2009-01-05&to=2009-01-20', 'asOf=150', 'certain=true&from=2009-01-10'];
const LISTS = ['types=BriefingHeld,MouSigned', 'roles=speaker,party', 'countries=CN', 'speechActs=deny'];

describe('the counts of a timeline', () => {
  test('are the totals of the timeline with one value chosen, given the other filters', async () => {
    const query = fc.record({
      other: fc.constantFrom(...OTHERS),
      lists: fc.subarray(LISTS, { maxLength: 2 }),
      place: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(query, async ({ other, lists, place }) => {
        const asked = [...lists, other].filter((part) => part !== '');
        const { status, json } = await get(`/countries/US/facets?${asked.join('&')}`);
        expect([status, json.complete]).toEqual([200, true]);
        expect(json.counted).toBe((await get(`/countries/US?${asked.join('&')}`)).json.total);
        const counts = Object.entries<{ value: string; count: number }[]>(json.facets).flatMap(
          ([name, values]) => values.map(({ value, count }) => ({ name, value, count })),
        );
        const chosen = counts[place % Math.max(counts.length, 1)];
        if (chosen === undefined) return;
        const rest = asked.filter((part) => !part.startsWith(`${chosen.name}=`));
        const alone = await get(
          `/countries/US?${[...rest, `${chosen.name}=${encodeURIComponent(chosen.value)}`].join('&')}`,
        );
        expect([chosen, alone.json.total]).toEqual([chosen, chosen.count]);
      }),
      { numRuns },
    );
  });

  test.each([
    ['role=said&countries=CN', 'role=said'],
    ['role=about&countries=CN&from=2009-01-05', 'role=about&from=2009-01-05'],
    ['role=said&country=CN&countries=US', 'role=said&country=CN'],
  ])('of statements with %s are of the countries that did so', async (asked, others) => {
    const { countries } = (await get(`/statements/facets?${asked}`)).json.facets;
    expect(countries.length).toBeGreaterThan(1);
    for (const { value, count } of countries) {
      const { total } = (await get(`/statements?${others}&countries=${value}`)).json;
      expect([value, total]).toEqual([value, count]);
    }
  });

  test.each([
    ['/countries/US/facets', ['types', 'roles', 'countries', 'topics', 'speechActs', 'relay', 'outlet']],
    ['/relations/CN/US/facets', ['types', 'roles', 'countries', 'topics', 'speechActs', 'relay', 'outlet']],
    ['/topics/trade/facets', ['types', 'countries', 'topics', 'speechActs', 'relay', 'outlet']],
    ['/statements/facets', ['countries', 'topics', 'speechAct', 'speaker', 'institution', 'relay', 'outlet']],
  ])('of %s are by the filters that it has', async (path, names) => {
    const { status, json } = await get(path);
    if (status === 404) return;
    expect(Object.keys(json.facets)).toEqual(names);
  });

  test('say nothing of an agreement, which is shown as a whole', async () => {
    const [{ stream }] = (await get('/mous?limit=1')).json.mous;
    expect((await get(`/mous/${stream}`)).status).toBe(200);
    expect((await get(`/mous/${stream}/facets`)).status).toBe(404);
  });

  test('are not sent again while the timeline does not change', async () => {
    const { headers } = await get('/countries/US/facets');
    const conditional = { 'if-none-match': String(headers['etag']) };
    expect((await get('/countries/US/facets', conditional)).status).toBe(304);
  });

  test.each(['limit=5', 'cursor=a', 'types=Nothing', 'asOf=soon'])('refuse ?%s', async (query) => {
    expect((await get(`/countries/US/facets?${query}`)).status).toBe(400);
  });

  test('move with the timeline to its canonical URL', async () => {
    const { status, headers } = await get('/countries/United%20States/facets?topics=trade');
    expect([status, headers['location']]).toEqual([308, '/countries/US/facets?topics=trade']);
  });
});

describe('the page of the counts', () => {
  test('links values to the timeline with them as further filters, and chosen ones to it without', async () => {
    const path = '/countries/US/facets?types=BriefingHeld&from=2009-01';
    const { json } = await get(path);
    const { text } = await get(path, { accept: 'text/html' });
    expect(text).toContain('href="/countries/US?from=2009-01" aria-current="true"');
    const [topic] = json.facets.topics;
    expect(text).toContain(
      `href="/countries/US?types=BriefingHeld&amp;from=2009-01&amp;topics=${topic.value}"`,
    );
    expect(text).toContain(`${json.counted} entries`);
  });

  test('is linked from the filters of the timeline', async () => {
    const { text } = await get('/countries/US?types=BriefingHeld&order=desc&limit=25', {
      accept: 'text/html',
    });
    expect(text).toContain('href="/countries/US/facets?types=BriefingHeld"');
  });
});

describe('the counts of names', () => {
  let named: Harness;
  const agency = { name: 'Xinhua', kind: 'media', names: { en: 'Xinhua News Agency', zh: '新华社' } };
  const speaker = { name: 'Lin Jian', kind: 'person', country: 'CN', names: { zh: '林剑' } };
  const said = (key: string, more: object = {}) => ({
    key,
    speaker,
    text: [{ language: 'en', value: `Statement ${key}.` }],
    quoted: 'verbatim',
    ...more,
  });
  const sources = [{ outlet: 'Dawn', attribution: [speaker, agency] }];
  const institution = { ...briefing.data.institution, names: { zh: '外交部' } };
  const events = [
    {
      ...briefing,
      id: uuid(1),
      data: { ...briefing.data, institution, statements: [said('a'), said('b', { attribution: [agency] })] },
      sources,
    },
    // The agency under a name that is not its main one elsewhere.
    {
      ...briefing,
      id: uuid(2),
      data: { ...briefing.data, statements: [said('c')] },
      sources: [{ outlet: 'Dawn', attribution: [speaker, { name: 'Xinhua News Agency', kind: 'media' }] }],
    },
    {
      ...shipment,
      id: uuid(3),
      stream: 'shipment-unlinked',
      data: { ...shipment.data, implements: undefined },
      sources,
    },
  ];

  beforeAll(async () => {
    named = await startHarness();
    let last = '';
    for (const event of events) {
      const { status, json } = await post(named.url, event);
      expect(status).toBe(201);
      last = json.events[0].position;
    }
    for (const path of ['/statements', '/countries/CN', '/mous/unknown'])
      expect((await ask(named.url, `${path}?after=${last}`)).status).toBe(200);
  });
  afterAll(() => named.close());

  const facetsOf = async (path: string) => (await ask(named.url, `${path}/facets`)).json.facets;

  test('write them as they are written in the events', async () => {
    expect(await facetsOf('/mous/unknown')).toMatchObject({
      relay: [{ value: 'Xinhua', count: 1 }],
      outlet: [{ value: 'Dawn', count: 1 }],
    });
  });

  test('list an actor once, and again under a name that more entries have', async () => {
    const { relay } = await facetsOf('/statements');
    expect(relay).toEqual([
      { value: 'Xinhua News Agency', count: 3 },
      { value: 'Xinhua', count: 2 },
    ]);
    for (const { value, count } of relay) {
      const { json } = await ask(named.url, `/statements?relay=${encodeURIComponent(value)}`);
      expect([value, json.total]).toEqual([value, count]);
    }
  });

  test('list institutions apart from the speakers', async () => {
    expect(await facetsOf('/statements')).toMatchObject({
      speaker: [{ value: 'Lin Jian', count: 3 }],
      institution: [{ value: 'Ministry of Foreign Affairs', count: 3 }],
    });
  });
});
