import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ChanceryClient, type EventToAppend, ProblemError } from '../../src/client/index.ts';
import { uuid } from '../append/sent-events.ts';
import { type Harness, startHarness } from '../harness.ts';
import { type LossyProxy, startLossyProxy } from './lossy-proxy.ts';

const sources = [{ outlet: 'Dawn' }];
const FAST = { backoffMs: 1 };

let chancery: Harness;
let proxy: LossyProxy;
let client: ChanceryClient;

beforeEach(async () => {
  chancery = await startHarness();
  proxy = await startLossyProxy(chancery.url);
  client = new ChanceryClient(proxy.url, FAST);
});
afterEach(async () => {
  proxy.close();
  await chancery.close();
});

function shipment(day: string): EventToAppend {
  const data = {
    origin: { country: 'PK' },
    destination: { country: 'US' },
    goods: [{ description: 'antimony' }],
  };
  return { type: 'ShipmentAnnounced', occurred: day, data, sources };
}

/** Appends a shipment a day, and returns the position of the last one. */
async function appendShipments(count: number): Promise<string> {
  let position = '';
  for (let day = 1; day <= count; day += 1) {
    const { events } = await client.append(shipment(`2025-10-${String(day).padStart(2, '0')}`));
    position = events[0]?.position ?? '';
  }
  return position;
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('append', () => {
  test('records an event once, however many answers are lost', async () => {
    proxy.losses = 3;
    const { events, warnings } = await client.append(shipment('2025-10'));
    expect(proxy.passed).toEqual(Array(4).fill('POST /events'));
    expect(events).toMatchObject([{ type: 'ShipmentAnnounced', revision: 0 }]);
    expect(warnings).toEqual([]);
    expect(await collect(client.events())).toMatchObject([{ id: events[0]?.id }]);
  });

  test('gives each event an id that begins with the time', async () => {
    const before = Date.now();
    const { events } = await client.append(shipment('2025-10'));
    const [, high = '', low = ''] =
      /^(\w{8})-(\w{4})-7\w{3}-[89ab]\w{3}-\w{12}$/.exec(events[0]?.id ?? '') ?? [];
    const madeAt = Number.parseInt(high + low, 16);
    expect(madeAt).toBeGreaterThanOrEqual(before);
    expect(madeAt).toBeLessThanOrEqual(Date.now());
  });

  test('keeps the ids and records of the caller', async () => {
    const event = { ...shipment('2025-10'), id: uuid(7), stream: 'shipment-antimony' } as const;
    const { events } = await client.append([event]);
    expect(events).toMatchObject([{ id: uuid(7), stream: 'shipment-antimony' }]);
    expect(await client.event(uuid(7))).toMatchObject({
      status: 'current',
      event: { data: { goods: [{}] } },
    });
  });

  test('throws the problem of an event that is refused, and does not send it again', async () => {
    const refused = client.append({ type: 'ShipmentAnnounced', occurred: 'soon', data: {}, sources });
    const error = await refused.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ status: 400, code: 'invalid-event' });
    expect((error as ProblemError).errors).toContainEqual(
      expect.objectContaining({ pointer: '/occurred', code: 'invalid-date' }),
    );
    expect(proxy.passed).toHaveLength(1);
  });

  test('throws if the record has changed since', async () => {
    const event = { ...shipment('2025-10'), stream: 'shipment-antimony' } as const;
    await client.append(event);
    const again = client.append({ ...event, type: 'ShipmentDispatched', data: {} }, { ifMatch: '"7"' });
    await expect(again).rejects.toMatchObject({ code: 'precondition-failed', problem: { actual: 0 } });
  });

  test('gives up after the attempts that it was given', async () => {
    proxy.losses = 9;
    const patient = new ChanceryClient(proxy.url, { ...FAST, attempts: 3 });
    await expect(patient.append(shipment('2025-10'))).rejects.toThrow();
    expect(proxy.passed).toHaveLength(3);
  });

  test('can be aborted while it waits for the next attempt', async () => {
    proxy.losses = 9;
    const stopping = new AbortController();
    const appending = new ChanceryClient(proxy.url, { backoffMs: 600_000 }).append(shipment('2025-10'), {
      signal: stopping.signal,
    });
    appending.catch(() => {});
    while (proxy.losses === 9) await new Promise(setImmediate);
    stopping.abort(new Error('stopped'));
    await expect(appending).rejects.toThrow('stopped');
  });
});

describe('a timeline', () => {
  test('is iterated over page by page', async () => {
    const after = await appendShipments(7);
    const entries = await collect(
      client.country('PK').entries({ limit: 3, after, types: ['ShipmentAnnounced'] }),
    );
    expect(entries.map(({ occurred }) => occurred.edtf)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((day) => `2025-10-0${day}`),
    );
    expect(entries[0]?.roles).toEqual(['origin']);
    expect(proxy.passed.filter((passed) => passed.startsWith('GET /countries/PK'))).toHaveLength(3);
  });

  test('of all events has those in which the words are said', async () => {
    const after = await appendShipments(2);
    const found = (q: string) => collect(client.allEvents().entries({ q, outlet: 'Dawn', after }));
    expect(await found('antim*')).toHaveLength(2);
    expect(await found('copper')).toEqual([]);
  });

  test('shows the state of the first page on all pages', async () => {
    const after = await appendShipments(3);
    const seen: string[] = [];
    for await (const { occurred } of client.country('Pakistan').entries({ limit: 2, after })) {
      if (seen.length === 0)
        await client
          .country('PK')
          .pages({ after: await appendShipments(1) })
          .next();
      seen.push(occurred.edtf);
    }
    expect(seen).toEqual(['2025-10-01', '2025-10-02', '2025-10-03']);
  });

  test('is read as of an earlier state', async () => {
    const early = await appendShipments(1);
    const after = await appendShipments(2);
    const timeline = client.relation('US', 'PK');
    expect(await collect(timeline.entries({ after }))).toHaveLength(3);
    expect(await collect(timeline.entries({ asOf: early }))).toHaveLength(1);
    const { value: page } = await timeline.pages({ after }).next();
    expect(await collect(timeline.entries({ asOf: page?.asOf?.token ?? '' }))).toHaveLength(3);
  });

  test('survives answers that are lost', async () => {
    const after = await appendShipments(5);
    proxy.losses = 2;
    expect(await collect(client.country('PK').entries({ limit: 2, after }))).toHaveLength(5);
  });

  test('throws the problem of a query that is refused', async () => {
    const reading = collect(client.country('PK').entries({ from: 'yesterday' }));
    await expect(reading).rejects.toMatchObject({ code: 'invalid-query', errors: [{ parameter: 'from' }] });
  });
});

describe('news', () => {
  test('count what was missed while the connection was lost', async () => {
    const position = await appendShipments(1);
    const stopping = new AbortController();
    const news = client.country('PK').news({ after: position }, { signal: stopping.signal });
    const first = news.next();
    await appendShipments(1);
    expect((await first).value).toMatchObject({ new: 1 });
    const second = news.next();
    proxy.cut();
    const last = await appendShipments(2);
    let [counted, update] = [0, (await second).value];
    while (update?.position !== last) {
      counted += update?.new ?? 0;
      update = (await news.next()).value;
    }
    expect(counted + (update?.new ?? 0)).toBe(2);
    stopping.abort();
    expect(await news.next()).toEqual({ done: true, value: undefined });
  });

  test('throw the problem of a query that is refused', async () => {
    const refused = client.country('PK').news({ from: 'yesterday' }).next();
    await expect(refused).rejects.toMatchObject({ code: 'invalid-query' });
  });
});
