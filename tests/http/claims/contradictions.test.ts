import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { retraction, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, nextOf, post } from '../support/client.ts';
import { affirmation, confirmation, DENIAL, denial, MEETING, meeting, notAware } from './talks.ts';

let chancery: Harness;
let last: string;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

async function record(...events: readonly object[]): Promise<void> {
  for (const event of events) {
    const { status, json } = await post(chancery.url, event);
    expect(status).toBe(201);
    last = json.events[0].position;
  }
}

const get = (path: string, headers = {}): Promise<Answer> =>
  ask(chancery.url, `${path}${path.includes('?') ? '&' : '?'}after=${last}`, { headers });
const listed = async (query = '') => (await get(`/contradictions${query}`)).json.contradictions;

const arrival = (id: string, occurred: string) => {
  return { ...shipment, type: 'ShipmentArrived', id, occurred, stream: 'shipment-a', data: {} };
};
const announced = { ...shipment, id: uuid(20), stream: 'shipment-a', occurred: '2025-10-01' };
const [first, second] = [arrival(uuid(21), '2025-10-20'), arrival(uuid(22), '2025-10-12')];

describe('a denial of what others affirm', () => {
  beforeEach(() => record(meeting, affirmation, denial, notAware));

  test('is listed with both sides, and the link that would confirm it', async () => {
    const [candidate, ...others] = await listed();
    expect(others).toEqual([]);
    expect(candidate).toMatchObject({
      kind: 'denial',
      state: 'open',
      about: MEETING,
      claim: { event: DENIAL, statement: '1', stance: 'denies', speechAct: 'deny' },
      against: [{ event: MEETING, stance: 'affirms', basis: 'source' }],
      link: { stream: denial.stream, from: DENIAL, to: MEETING, relation: 'contradicts' },
    });
  });

  test('is confirmed by recording that link, and as of before it is open', async () => {
    const [{ link }] = await listed();
    const { stream, ...data } = link;
    await record({ ...confirmation, stream, data: { ...data, basis: 'The spokesperson denies it.' } });
    expect(await listed()).toEqual([]);
    expect(await listed('?state=confirmed')).toMatchObject([{ state: 'confirmed', about: MEETING }]);
    expect(await listed('?state=all')).toHaveLength(1);
    expect(await listed('?asOf=4')).toMatchObject([{ state: 'open', about: MEETING }]);
  });

  test('is no candidate once it is retracted, or what it denies is', async () => {
    await record(retraction(MEETING, meeting.stream));
    expect(await listed()).toEqual([]);
    expect(await listed('?asOf=4')).toHaveLength(1);
    await record(retraction(DENIAL, denial.stream));
    expect(await listed('?state=all')).toEqual([]);
  });

  test('is on its page with a form for the link, and on the pages of both ends', async () => {
    await listed();
    for (const path of ['/contradictions', `/events/${MEETING}`, `/events/${DENIAL}`]) {
      const { text } = await ask(chancery.url, path, { headers: { accept: 'text/html' } });
      expect(text).toContain(
        `<a href="/record/links/${DENIAL}?to=${MEETING}&amp;relation=contradicts&amp;statement=1">Confirm`,
      );
    }
  });
});

describe('the page', () => {
  const page = async (query: string) => {
    const answer = await get(`/contradictions?${query}`, { accept: 'text/html' });
    return { ...answer, text: answer.text.replace(/\s+/g, ' ') };
  };

  beforeEach(() => record(meeting, affirmation, denial, notAware));

  test('has a form for the filters, with those that are set', async () => {
    const found = await page('state=all&countries=IN&q=place');
    expect(found.text).toContain('1 candidate');
    expect(found.text).toContain('name="countries" type="text" value="IN"');
    expect(found.text).toContain('<input type="hidden" name="state" value="all">');
    expect(found.text).toContain('Countries: India');
    expect((await page('countries=IN&q=chocolate')).text).toContain('matches the filter');
  });

  test('takes what its form sends without a script', async () => {
    const sent = await page('state=all&from=&to=&topics=&types=MeetingHeld&types=BriefingHeld&asOf=');
    expect([sent.status, sent.headers.location]).toEqual([
      308,
      expect.stringContaining('/contradictions?state=all&types=MeetingHeld,BriefingHeld'),
    ]);
  });

  test.each([
    ['from=yesterday', 'f-from'],
    ['countries=Atlantis', 'f-countries'],
    ['asOf=never', 'f-asOf'],
  ])('opens its form again for ?%s', async (query, id) => {
    const { status, text } = await page(query);
    expect(status).toBe(400);
    expect(text).toContain('<title>Error: Candidates of contradiction');
    expect(text).toContain(`<a href="#${id}">`);
    expect(text).toContain(`id="${id}"`);
  });
});

test('A denial of something that nobody affirms is no candidate', async () => {
  await record(denial);
  expect(await listed()).toEqual([]);
});

test('Two dates of one arrival are a candidate until one of them is corrected', async () => {
  await record(announced, first, second);
  expect(await listed()).toMatchObject([
    { kind: 'dates', about: uuid(21), claim: { event: uuid(22) }, against: [{ event: uuid(21) }] },
  ]);
  const data = {
    corrects: uuid(22),
    data: {},
    occurred: '2025-10-20',
    reason: 'The port corrected the day.',
  };
  await record({ ...confirmation, type: 'EventCorrected', stream: 'shipment-a', data });
  expect(await listed()).toEqual([]);
  expect(await listed('?asOf=3')).toHaveLength(1);
});

describe('the list', () => {
  beforeEach(() => record(meeting, denial, announced, first, second));

  test('is paged, newest first, and filtered as timelines are', async () => {
    const page = await get('/contradictions?limit=1');
    expect(page.json.contradictions).toMatchObject([{ kind: 'denial' }]);
    const next = await ask(chancery.url, nextOf(page) ?? '');
    expect(next.json).toMatchObject({ contradictions: [{ kind: 'dates' }], next: null });
    expect(await listed('?types=ShipmentArrived')).toMatchObject([{ kind: 'dates' }]);
    expect(await listed('?countries=IN')).toMatchObject([{ kind: 'denial' }]);
    expect(await listed('?q=meeting')).toMatchObject([{ kind: 'denial' }]);
    expect(await listed('?outlet=Reuters')).toMatchObject([{ kind: 'denial' }]);
    expect(await listed('?relay=nobody')).toEqual([]);
    expect((await get(`/contradictions?state=all&cursor=${page.json.next}`)).status).toBe(400);
  });

  test('is a CSV file and NDJSON with both sides', async () => {
    const { text } = await get('/contradictions.csv');
    const [head, ...rows] = text.trim().split('\r\n');
    expect(head).toMatch(/kind,state,about,event/);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toContain(
      `denial,open,${MEETING},${DENIAL},1,deny,Randhir Jaiswal,,The Hindu; Reuters,2025-10-20`,
    );
    const lines = (await get('/contradictions.ndjson')).text.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(await listed());
    expect((await get('/contradictions.datapackage.json')).json).toBeUndefined();
  });

  test('refuses what it does not know', async () => {
    expect((await get('/contradictions?state=closed')).status).toBe(400);
    expect((await get('/contradictions?order=asc')).status).toBe(400);
    expect((await get('/contradictions.csv?limit=2')).status).toBe(400);
  });
});

test('An empty log has no candidates', async () => {
  expect((await ask(chancery.url, '/contradictions')).json).toEqual({
    asOf: null,
    contradictions: [],
    next: null,
  });
  expect((await ask(chancery.url, '/contradictions.csv')).status).toBe(200);
});
