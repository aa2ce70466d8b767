import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mou, retraction, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';
import {
  AFFIRMATION,
  affirmation,
  confirmation,
  DENIAL,
  denial,
  MEETING,
  meeting,
  NOT_AWARE,
  notAware,
  STREAM,
} from './talks.ts';

let chancery: Harness;
let now: Date;
let last: string;

beforeEach(async () => {
  now = new Date('2026-01-01T00:00:00Z');
  chancery = await startHarness(() => now);
});
afterEach(() => chancery.close());

/** Records each event an hour after the one before. */
async function record(...events: readonly object[]): Promise<void> {
  for (const event of events) {
    now = new Date(now.getTime() + 3_600_000);
    const { status, json } = await post(chancery.url, event);
    expect(status).toBe(201);
    last = json.events[0].position;
  }
}

const get = (path: string, headers = {}): Promise<Answer> =>
  ask(chancery.url, `${path}${path.includes('?') ? '&' : '?'}after=${last}`, { headers });
const claimsOf = async (path: string) => (await get(path)).json;
const page = async (path: string) =>
  (await ask(chancery.url, path, { headers: { accept: 'text/html' } })).text;

interface SentClaim {
  readonly stance: string;
  readonly basis: string;
  readonly event: string;
  readonly status: string;
}

/** Returns who takes which stance, `affirms source <id>`; what was retracted is marked. */
function outline(claims: readonly SentClaim[]): readonly string[] {
  return claims.map(({ stance, basis, event, status }) => {
    return `${stance} ${basis} ${event}${status === 'retracted' ? ' retracted' : ''}`;
  });
}

const EVERYTHING = [
  `affirms source ${MEETING}`,
  `affirms statement ${AFFIRMATION}`,
  `withholds statement ${NOT_AWARE}`,
  `denies statement ${DENIAL}`,
];

