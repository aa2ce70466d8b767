import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { briefing, correction, mou, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { askTwice as ask, nextOf, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

async function record(event: object): Promise<void> {
  const { status, json } = await post(chancery.url, event);
  expect([status, json]).toMatchObject([201, {}]);
  const [{ position }] = json.events;
  for (const path of ['/countries/PK', '/countries/CN']) {
    expect((await ask(chancery.url, `${path}?after=${position}`)).status).toBe(200);
  }
}

/** Records signings with these dates, and names each by its date. */
async function sign(...dates: readonly string[]): Promise<void> {
  for (const [index, occurred] of dates.entries()) {
    await record({ ...mou, id: uuid(index + 1), stream: `mou-${index + 1}`, occurred });
  }
}

/** Returns the dates of the entries of Pakistan. */
async function found(query = ''): Promise<readonly string[]> {
  const { json } = await ask(chancery.url, `/countries/PK?${query}`);
  return json.entries.map(({ occurred }: { occurred: { edtf: string } }) => occurred.edtf);
}

async function page(query = ''): Promise<string> {
  const { status, text } = await ask(chancery.url, `/countries/PK?${query}`, {
    headers: { accept: 'text/html' },
  });
  expect(status).toBe(200);
  return text;
}

describe('an unknown end', () => {
  test('may be any day from the known end on, but is never certain', async () => {
    await sign('1985/', '1985/..', '/1985');
    expect(await found()).toEqual(['/1985', '1985/', '1985/..']);
    expect(await found('from=2020')).toEqual(['1985/', '1985/..']);
    expect(await found('to=1900')).toEqual(['/1985']);
    expect(await found('from=1985&certain=true')).toEqual(['1985/..']);
    expect(await found('to=1985&certain=true')).toEqual([]);
    expect(await found('to=1984')).toEqual(['/1985']);
  });

  test('is shown apart from an open one', async () => {
    await sign('1985/', '1985/..');
    const { json } = await ask(chancery.url, '/countries/PK');
    const days = { earliest: '1985-01-01', latest: null, certainty: 'certain' };
    expect(json.entries.map(({ occurred }: { occurred: object }) => occurred)).toEqual([
      { edtf: '1985/', ...days, unknownEnd: 'end' },
      { edtf: '1985/..', ...days },
    ]);
    const html = await page();
    expect(html).toContain('from 1985, end unknown');
    expect(html).toContain('from 1985 on');
  });
});

describe.each([
  ['one of two days', '[2010-07-13,2010-07-31]', '13 or 31 July 2010'],
  ['both of two days', '{2010-07-13,2010-07-31}', '13 and 31 July 2010'],
])('%s', (_name, set, words) => {
  test.each([
    ['from=2010-07-13&to=2010-07-31', true, true],
    ['from=2010-07', true, true],
    ['from=2010-07-13&to=2010-07-30', true, false],
    ['from=2010-07-31&to=2010-08-31', true, false],
    ['from=2010-07-14&to=2010-07-30', false, false],
    ['from=2010-08', false, false],
    ['to=2010-07-12', false, false],
  ])('is possible and certain in ?%s: %s, %s', async (range, isPossible, isCertain) => {
    await sign(set);
    expect(await found(range)).toEqual(isPossible ? [set] : []);
    expect(await found(`${range}&certain=true`)).toEqual(isCertain ? [set] : []);
  });

  test('is shown in words, and counted on its days', async () => {
    await sign(set);
    const html = await page();
    expect(html).toContain(`${words}`);
    expect(html).toContain('13 July 2010</a></th><td class="number">1</td>');
    expect(html).not.toContain('20 July 2010');
  });
});

describe('a qualified date', () => {
  const dates = ['2025-09-08', '2025-09-08?', '2025-09-08~', '2025-09-08%'];

  test('is never certain', async () => {
    await sign(...dates, '2025-09?', '2025-09-07~/2025-09-09', '[2025-09-08,2025-09-09?]');
    expect(await found('certain=true')).toEqual(['2025-09-08']);
    expect(await found('certain=true&from=2025-09&to=2025-09')).toEqual(['2025-09-08']);
    expect(await found('certain=true&from=2020&order=desc')).toEqual(['2025-09-08']);
  });

  test.each([
    ['from=2025-09-09&to=2025-09-09', ['2025-09-08~', '2025-09-08%']],
    ['from=2025-09-07&to=2025-09-07', ['2025-09-08~', '2025-09-08%']],
    ['from=2025-09-08&to=2025-09-08', dates],
    ['from=2025-09-10', []],
    ['to=2025-09-06', []],
  ])('that is approximate reaches a day further: ?%s', async (range, expected) => {
    await sign(...dates);
    expect(await found(range)).toEqual(expected);
    expect(await found(`${range}&order=desc`)).toEqual(expected.toReversed());
  });

  test('that is approximate is sorted by its stated days', async () => {
    await sign('2025-09-10~', '2025-09-09', '2025-09-08~', '2025-10~');
    const inOrder = ['2025-09-08~', '2025-09-09', '2025-09-10~', '2025-10~'];
    expect(await found('from=2025-09-09&to=2025-09-09')).toEqual(inOrder);
    const first = await ask(chancery.url, '/countries/PK?from=2025-09-09&to=2025-09-09&limit=3');
    const next = await ask(chancery.url, nextOf(first) ?? '');
    expect(next.json.entries).toMatchObject([{ occurred: { edtf: '2025-10~', certainty: 'approximate' } }]);
  });

  test('that is corrected to a certain one is found for certain', async () => {
    await sign('2025-09-08~');
    const corrected = correction(uuid(1), 'mou-1');
    await record({ ...corrected, data: { ...corrected.data, occurred: '2025-09-08' } });
    expect(await found('certain=true')).toEqual(['2025-09-08']);
    expect(await found('certain=true&asOf=1')).toEqual([]);
    expect(await found('to=2025-09-07&asOf=1')).toEqual(['2025-09-08~']);
    expect(await found('to=2025-09-07')).toEqual([]);
  });
});

describe('events of one day', () => {
  const held = (number: number, startsAt?: { local: string; zone: string }) => ({
    ...briefing,
    id: uuid(number),
    data: { ...briefing.data, ...(startsAt && { startsAt }) },
  });
  const numbers = async (query: string): Promise<readonly number[]> => {
    const { json } = await ask(chancery.url, `/countries/${query}`);
    return json.entries.map(({ id }: { id: string }) => Number(id.slice(-2)));
  };

  test('are sorted by the time at which they started, and those without one come last', async () => {
    await record(held(1));
    await record(held(2, { local: '2025-10-13T17:00', zone: 'Asia/Shanghai' }));
    await record(held(3, { local: '2025-10-13T09:00', zone: 'Asia/Shanghai' }));
    await record(held(4, { local: '2025-10-13T08:00', zone: 'Europe/Berlin' })); // 14:00 in Shanghai
    await record(held(5));
    expect(await numbers('CN?order=asc')).toEqual([3, 4, 2, 1, 5]);
    expect(await numbers('CN?order=desc')).toEqual([5, 1, 2, 4, 3]);
    const first = await ask(chancery.url, '/countries/CN?limit=2');
    expect((await ask(chancery.url, nextOf(first) ?? '')).json.entries).toMatchObject([
      { id: uuid(2) },
      { id: uuid(1) },
    ]);
  });

  test('move when their time is corrected', async () => {
    await record({ ...held(1, { local: '2025-10-13T17:00', zone: 'UTC' }), stream: 'briefing-1' });
    await record(held(2, { local: '2025-10-13T09:00', zone: 'UTC' }));
    const earlier = held(1, { local: '2025-10-13T07:00', zone: 'UTC' });
    await record(correction(uuid(1), 'briefing-1', earlier.data));
    expect(await numbers('CN')).toEqual([1, 2]);
    expect(await numbers('CN?asOf=2')).toEqual([2, 1]);
  });

  test('are sorted by the life of their record, in whatever order they were recorded', async () => {
    const step = (number: number, type: string, stream: string, data: object = {}) =>
      record({ ...mou, id: uuid(number), type, stream, occurred: '2025-10-02', data });
    await step(1, 'ShipmentArrived', 'shipment-1', shipment.data);
    await step(2, 'ShipmentDispatched', 'shipment-1', shipment.data);
    await step(3, 'ShipmentAnnounced', 'shipment-1', shipment.data);
    await step(4, 'MouSigned', 'mou-1', mou.data);
    await step(5, 'MouTerminated', 'mou-1', { terminatedOn: '2025-10-02' });
    await step(6, 'MouEnteredIntoForce', 'mou-1', { inForceFrom: '2025-10-02' });
    expect(await numbers('PK?types=ShipmentAnnounced,ShipmentDispatched,ShipmentArrived')).toEqual([3, 2, 1]);
    expect(await numbers('PK?types=MouSigned,MouEnteredIntoForce,MouTerminated')).toEqual([4, 6, 5]);
    const { json } = await ask(chancery.url, '/mous/mou-1');
    expect(json.mou.steps.map(({ type }: { type: string }) => type)).toEqual([
      'MouSigned',
      'MouEnteredIntoForce',
      'MouTerminated',
    ]);
  });
});

test('EDTF that is not supported is refused with the reason', async () => {
  const { status, json } = await post(chancery.url, { ...mou, occurred: '2025-?09' });
  expect(status).toBe(400);
  expect(json.errors).toMatchObject([
    {
      pointer: '/occurred',
      code: 'unsupported-date',
      detail: expect.stringContaining('qualifier of a part'),
    },
  ]);
});
