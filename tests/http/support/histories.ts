import { expect } from '@jest/globals';
import { amendment, briefing, mou, shipment } from '../../append/sent-events.ts';
import { until } from '../../cli/polling.ts';
import { type Answer, ask, nextOf, post } from './client.ts';
import { openUpdates } from './sse-client.ts';

/** Checks that what one history of a log gives out is not taken for the state of another history. */

const HTML = { accept: 'text/html, */*;q=0.1' };

/** Resources that both histories have, with other content. */
const SHARED = [
  `/streams/${mou.stream}`,
  '/countries/PK',
  '/countries?limit=1',
  '/countries',
  '/topics',
  '/relations/PK/US',
  '/relations',
  '/statements',
  '/mous',
  `/mous/${mou.stream}`,
  '/actors',
  '/projections/country/timelines/PK',
];

/** What clients keep of a history. */
export interface Kept {
  /** Path → entity tag, for JSON and for pages. */
  readonly etags: readonly (readonly [
    path: string,
    headers: Readonly<Record<string, string>>,
    etag: string,
  ])[];
  /** URLs that name the state of the history: later pages, and citations. */
  readonly urls: readonly string[];
  readonly streamTag: string;
  readonly lastEventId: string;
}

/** Adds events for the records that all histories have. */
export async function addEvents(url: string, title: string): Promise<void> {
  const statement = {
    key: 'said',
    speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
    speechAct: 'deny',
    text: [{ language: 'en', value: title }],
    quoted: 'paraphrase',
  };
  const changed = { ...amendment, data: { amendment: title } };
  const held = { ...briefing, data: { ...briefing.data, statements: [statement] } };
  let position = '';
  for (const event of [
    changed,
    changed,
    { ...shipment, data: { ...shipment.data, goods: [{ description: title }] } },
    held,
  ]) {
    const { status, json } = await post(url, event);
    expect(status).toBe(201);
    position = json.events[0].position;
  }
  await untilProjected(url, position);
}

async function untilProjected(url: string, position: string): Promise<void> {
  await until(async () => {
    const { projections } = (await ask(url, '/readyz')).json;
    return projections.every((projection: { position: string | null }) => projection.position === position);
  });
}

export async function keep(url: string): Promise<Kept> {
  const get = (path: string, headers = {}): Promise<Answer> => ask(url, path, { headers });
  const requests = [
    ...SHARED.flatMap((path) => [[path, {}] as const, [path, HTML] as const]),
    ['/', HTML] as const,
  ];
  const etags = await Promise.all(
    requests.map(
      async ([path, headers]) => [path, headers, String((await get(path, headers)).headers['etag'])] as const,
    ),
  );
  const lists = ['/countries/PK?limit=1', '/countries?limit=1', '/topics?limit=1'];
  // The first event is the same in an older backup, so a cursor that stands for it is as well.
  const logs = [`/streams/${mou.stream}?limit=2`, '/events?limit=2'];
  const urls = await Promise.all([...lists, ...logs].map(async (path) => nextOf(await get(path)) ?? ''));
  const { token } = (await get('/countries/PK')).json.asOf;
  const client = await openUpdates(url, '/countries/PK/live');
  await client.until(() => client.lastEventId !== '');
  client.break();
  return {
    etags,
    urls: [
      ...urls,
      `/countries/PK?asOf=${token}`,
      `/countries?asOf=${token}`,
      `/countries/PK?after=${token}`,
    ],
    streamTag: String((await get(`/streams/${mou.stream}`)).headers['etag']),
    lastEventId: client.lastEventId,
  };
}

/** Expects a server with the history that the tokens are from to accept all of them. */
export async function expectAccepted(url: string, kept: Kept): Promise<void> {
  for (const [path, headers, etag] of kept.etags) {
    const answer = await ask(url, path, { headers: { ...headers, 'if-none-match': etag } });
    expect([path, answer.status]).toEqual([path, 304]);
  }
  for (const path of kept.urls) expect([path, (await ask(url, path)).status]).toEqual([path, 200]);
  const headers = { 'last-event-id': kept.lastEventId };
  (await openUpdates(url, '/countries/PK/live', headers)).break();
}

/** Expects a server with another history to answer completely, or to refuse. */
export async function expectRefused(url: string, kept: Kept): Promise<void> {
  for (const [path, headers, etag] of kept.etags) {
    const answer = await ask(url, path, { headers: { ...headers, 'if-none-match': etag } });
    expect([path, headers, answer.status]).toEqual([path, headers, 200]);
  }
  for (const path of kept.urls) await expectOtherHistory(url, path);
  await expectOtherHistory(url, '/countries/PK/live', { 'last-event-id': kept.lastEventId });
  const answer = await post(url, amendment, { 'if-match': kept.streamTag });
  expect(answer).toMatchObject({ status: 412, json: { type: '/problems/precondition-failed' } });
}

async function expectOtherHistory(url: string, path: string, headers = {}): Promise<void> {
  const { status, json } = await ask(url, path, { headers });
  const codes = json.errors?.map(({ code }: { readonly code: string }) => code);
  expect([path, status, codes]).toEqual([
    path,
    400,
    [expect.stringMatching(/^(another-history|beyond-log)$/)],
  ]);
}
