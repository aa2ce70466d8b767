import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { amendment, correction, mou, retraction, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, nextOf, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

/** Records the event, and waits until the projection contains it. */
async function record(event: object): Promise<string> {
  const { status, json } = await post(chancery.url, event);
  expect(status).toBe(201);
  const position = json.events.at(-1).position as string;
  expect((await get(`/mous/unknown?after=${position}`)).status).toBe(200);
  return position;
}

const signed = (key: string) => ({ ...mou, stream: `mou-${key}` });
const sent = (key: string, more: object) => {
  return { ...shipment, stream: `shipment-${key}`, data: { ...shipment.data, ...more } };
};
const streamsOf = ({ json }: Answer): string[] => json.mous.map(({ stream }: { stream: string }) => stream);

describe('GET /mous/{stream}', () => {
  test('shows the events from the signing to the shipments', async () => {
    await record({ ...mou, id: uuid(1) });
    await record({ ...amendment, id: uuid(2) });
    const position = await record({ ...sent('one', {}), id: uuid(3) });
    const { status, headers, json } = await get(`/mous/${mou.stream}`);
    expect([status, headers['cache-control']]).toEqual([200, 'no-cache']);
    expect(Object.keys(json)).toEqual(['mou', 'asOf']);
    expect(json.asOf).toEqual({ position, instant: expect.any(String), token: expect.any(String) });
    expect(json.mou).toMatchObject({
      stream: mou.stream,
      title: 'Memorandum of understanding on critical minerals',
      signed: { edtf: '2025-09-08' },
      inForceFrom: null,
      terminatedOn: null,
      steps: [
        { id: uuid(1), daysSince: null },
        // From 8 September to 1 November.
        { id: uuid(2), daysSince: { event: uuid(1), least: 54, most: 54 } },
      ],
      shipments: [
        {
          stream: 'shipment-one',
          steps: [{ id: uuid(3), daysSince: { event: uuid(1), least: 23, most: 53 } }],
        },
      ],
      shipmentsKnown: true,
      complete: true,
    });
    const { text } = await get(`/mous/${mou.stream}`, { accept: 'text/html' });
    const shown = [...text.matchAll(/<a href="\/events\/([^"]*)"|<p class="interval">(.*?)<\/p>/g)];
    expect(shown.map(([, event, interval]) => event ?? interval)).toEqual([
      uuid(1),
      '54 days from the previous step',
      uuid(2),
      '23 to 53 days from the signing',
      uuid(3),
    ]);
  });

  test('shows an agreement before its signing is recorded', async () => {
    const before = await record(sent('one', {}));
    const early = await get(`/mous/${mou.stream}`);
    expect(early.json.mou).toMatchObject({ title: null, signed: null, steps: [], shipmentsKnown: true });
    await record(mou);
    expect((await get(`/mous/${mou.stream}`)).json.mou.signed).toMatchObject({ edtf: '2025-09-08' });
    expect((await get(`/mous/${mou.stream}?asOf=${before}`)).json).toEqual(early.json);
  });

  test('shows linked shipments, and marks retracted ones', async () => {
    await record(mou);
    const { implements: _, ...unlinked } = shipment.data;
    await record({ ...shipment, id: uuid(1), stream: 'shipment-one', data: unlinked });
    const basis = 'The outlet says so.';
    await record({
      ...shipment,
      type: 'RecordLinked',
      stream: 'shipment-one',
      data: { from: 'shipment-one', to: mou.stream, relation: 'implements', basis },
    });
    const shown = async () => (await get(`/mous/${mou.stream}`)).json.mou;
    expect(await shown()).toMatchObject({ shipments: [{ stream: 'shipment-one' }], shipmentsKnown: true });
    expect((await get('/mous/unknown')).json.entries).toEqual([]);
    await record(retraction(uuid(1), 'shipment-one'));
    expect(await shown()).toMatchObject({
      shipments: [{ steps: [{ status: 'retracted' }] }],
      shipmentsKnown: false,
    });
  });

  test('returns 304 until an event of the agreement is added', async () => {
    await record(mou);
    const { headers } = await get(`/mous/${mou.stream}`);
    const conditional = { 'if-none-match': String(headers['etag']) };
    await record(signed('other'));
    expect(await get(`/mous/${mou.stream}`, conditional)).toMatchObject({ status: 304, text: '' });
    await record(sent('one', {}));
    expect((await get(`/mous/${mou.stream}`, conditional)).status).toBe(200);
  });

  test('says if not all events are shown', async () => {
    const lines = Array.from({ length: 2_000 }, (_, number) => JSON.stringify(sent(`n${number}`, {})));
    await post(chancery.url, lines.join('\n'), { 'content-type': 'application/x-ndjson' });
    await record(amendment);
    const { json } = await get(`/mous/${mou.stream}`);
    expect([json.mou.shipments.length, json.mou.steps.length, json.mou.complete]).toEqual([2_000, 0, false]);
  });

  test('counts the days from the signing if the first step of a shipment is retracted', async () => {
    await record(mou);
    await record({ ...sent('one', {}), id: uuid(1) });
    await record(retraction(uuid(1), 'shipment-one'));
    await record({ ...sent('one', {}), occurred: '2025-11-01' });
    const { text } = await get(`/mous/${mou.stream}`, { accept: 'text/html' });
    expect(text).toContain('<p class="interval">54 days from the signing</p>');
    expect(text).not.toContain('previous step');
  });

  test.each(['mou-nowhere', 'shipment-one', 'nothing'])('returns 404 for %s', async (stream) => {
    await record(sent('one', {}));
    const { status, json } = await get(`/mous/${stream}`);
    expect([status, json.type]).toEqual([404, '/problems/unknown-record']);
  });

  test.each(['limit=5', 'cursor=a', 'from=2025', 'asOf=soon'])('refuses ?%s', async (query) => {
    await record(mou);
    expect((await get(`/mous/${mou.stream}?${query}`)).status).toBe(400);
  });
});

describe('GET /mous/{stream} with words', () => {
  const path = `/mous/${mou.stream}`;
  let before = '';

  beforeEach(async () => {
    await record({ ...mou, id: uuid(1) });
    await record({ ...amendment, id: uuid(2), sources: [{ outlet: 'Xinhua' }] });
    before = await record({ ...sent('one', {}), id: uuid(3) });
    await record({ ...sent('two', { goods: [{ description: 'copper for the refinery' }] }), id: uuid(4) });
  });

  async function found(query: string): Promise<readonly string[]> {
    const { status, json } = await get(`${path}?${query}`);
    expect([status, json.mou.title, json.mou.complete]).toEqual([200, mou.data.title, true]);
    const steps = [json.mou, ...json.mou.shipments].flatMap((each) => each.steps);
    return steps.map(({ id }: { id: string }) => id);
  }

  test('keeps the steps and the shipments in which all of this is said', async () => {
    expect(await found('q=refinery')).toEqual([uuid(2), uuid(4)]);
    expect(await found('q=%22built+in+karachi%22')).toEqual([uuid(2)]);
    expect(await found('outlet=xinhua')).toEqual([uuid(2)]);
    expect(await found('q=refinery&outlet=Dawn')).toEqual([uuid(4)]);
    expect(await found(`q=refinery&asOf=${before}`)).toEqual([uuid(2)]);
    expect(await found('relay=Lin+Jian')).toEqual([]);
  });

  test('does not count days from a step that is not shown', async () => {
    const arrival = { ...sent('two', { goods: [{ description: 'copper' }] }), type: 'ShipmentArrived' };
    await record({ ...arrival, occurred: '2025-11-20', sources: [{ outlet: 'Nikkei' }] });
    const intervalsOf = async (query: string) => {
      const { text } = await get(`${path}?${query}`, { accept: 'text/html' });
      return [...text.matchAll(/<p class="interval">(.*?)<\/p>/g)].map(([, interval]) => interval);
    };
    const [amended, announced, arrived] = ['54 days', '23 to 53 days', '20 to 50 days'];
    expect(await intervalsOf('')).toEqual([
      `${amended} from the previous step`,
      `${announced} from the signing`,
      `${announced} from the signing`,
      `${arrived} from the previous step`,
    ]);
    expect(await intervalsOf('q=copper')).toEqual([
      `${announced} from the signing`,
      `${arrived} from the previous step`,
    ]);
    expect(await intervalsOf('q=refinery')).toEqual([`${announced} from the signing`]);
    for (const outlet of ['Xinhua', 'Nikkei']) expect(await intervalsOf(`outlet=${outlet}`)).toEqual([]);
  });

  test('finds words until they are corrected', async () => {
    const position = await record(correction(uuid(2), mou.stream, { amendment: 'A plant is to be built.' }));
    expect(await found('q=karachi')).toEqual([]);
    expect(await found(`q=karachi&asOf=${before}`)).toEqual([uuid(2)]);
    expect(await found(`q=plant&asOf=${position}`)).toEqual([uuid(2)]);
  });

  test('has the same in exports, changes and pages, whose form has the words', async () => {
    const lines = (await get(`${path}.ndjson?q=karachi`)).text.split('\n').filter((line) => line !== '');
    expect(lines.map((line) => JSON.parse(line).event.id)).toEqual([uuid(2)]);
    const { changes } = (await get(`${path}/changes?q=karachi`)).json;
    expect(changes).toHaveLength(1);
    const { status, text } = await get(`${path}?q=karachi`, { accept: 'text/html' });
    expect(status).toBe(200);
    expect(text).toMatch(/<input id="f-q"[^>]* value="karachi"/);
    expect(text).toContain('<bdi>Words: karachi</bdi>');
    expect([text.includes(uuid(2)), text.includes(uuid(3))]).toEqual([true, false]);
    expect(text).toContain('0 of 2 shipments</h2>');
    expect(text).toContain('No shipment matches the filter.');
    const refused = await get(`${path}?q=%22karachi`, { accept: 'text/html' });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(`>${mou.data.title}</h1>`);
    expect(refused.text).toContain('<p class="error" id="error-q"');
  });
});

describe('GET /mous/unknown', () => {
  test('is filtered by words', async () => {
    const { implements: _, ...unlinked } = shipment.data;
    await record({ ...shipment, id: uuid(1), stream: 'shipment-one', data: unlinked });
    const goods = [{ description: 'copper' }];
    await record({ ...shipment, id: uuid(2), stream: 'shipment-two', data: { ...unlinked, goods } });
    const { json } = await get('/mous/unknown?q=copp*&outlet=dawn');
    expect(json.total).toBe(1);
    expect(json.entries).toMatchObject([{ event: { id: uuid(2) } }]);
    expect((await get('/mous/unknown.csv?q=copper')).text.split('\n').length).toBe(3);
    expect((await get('/mous/unknown?q=copper', { accept: 'text/html' })).text).toContain('Words: copper');
  });

  test('pages through the shipments without a known agreement', async () => {
    const { implements: _, ...unlinked } = shipment.data;
    await record({ ...shipment, id: uuid(1), stream: 'shipment-one', data: unlinked });
    await record({ ...shipment, id: uuid(2), stream: 'shipment-two', occurred: '2025-11', data: unlinked });
    await record(sent('three', { implements: [] }));
    await record(sent('four', {}));
    const first = await get('/mous/unknown?limit=1');
    expect(first.json).toMatchObject({
      mou: null,
      entries: [
        { event: { id: uuid(1), stream: 'shipment-one' }, type: 'ShipmentAnnounced', data: unlinked },
      ],
      next: expect.any(String),
    });
    const second = await get(nextOf(first) ?? '');
    expect(second.json).toMatchObject({ entries: [{ event: { id: uuid(2) } }], next: null });
    expect((await get('/mous/unknown?from=2025-11')).json.entries).toHaveLength(1);
  });

  test('is empty if there are none', async () => {
    expect((await get('/mous/unknown')).json).toEqual({
      mou: null,
      asOf: null,
      total: 0,
      isTotalExact: true,
      entries: [],
      next: null,
    });
  });
});

describe('GET /mous', () => {
  test('shows for each agreement whether shipments implement it', async () => {
    expect((await get('/mous')).json).toEqual({
      asOf: null,
      total: 0,
      mous: [],
      shipmentsWithoutMou: '/mous/unknown',
      next: null,
    });
    await record(signed('a'));
    await record({ ...amendment, stream: 'mou-a' });
    await record(sent('one', { implements: ['mou-a'] }));
    await record(sent('two', { implements: ['mou-a', 'mou-c'] }));
    const position = await record(signed('b'));
    const { json } = await get('/mous');
    const days = { edtf: '2025-09-08', earliest: '2025-09-08', latest: '2025-09-08', certainty: 'certain' };
    const ends = { inForceFrom: null, until: null, terminatedOn: null, amounts: [] };
    const known = {
      ...ends,
      title: mou.data.title,
      instrument: 'mou',
      signed: days,
      parties: mou.data.parties,
      topics: mou.data.topics,
      state: 'signed',
      changedAt: expect.any(String),
    };
    const nothing = { title: null, instrument: null, signed: null, state: null, changedAt: null };
    const unsigned = { ...ends, ...nothing, parties: [], topics: [] };
    expect(json).toEqual({
      asOf: { position, instant: expect.any(String), token: expect.any(String) },
      total: 3,
      mous: [
        { stream: 'mou-a', ...known, events: 4, shipments: 2, shipmentsKnown: true },
        { stream: 'mou-b', ...known, events: 1, shipments: 0, shipmentsKnown: false },
        { stream: 'mou-c', ...unsigned, events: 1, shipments: 1, shipmentsKnown: true },
      ],
      shipmentsWithoutMou: '/mous/unknown',
      next: null,
    });
  });

  test('does not count retracted shipments', async () => {
    await record(signed('a'));
    await record({ ...sent('one', { implements: ['mou-a'] }), id: uuid(1) });
    await record(retraction(uuid(1), 'shipment-one'));
    const expected = [{ stream: 'mou-a', events: 2, shipments: 0, shipmentsKnown: false }];
    expect((await get('/mous?shipments=none')).json.mous).toMatchObject(expected);
  });

  test('pages through all agreements, or through those without shipments, in any state', async () => {
    for (const key of ['a', 'b', 'c', 'd']) await record(signed(key));
    const before = await record(sent('one', { implements: ['mou-b'] }));
    const { implements: _, ...unlinked } = shipment.data;
    await record({ ...shipment, data: unlinked });
    await record(sent('two', { implements: ['mou-d'] }));
    const first = await get('/mous?limit=2');
    const second = await get(nextOf(first) ?? '');
    expect([first, second].map(streamsOf)).toEqual([
      ['mou-a', 'mou-b'],
      ['mou-c', 'mou-d'],
    ]);
    expect([second.json.next, nextOf(second)]).toEqual([null, undefined]);
    expect([first, second].map(({ json }) => json.total)).toEqual([4, 4]);
    expect((await get('/mous?limit=2&asOf=2')).json.total).toBe(2);
    expect(streamsOf(await get('/mous?shipments=none'))).toEqual(['mou-a', 'mou-c']);
    expect(streamsOf(await get(`/mous?shipments=none&asOf=${before}`))).toEqual(['mou-a', 'mou-c', 'mou-d']);
    const page = await get('/mous?shipments=none&limit=1');
    expect(page.json.total).toBe(2);
    expect(streamsOf(await get(nextOf(page) ?? ''))).toEqual(['mou-c']);
  });

  test('continues on the next page if it has read many agreements and found none', async () => {
    // given: 1,100 agreements with shipments, and after them one without
    for (let hundred = 10; hundred < 21; hundred += 1) {
      const implemented = Array.from(
        { length: 100 },
        (_, n) => `mou-${hundred}${String(n).padStart(2, '0')}`,
      );
      await record(sent(`n${hundred}`, { implements: implemented }));
    }
    await record(signed('z'));
    const first = await get('/mous?shipments=none');
    expect([streamsOf(first), first.json.next]).toEqual([[], expect.any(String)]);
    expect(first.json.total).toBe(null);
    expect(streamsOf(await get(nextOf(first) ?? ''))).toEqual(['mou-z']);
  });

  test('returns 304 until an agreement changes', async () => {
    await record(signed('a'));
    const conditional = { 'if-none-match': String((await get('/mous')).headers['etag']) };
    expect((await get('/mous', conditional)).status).toBe(304);
    await record(sent('one', { implements: ['mou-a'] }));
    expect((await get('/mous', conditional)).status).toBe(200);
  });

  test.each(['shipments=some', 'limit=201', 'cursor=a', 'order=up'])('refuses ?%s', async (query) => {
    const { status, json } = await get(`/mous?${query}`);
    expect([status, json.type]).toEqual([400, '/problems/invalid-query']);
  });
});
