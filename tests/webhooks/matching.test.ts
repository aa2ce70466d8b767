import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { briefing, correction, mou, retraction, shipment } from '../append/sent-events.ts';
import { type Harness, startHarness } from '../harness.ts';
import { type Answer, ask, post } from '../http/support/client.ts';
import { isSigned, Receiver } from './receiver.ts';

let chancery: Harness;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await new Receiver().start();
  chancery = await startHarness();
});

afterEach(async () => {
  await chancery.close();
  await receiver.close();
});

function subscribe(query: string, fields: object = {}): Promise<Answer> {
  return ask(chancery.url, '/subscriptions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, url: receiver.url, ...fields }),
  });
}

async function record(event: object): Promise<string> {
  const { status, json } = await post(chancery.url, event);
  expect(status).toBe(201);
  return json.events[0].id;
}

async function entriesOf(path: string) {
  return (await ask(chancery.url, path)).json.entries;
}

test('a subscription to words sends the entries in which they are said', async () => {
  expect((await subscribe('/search/entries?q=%22unbalanced')).status).toBe(400);
  const query = '/search/entries?outlet=dawn&q=antimony';
  expect((await subscribe(query)).status).toBe(201);
  await record(briefing);
  const id = await record(shipment);
  await receiver.untilReceived(1);
  expect(receiver.received[0]?.json.data.entry.id).toBe(id);
  expect((await entriesOf(`${query}&after=2`)).map((entry: { id: string }) => entry.id)).toEqual([id]);
});

