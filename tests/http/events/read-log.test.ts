import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { briefing, mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const NDJSON = { accept: 'application/x-ndjson' };
const SSE = { accept: 'text/event-stream' };

async function record(first: number, last: number): Promise<void> {
  for (let number = first; number <= last; number += 1)
    await post(chancery.url, { ...briefing, id: uuid(number) });
}

async function readNdjson(cursor?: string | null) {
  const query = cursor ? `?cursor=${cursor}` : '';
  const { text } = await ask(chancery.url, `/events${query}`, { headers: NDJSON });
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id?: string; cursor?: string | null });
  return { ids: lines.slice(0, -1).map(({ id }) => id), cursor: lines.at(-1)?.cursor };
}

describe('a page of the log', () => {
  test('has the cursor after its last event, also on the last page', async () => {
    expect((await ask(chancery.url, '/events')).json).toEqual({ events: [], next: null, cursor: null });
    await record(1, 3);
    const { json } = await ask(chancery.url, '/events?limit=5');
    expect(json).toMatchObject({ next: null, cursor: expect.any(String) });
    const later = `/events?cursor=${json.cursor}`;
    expect((await ask(chancery.url, later)).json).toEqual({ events: [], next: null, cursor: json.cursor });
    await record(4, 5);
    expect((await ask(chancery.url, later)).json.events).toMatchObject([{ id: uuid(4) }, { id: uuid(5) }]);
  });
});

describe('the log as a table', () => {
  test('has a row for each event, whose payload is exact, and a description', async () => {
    await record(1, 2);
    await post(chancery.url, { ...mou, id: uuid(3) });
    const { status, headers, text } = await ask(chancery.url, '/events.csv');
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
    const rows = parse(text, { columns: true, bom: true }) as readonly Record<string, string>[];
    expect(rows.map(({ id }) => id)).toEqual([uuid(1), uuid(2), uuid(3)]);
    const { json } = await ask(chancery.url, '/events?order=desc&limit=1');
    const [{ position, recordedAt, data }] = json.events;
    expect(rows.at(-1)).toEqual({
      ...{ position, id: uuid(3), type: 'MouSigned', record: mou.stream, revision: '0' },
      ...{ occurred: '2025-09-08', recorded_at: recordedAt, actor: 'local', outlets: 'Dawn' },
      ...{ source_urls: 'https://www.dawn.com/news/1', data: JSON.stringify(data) },
      url: `${chancery.url}/events/${uuid(3)}`,
    });
    expect(headers['link']).toContain('</events.datapackage.json>; rel="describedby"');
    const { resources } = JSON.parse((await ask(chancery.url, '/events.datapackage.json')).text);
    const names = resources[0].schema.fields.map(({ name }: { name: string }) => name);
    expect(names).toEqual(Object.keys(rows[0] ?? {}));
  });

  test('takes no parameters, and is refused in formats that events do not have', async () => {
    const paged = await ask(chancery.url, '/events.csv?limit=1');
    expect([paged.status, paged.json.errors[0].parameter]).toEqual([400, 'limit']);
    const { status, json } = await ask(chancery.url, '/events.ics');
    const types = json.formats.map(({ type }: { type: string }) => type);
    expect([status, types]).toEqual([
      406,
      expect.arrayContaining(['text/csv', 'application/atom+xml', 'application/feed+json']),
    ]);
  });
});

describe('the log as NDJSON', () => {
  test('is whole, event by event as a page has them, and ends with a cursor', async () => {
    await record(1, 1_203);
    const { headers, text } = await ask(chancery.url, '/events', { headers: NDJSON });
    expect(headers).toMatchObject({ 'content-type': 'application/x-ndjson', vary: 'Accept' });
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toHaveLength(1_204);
    const { json } = await ask(chancery.url, '/events?limit=2');
    expect(lines.slice(0, 2)).toEqual(json.events);
    expect(lines.at(-1)).toEqual({ cursor: expect.any(String) });
  }, 60_000);

  test('goes on after the cursor', async () => {
    expect(await readNdjson()).toEqual({ ids: [], cursor: null });
    await record(1, 2);
    const first = await readNdjson();
    expect(first.ids).toEqual([uuid(1), uuid(2)]);
    expect(await readNdjson(first.cursor)).toEqual({ ids: [], cursor: first.cursor });
    await record(3, 4);
    expect((await readNdjson(first.cursor)).ids).toEqual([uuid(3), uuid(4)]);
    const page = await ask(chancery.url, `/events?cursor=${first.cursor}`);
    expect(page.json.events).toHaveLength(2);
  });

  test('refuses other parameters and the cursor of another log', async () => {
    await record(1, 1);
    const { cursor } = await readNdjson();
    const other = await startHarness();
    await post(other.url, mou);
    const refused = await ask(other.url, `/events?cursor=${cursor}`, { headers: NDJSON });
    await other.close();
    expect(refused).toMatchObject({ status: 400, json: { errors: [{ code: 'another-history' }] } });
    for (const query of ['limit=2', 'order=desc', 'cursor=x']) {
      expect(await ask(chancery.url, `/events?${query}`, { headers: NDJSON })).toMatchObject({
        status: 400,
        json: { errors: [{ parameter: query.split('=')[0] }] },
      });
    }
  });
});

interface Received {
  readonly id: string;
  readonly event: string;
}

/** Follows the log until it has received `count` events, then disconnects. */
async function follow(count: number, headers: Record<string, string> = {}, query = ''): Promise<Received[]> {
  const leaving = new AbortController();
  const response = await fetch(`${chancery.url}/events${query}`, {
    headers: { ...SSE, ...headers },
    signal: leaving.signal,
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  const blocks = () => [...text.matchAll(/^id: (\S+)\ndata: (.*)\n\n/gm)];
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    if (blocks().length >= count) break;
  }
  leaving.abort();
  return blocks().map(([, id = '', data = '']) => ({ id, event: (JSON.parse(data) as { id: string }).id }));
}

describe('the log as server-sent events', () => {
  test('is sent from its beginning, and then as events are recorded', async () => {
    await record(1, 3);
    const followed = follow(5);
    await record(4, 5);
    expect((await followed).map(({ event }) => event)).toEqual([1, 2, 3, 4, 5].map(uuid));
  });

  test('goes on after the event that the client had last, or after a cursor', async () => {
    await record(1, 4);
    const [, second] = await follow(4);
    const resumed = await follow(2, { 'last-event-id': second?.id ?? '' });
    expect(resumed.map(({ event }) => event)).toEqual([uuid(3), uuid(4)]);
    const { cursor } = await readNdjson();
    const followed = follow(1, {}, `?cursor=${cursor}`);
    await record(5, 5);
    expect((await followed).map(({ event }) => event)).toEqual([uuid(5)]);
  });

  test('refuses a Last-Event-ID that is not of this log', async () => {
    const refused = await ask(chancery.url, '/events', { headers: { ...SSE, 'last-event-id': 'x' } });
    expect(refused).toMatchObject({ status: 400, json: { errors: [{ parameter: 'Last-Event-ID' }] } });
  });

  test('ends when the server shuts down', async () => {
    await record(1, 1);
    const response = await fetch(`${chancery.url}/events`, { headers: SSE });
    const ended = response.text();
    chancery.stop();
    expect(await ended).toContain('retry: ');
  });
});
