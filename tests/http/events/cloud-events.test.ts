import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { amendment, briefing, mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const cloudEvent = ({ type, stream, ...content }: { type: string; stream?: string }, id = 'report-1') => ({
  specversion: '1.0',
  id,
  source: 'https://monitor.example/reports',
  type: `example.monitor.${type}`,
  ...(stream !== undefined && { subject: stream }),
  time: '2025-12-01T10:00:00Z',
  datacontenttype: 'application/json',
  data: content,
});

const send = (body: unknown, kind = 'cloudevents', query = '') =>
  ask(chancery.url, `/events${query}`, {
    method: 'POST',
    headers: { 'content-type': `application/${kind}+json; charset=utf-8` },
    body: JSON.stringify(body),
  });
const sendBatch = (body: unknown, query = '') => send(body, 'cloudevents-batch', query);

const logged = async () =>
  (await chancery.store.readAll({ direction: 'forwards', maxCount: 100 })).map(({ type, stream }) => [
    type,
    stream,
  ]);

describe('a CloudEvent', () => {
  test('is recorded as the event that it carries, and only once', async () => {
    const first = await send({ ...cloudEvent(mou), correlationid: 'desk-4' });
    expect(first).toMatchObject({
      status: 201,
      json: { events: [{ type: 'MouSigned', stream: mou.stream }] },
    });
    expect(await send(cloudEvent(mou))).toMatchObject({ status: 200, json: { events: first.json.events } });
    expect(await logged()).toEqual([['MouSigned', mou.stream]]);
    const { json } = await ask(chancery.url, `/events/${first.json.events[0].id}`);
    expect(json.event).toMatchObject({ correlationId: 'desk-4', data: mou.data, sources: mou.sources });
  });

  test('keeps an id that is a UUID; other ids are unique per source', async () => {
    expect((await send(cloudEvent(mou, uuid(7)))).json.events[0].id).toBe(uuid(7));
    const [one, other] = [
      await send(cloudEvent(briefing)),
      await send({ ...cloudEvent(briefing), source: 'https://other.example' }),
    ];
    expect([one.status, other.status]).toEqual([201, 201]);
    expect(one.json.events[0].id).not.toBe(other.json.events[0].id);
  });

  test('may be sent with a precondition, and as a dry run', async () => {
    expect((await send(cloudEvent(mou), 'cloudevents', '?dryRun=true')).json).toMatchObject({ dryRun: true });
    expect(await logged()).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['another version', { specversion: '0.3' }, '/specversion'],
    ['no source', { source: undefined }, '/source'],
    ['an attribute that would be lost', { partitionkey: '4' }, '/partitionkey'],
    ['data in base64', { data: undefined, data_base64: 'e30=' }, '/data'],
    ['data of another type', { datacontenttype: 'text/xml' }, '/datacontenttype'],
    ['an unknown type', { type: 'example.MouAgreed' }, '/type'],
    ['a subject that names no record', { subject: 'Agreement 7' }, '/subject'],
    ['data that the type refuses', { data: { ...cloudEvent(mou).data, occurred: 'soon' } }, '/data/occurred'],
    ['a field of data that there is not', { data: { ...cloudEvent(mou).data, note: 'x' } }, '/data/note'],
  ])('with %s is refused, with a pointer into it', async (_name, changed, pointer) => {
    const { status, json } = await send({ ...cloudEvent(mou), ...changed });
    expect([status, json.type]).toEqual([400, '/problems/invalid-event']);
    expect(json.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });
});

describe('a CloudEvent in binary mode', () => {
  const attributes = {
    'ce-specversion': '1.0',
    'ce-id': 'report-1',
    'ce-source': 'https://monitor.example/reports',
    'ce-type': 'example.monitor.MouSigned',
    'ce-subject': mou.stream,
  };
  const sendBinary = (changed: Record<string, string> = {}, query = '') =>
    ask(chancery.url, `/events${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...attributes, ...changed },
      body: JSON.stringify(cloudEvent(mou).data),
    });

  test('is the same event as in structured mode', async () => {
    const first = await sendBinary({ 'ce-correlationid': 'desk%204', 'ce-revision': '7' });
    expect(first.status).toBe(201);
    const structured = { ...cloudEvent(mou), correlationid: 'desk 4' };
    expect(await send(structured)).toMatchObject({ status: 200, json: { events: first.json.events } });
    expect(await logged()).toEqual([['MouSigned', mou.stream]]);
  });

  test('decodes its attributes, from between quotation marks as well', async () => {
    const { id } = (await send({ ...cloudEvent(mou), source: 'Caf\u00e9 "7" \u20ac' })).json.events[0];
    for (const source of ['Caf%C3%A9%20%227%22%20%e2%82%ac', '"Caf%C3%A9 \\"7\\" %E2%82%AC"']) {
      expect(await sendBinary({ 'ce-source': source })).toMatchObject({
        status: 200,
        json: { events: [{ id }] },
      });
    }
  });

  test('may be a dry run, and have a precondition', async () => {
    expect((await sendBinary({}, '?dryRun=true')).json).toMatchObject({ dryRun: true });
    await sendBinary();
    expect((await sendBinary({ 'ce-id': 'report-2', 'if-none-match': '*' })).status).toBe(412);
  });

  test.each<[string, Record<string, string>, string]>([
    ['another version', { 'ce-specversion': '0.3' }, '/specversion'],
    ['an attribute that would be lost', { 'ce-partitionkey': '4' }, '/partitionkey'],
    ['an attribute of an odd name', { 'ce-__proto__': '4' }, '/__proto__'],
    ['an overlong encoding', { 'ce-source': 'a%C0%A0b' }, '/source'],
    ['a percent sign that encodes nothing', { 'ce-source': '100%' }, '/source'],
    ['a character beyond ASCII', { 'ce-source': 'Caf\u00e9' }, '/source'],
    ['the type of the data twice', { 'ce-datacontenttype': 'application/json' }, '/datacontenttype'],
    ['data as a header', { 'ce-data': '{}' }, '/data'],
    ['an unknown type', { 'ce-type': 'example.MouAgreed' }, '/type'],
    ['a subject that names no record', { 'ce-subject': 'Agreement%207' }, '/subject'],
  ])('with %s is refused, with a pointer into it', async (_name, changed, pointer) => {
    const { status, json } = await sendBinary(changed);
    expect([status, json.type]).toEqual([400, '/problems/invalid-event']);
    expect(json.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  test('has JSON as its data; in structured mode, its headers say nothing', async () => {
    expect((await sendBinary({ 'content-type': 'application/x-ndjson' })).status).toBe(415);
    const headers = { 'content-type': 'application/cloudevents+json', ...attributes, 'ce-id': 'other' };
    const body = JSON.stringify(cloudEvent(mou));
    const { json } = await ask(chancery.url, '/events', { method: 'POST', headers, body });
    expect((await sendBinary()).json.events).toEqual(json.events);
  });
});

describe('a batch of CloudEvents', () => {
  test('is recorded event by event, in the order of each record', async () => {
    const batch = [cloudEvent(mou, '1'), cloudEvent(amendment, '2'), cloudEvent(briefing, '3')];
    const { status, json } = await sendBatch(batch);
    expect(status).toBe(200);
    expect(json.outcomes).toMatchObject([
      { index: 0, status: 201, warnings: [] },
      { index: 1, status: 201, warnings: [] },
      { index: 2, status: 201 },
    ]);
    expect((await sendBatch(batch)).json.outcomes).toMatchObject([
      { status: 200 },
      { status: 200 },
      { status: 200 },
    ]);
    expect(await logged()).toHaveLength(3);
  });

  test('is no success if an event is refused, and can be sent again', async () => {
    const wrong = { ...cloudEvent(briefing, '2'), data: { occurred: '2025', data: {}, sources: [] } };
    const { status, json } = await sendBatch([cloudEvent(mou, '1'), wrong]);
    expect([status, json.type]).toEqual([400, '/problems/batch-refused']);
    expect(json.outcomes).toMatchObject([
      { index: 0, status: 201 },
      { index: 1, status: 400, problem: { type: '/problems/invalid-event', errors: expect.any(Array) } },
    ]);
    expect((await sendBatch([cloudEvent(mou, '1'), cloudEvent(briefing, '2')])).status).toBe(200);
  });

  test('is checked in a dry run', async () => {
    const { json } = await sendBatch([cloudEvent(mou, '1'), cloudEvent(amendment, '2')], '?dryRun=true');
    expect(json).toMatchObject({ dryRun: true, outcomes: [{ warnings: [] }, { warnings: [] }] });
    expect(await logged()).toEqual([]);
  });

  test('must be an array of at most 500', async () => {
    expect((await sendBatch(cloudEvent(mou))).status).toBe(400);
    expect((await sendBatch(Array.from({ length: 501 }, () => ({})))).status).toBe(400);
    expect(await sendBatch([])).toMatchObject({ status: 200, json: { outcomes: [] } });
  });
});