describe('a subscription to the timeline of a country', () => {
  test('sends a signed message for each entry that is added, as the timeline shows it', async () => {
    const { status, json, headers } = await subscribe('/countries/PK?types=MouSigned');
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/subscriptions/${json.id}`);

    await record(briefing);
    await record(shipment);
    const id = await record(mou);
    await receiver.untilReceived(1);

    const [entry] = await entriesOf('/countries/PK?types=MouSigned');
    const [message] = receiver.received;
    expect(message?.json).toEqual({
      type: 'entry.added',
      timestamp: entry.recordedAt,
      data: {
        query: '/countries/PK?types=MouSigned',
        cause: {
          id,
          type: 'MouSigned',
          stream: mou.stream,
          position: entry.position,
          recordedAt: entry.recordedAt,
        },
        entry,
      },
    });
    expect(message?.headers['content-type']).toBe('application/json');
    expect(message && isSigned(message, json.secret)).toBe(true);
    expect(message && isSigned(message, 'whsec_AAAA')).toBe(false);
  });

  test('sends corrections and retractions of what it has sent', async () => {
    await subscribe('/countries/PK');
    const id = await record(mou);
    await record(correction(id));
    await record(retraction(id));
    await receiver.untilReceived(3);

    const statuses = receiver.received.map(({ json: { type, data } }) => [type, data.entry.status]);
    expect(statuses).toEqual([
      ['entry.added', 'current'],
      ['entry.changed', 'corrected'],
      ['entry.changed', 'retracted'],
    ]);
    expect(receiver.received.at(-1)?.json.data.entry).toEqual((await entriesOf('/countries/PK'))[0]);
  });

  test('tells when a correction makes an entry leave or join the query', async () => {
    await subscribe('/countries/PK');
    await subscribe('/countries/CN');
    const id = await record(mou);
    await receiver.untilReceived(1);
    const parties = mou.data.parties.map((party) => ({ ...party, country: 'CN' }));
    const cause = await record(correction(id, mou.stream, { ...mou.data, parties }));
    await receiver.untilReceived(3);

    const messages = receiver.received.map(({ json: { type, data } }) => ({ type, ...data }));
    const [entry] = await entriesOf('/countries/CN');
    const left = messages.find(({ type }) => type === 'entry.removed');
    expect(left).toMatchObject({ query: '/countries/PK', cause: { id: cause }, entry: { id } });
    expect(messages).toContainEqual(
      expect.objectContaining({ type: 'entry.added', query: '/countries/CN', entry }),
    );
  });

  test('sends a link from another record as a change', async () => {
    await subscribe('/countries/PK');
    const id = await record(mou);
    const stream = 'briefing-denial';
    const denial = await record({ ...briefing, stream });
    const data = { from: denial, to: id, relation: 'contradicts', basis: 'The ministry denies it.' };
    await record({ type: 'RecordLinked', stream, occurred: '2025-12-01', data, sources: mou.sources });
    await receiver.untilReceived(2);

    const [entry] = await entriesOf('/countries/PK');
    expect(entry.links).not.toEqual(receiver.received[0]?.json.data.entry.links);
    expect(receiver.received[1]?.json).toMatchObject({ type: 'entry.changed', data: { entry } });
  });
});

describe('a subscription', () => {
  test.each([
    ['/topics/rare-earths', ['BriefingHeld', 'ShipmentAnnounced']],
    ['/relations/US/Pakistan', ['MouSigned', 'ShipmentAnnounced']],
    [`/mous/${mou.stream}`, ['MouSigned', 'ShipmentAnnounced']],
    ['/events', ['BriefingHeld', 'MouSigned', 'ShipmentAnnounced']],
    ['/events?types=ShipmentAnnounced,BriefingHeld&from=2025-10-02', ['BriefingHeld', 'ShipmentAnnounced']],
    ['/events?certain=true&from=2025-10-02', ['BriefingHeld']],
    ['/projections/topic/timelines/critical-minerals', ['MouSigned']],
  ])('to %s gets what that timeline contains', async (query, types) => {
    const { status, json } = await subscribe(query);
    expect([status, json.query]).toEqual([
      201,
      query.replace('US/Pakistan', 'PK/US').replace(/\?types=(.*)&(from=.*)/, '?$2&types=$1'),
    ]);
    for (const event of [briefing, mou, shipment]) await record(event);
    await receiver.untilReceived(types.length);

    const position = String((await ask(chancery.url, '/events?order=desc&limit=1')).json.events[0].position);
    await untilCursor(json.id, position);
    expect(receiver.received.map((message) => message.json.data.entry.type)).toEqual(types);
  });

  test('to statements sends each statement of a briefing', async () => {
    await subscribe('/statements?speechAct=deny&speaker=LIN%20jian');
    const statement = (key: string, speechAct: string) => ({
      key,
      speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
      speechAct,
      text: [{ language: 'en', value: 'It is not so.' }],
      quoted: 'verbatim',
    });
    const statements = [statement('a', 'deny'), statement('b', 'affirm'), statement('c', 'deny')];
    await record({ ...briefing, data: { ...briefing.data, statements } });
    await receiver.untilReceived(2);

    expect(receiver.received.map(({ json }) => json.data.entry.statement)).toEqual(['a', 'c']);
    expect(new Set(receiver.ids).size).toBe(2);
  });

  test('begins with the next event, or where it is asked to', async () => {
    const first = await post(chancery.url, mou);
    const { position } = first.json.events[0];
    await record(shipment);
    await subscribe('/countries/PK');
    const present = (await ask(chancery.url, '/subscriptions')).json.subscriptions[0].cursor.position;
    expect(Number(present)).toBe(Number(position) + 1);
    expect(receiver.received).toEqual([]);

    await subscribe('/countries/PK', { after: position });
    await receiver.untilReceived(1);
    await subscribe('/countries/PK', { after: 'start' });
    await receiver.untilReceived(3);

    const types = receiver.received.map(({ json }) => json.data.entry.type);
    expect(types).toEqual(['ShipmentAnnounced', 'MouSigned', 'ShipmentAnnounced']);
    // The same query, entry and version have the same id.
    expect(receiver.ids[2]).toBe(receiver.ids[0]);
  });

  test('sends the same ids for the same filter, however it is written', async () => {
    await subscribe('/countries/PK?types=MouSigned,ShipmentAnnounced&countries=US');
    await subscribe('/countries/Pakistan?countries=United%20States&types=ShipmentAnnounced,MouSigned');
    await subscribe('/countries/PK?types=MouSigned');
    await record(mou);
    await receiver.untilReceived(3);

    expect(new Set(receiver.ids).size).toBe(2);
  });
});

async function untilCursor(id: string, position: string): Promise<void> {
  for (;;) {
    const { cursor } = (await ask(chancery.url, `/subscriptions/${id}`)).json;
    if (cursor?.position === position) return;
  }
}