describe('the claims about an event', () => {
  beforeEach(() => record(meeting, affirmation, denial, notAware));

  test('are its sources, and the statements about it and its record, with their stances', async () => {
    const { claims, about, complete } = await claimsOf(`/events/${MEETING}/claims`);
    expect(outline(claims)).toEqual(EVERYTHING);
    expect({ about, complete }).toEqual({ about: MEETING, complete: true });
  });

  test('are those of a correction of it as well', async () => {
    const data = { corrects: MEETING, data: { ...meeting.data, format: 'summit' }, reason: 'A summit.' };
    await record({ ...meeting, id: uuid(9), type: 'EventCorrected', data });
    expect(outline((await claimsOf(`/events/${uuid(9)}/claims`)).claims)).toEqual(EVERYTHING);
  });

  test('are complete with 100 statements, and not with one more', async () => {
    const [first] = affirmation.data.statements;
    const counted = async (id: string, statements: number) => {
      const keys = Array.from({ length: statements }, (_, index) => ({ ...first, key: `${index}` }));
      const data = { ...affirmation.data, statements: keys };
      await record({ ...affirmation, id, stream: `briefing-${id}`, data });
      const { claims, complete } = await claimsOf(`/events/${MEETING}/claims`);
      return [claims.length, complete];
    };
    expect(await counted(uuid(8), 97)).toEqual([101, true]);
    expect(await counted(uuid(9), 1)).toEqual([101, false]);
  });

  test('have the chain from the speaker over those who relayed it to the outlet', async () => {
    const { claims } = await claimsOf(`/events/${MEETING}/claims`);
    const chains = claims.map((claim: { chains: { role: string; actors: { name: string }[] }[][] }) =>
      claim.chains.map((chain) =>
        chain.map(({ role, actors }) => `${role}: ${actors.map(({ name }) => name).join(' and ')}`),
      ),
    );
    expect(chains).toEqual([
      [['speaker: A senior official', 'relay: AFP', 'outlet: Dawn']],
      [['speaker: Shafqat Ali Khan', 'relay: Associated Press of Pakistan', 'outlet: Dawn']],
      [['speaker: Lin Jian', 'outlet: Dawn']],
      [['speaker: Randhir Jaiswal', 'outlet: The Hindu and Reuters']],
    ]);
  });

  test('name the parties of whom no statement is recorded', async () => {
    const { silent } = await claimsOf(`/events/${MEETING}/claims`);
    expect(silent).toEqual([
      { key: 'AF', name: 'Afghanistan', kind: 'country', country: 'AF', roles: ['participant'] },
    ]);
  });

  test('do not call somebody silent who speaks in the event itself', async () => {
    const { statements } = denial.data;
    const aimedAt = { ...statements[0], key: 'aimed', countries: [{ country: 'IN', role: 'target' }] };
    await record({
      ...denial,
      id: uuid(9),
      stream: 'briefing-other',
      data: { ...denial.data, statements: [...statements, aimedAt] },
    });
    expect((await claimsOf(`/events/${uuid(9)}/claims`)).silent).toEqual([]);
  });

  test('are those of an earlier state with asOf', async () => {
    const before = await claimsOf(`/events/${MEETING}/claims?asOf=1`);
    expect(outline(before.claims)).toEqual([`affirms source ${MEETING}`]);
    expect(before.silent.map(({ key }: { key: string }) => key)).toEqual(['IN', 'PK', 'AF']);
    const { asOf, claims } = await claimsOf(`/events/${MEETING}/claims?asOf=2026-01-01T02:30:00Z`);
    expect(asOf).toMatchObject({ position: '2', instant: '2026-01-01T02:00:00.000Z' });
    expect(outline(claims)).toEqual(EVERYTHING.slice(0, 2));
  });

  test('list a retracted denial as retracted, without its stance on the page, from then on', async () => {
    await record(retraction(DENIAL, denial.stream));
    const { claims, silent, contradictions } = await claimsOf(`/events/${MEETING}/claims`);
    expect(outline(claims)).toContain(`denies statement ${DENIAL} retracted`);
    expect(silent.map(({ key }: { key: string }) => key)).toEqual(['IN', 'AF']);
    expect(contradictions).toEqual([]);
    const text = await page(`/events/${MEETING}`);
    expect(text).toMatch(/Retracted <span class="count">1/);
    expect(text).not.toContain('<h3>Denied');
    expect((await claimsOf(`/events/${MEETING}/claims?asOf=4`)).contradictions).toHaveLength(1);
  });

  test('follow a link that no statement explains, and the retraction of where it comes from', async () => {
    const other = { ...mou, stream: 'mou-other', id: uuid(7) };
    const data = { from: uuid(7), to: MEETING, relation: 'contradicts', basis: 'It names another day.' };
    await record(other, { ...confirmation, id: uuid(8), stream: 'mou-other', data });
    const withLink = await claimsOf(`/events/${MEETING}/claims`);
    expect(withLink.claims.at(-1)).toMatchObject({
      ...{ stance: 'denies', basis: 'link', relation: 'contradicts', event: uuid(7), about: MEETING },
      chains: [[{ role: 'outlet', actors: [{ name: 'Dawn', url: 'https://www.dawn.com/news/1' }] }]],
    });
    await record(retraction(uuid(7), 'mou-other'));
    expect(outline((await claimsOf(`/events/${MEETING}/claims`)).claims)).toEqual(EVERYTHING);
    expect((await get(`/events/${MEETING}`.concat('/claims?asOf=6'))).json.claims).toHaveLength(5);
  });

  test('of a record are those of all its events', async () => {
    const { claims, about } = await claimsOf(`/streams/${STREAM}/claims`);
    expect(outline(claims)).toEqual(EVERYTHING);
    expect(about).toBe(STREAM);
  });

  test('are on the pages of the event and the record, and on a page of their own', async () => {
    await claimsOf(`/events/${MEETING}/claims`);
    for (const path of [`/events/${MEETING}`, `/streams/${STREAM}`, `/events/${MEETING}/claims`]) {
      const text = await page(path);
      for (const title of ['Affirmed', 'Denied', 'No position taken', 'Silent'])
        expect(text).toContain(`<h3>${title}`);
      expect(text).toMatch(
        /<ol class="chain"[^>]*><li class="speaker"><span class="label">Speaker<\/span> <span><a [^>]*><bdi>Randhir/,
      );
    }
  });

  test('canonicalise the time of the form of the page', async () => {
    const { status, headers } = await ask(chancery.url, `/events/${MEETING}/claims?asOf=2026-01-01T01:30`, {
      headers: { accept: 'text/html' },
    });
    expect({ status, location: headers['location'] }).toEqual({
      status: 308,
      location: `/events/${MEETING}/claims?asOf=2026-01-01T01:30:00Z`,
    });
    expect(await page(`/events/${MEETING}/claims?asOf=2026-01-01T01:30:00Z`)).not.toContain('<h3>Denied');
  });

  test('of what is not there are refused', async () => {
    expect((await get(`/events/${uuid(99)}/claims`)).status).toBe(404);
    expect((await get('/streams/mou-none/claims')).status).toBe(404);
    expect((await get(`/events/${MEETING}/claims?limit=3`)).status).toBe(400);
    expect((await get(`/events/${MEETING}/claims?asOf=999`)).status).toBe(400);
  });
});

test('A denial, and who relayed it, is found from a country in three steps', async () => {
  await record(meeting, denial);
  await get('/countries/IN');
  const timeline = await page('/countries/IN');
  const link = new RegExp(`href="(/events/${MEETING})"`).exec(timeline)?.[1] ?? '';
  const event = await page(link);
  const denied = event.slice(event.indexOf('<h3>Denied'));
  expect(denied).toMatch(
    /Denies, .*No such meeting took place\..*Randhir Jaiswal.*Outlets.*The Hindu.*Reuters/s,
  );
  expect(denied).toContain('https://www.thehindu.com/1');
});
