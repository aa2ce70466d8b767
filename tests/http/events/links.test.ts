import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { briefing, mou, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});

afterEach(() => chancery.close());

const get = (path: string, headers = {}): Promise<Answer> => ask(chancery.url, path, { headers });
const page = (path: string): Promise<Answer> => get(path, { accept: 'text/html' });

const denied = { ...shipment, id: uuid(2), stream: 'shipment-samples' };
const denial = { ...briefing, id: uuid(3), stream: 'briefing-denial' };
const link = {
  type: 'RecordLinked',
  id: uuid(4),
  stream: 'briefing-denial',
  occurred: '2025-10-14',
  data: { from: uuid(3), to: 'shipment-samples', relation: 'contradicts', basis: 'It denies the shipment.' },
  sources: [{ outlet: 'The desk' }],
};

/** Waits until the timelines have the event. */
async function record(...events: readonly object[]): Promise<void> {
  for (const event of events) {
    const { status, json } = await post(chancery.url, event);
    expect(status).toBe(201);
    expect((await get(`/countries/PK?after=${json.events[0].position}`)).status).toBe(200);
    expect((await get(`/mous/${mou.stream}?after=${json.events[0].position}`)).status).toBe(200);
  }
}

describe('a shipment that a briefing denies', () => {
  beforeEach(() => record({ ...mou, id: uuid(1) }, denied, denial, link));

  test('says so on its entry, its event, its record and the chain of its agreement', async () => {
    const contradictedBy = [uuid(3)];
    const { entries } = (await get('/countries/PK?types=ShipmentAnnounced')).json;
    expect(entries).toMatchObject([{ id: uuid(2), links: { implements: [mou.stream], contradictedBy } }]);
    expect((await get(`/events/${uuid(2)}`)).json.links).toEqual({
      implements: [mou.stream],
      contradictedBy,
    });
    expect((await get('/streams/shipment-samples')).json.links).toEqual({ contradictedBy });
    const { shipments } = (await get(`/mous/${mou.stream}`)).json.mou;
    expect(shipments).toMatchObject([{ steps: [{ id: uuid(2), links: { contradictedBy } }] }]);
  });

  test('says so on its pages', async () => {
    const paths = [`/events/${uuid(2)}`, '/streams/shipment-samples', '/countries/PK', `/mous/${mou.stream}`];
    for (const path of paths) {
      const { text } = await page(path);
      expect(text).toMatch(
        new RegExp(`Contradicted by</(?:b|span|dt)>\\s*(?:<dd>)?<a href="/events/${uuid(3)}"`),
      );
    }
  });

  test('and the denial names the shipment', async () => {
    const { entries } = (await get('/countries/CN')).json;
    expect(entries).toMatchObject([{ id: uuid(3), links: { contradicts: ['shipment-samples'] } }]);
  });

  test('no longer says so when the link is withdrawn', async () => {
    const withdrawn = { withdraws: uuid(4), reason: 'Another shipment.' };
    const { occurred, sources, stream } = link;
    await record({ type: 'LinkWithdrawn', stream, occurred, data: withdrawn, sources });
    expect((await get(`/events/${uuid(2)}`)).json.links).toEqual({ implements: [mou.stream] });
    expect((await get('/streams/shipment-samples')).json.links).toEqual({});
    const { shipments } = (await get(`/mous/${mou.stream}`)).json.mou;
    expect(shipments[0].steps[0].links).toEqual({ implements: [mou.stream] });
  });
});

describe('the entity tag of a record', () => {
  test('changes with the links to it, and an append needs its events only', async () => {
    await record({ ...mou, id: uuid(1) }, denied, denial);
    const path = '/streams/shipment-samples';
    const before = String((await get(path)).headers['etag']);
    const eventBefore = String((await get(`/events/${uuid(2)}`)).headers['etag']);
    await record(link);
    expect((await get(path, { 'if-none-match': before })).status).toBe(200);
    expect((await get(`/events/${uuid(2)}`, { 'if-none-match': eventBefore })).status).toBe(200);
    const step = { ...denied, id: uuid(5), type: 'ShipmentCancelled', data: {} };
    const another = before.replace('"0.', '"1.');
    expect((await post(chancery.url, step, { 'if-match': another })).status).toBe(412);
    expect((await post(chancery.url, step, { 'if-match': before })).status).toBe(201);
  });
});

test('lines of one body that link events of earlier lines show at both ends', async () => {
  const lines = Array.from({ length: 20 }, (_, index) => [
    { ...denied, id: uuid(100 + index), stream: `shipment-${index}` },
    { ...link, id: uuid(200 + index), data: { ...link.data, to: uuid(100 + index) } },
  ]).flat();
  await record({ ...mou, id: uuid(1) }, denial);
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { text } = await post(chancery.url, body, { 'content-type': 'application/x-ndjson' });
  expect(text).toContain('"summary":{"recorded":40,');
  const { entries } = (await get('/countries/PK?types=ShipmentAnnounced&limit=100&after=42')).json;
  expect(entries).toHaveLength(20);
  for (const { links } of entries) expect(links).toMatchObject({ contradictedBy: [uuid(3)] });
});
