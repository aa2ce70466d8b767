import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  amendment,
  briefing,
  correction,
  mou,
  retraction,
  shipment,
  uuid,
} from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const DRY_RUN = '/events?dryRun=true';

function send(body: string, headers: Readonly<Record<string, string>>, path = DRY_RUN): Promise<Answer> {
  return ask(chancery.url, path, { method: 'POST', headers, body });
}

const dryRun = (event: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  send(JSON.stringify(event), { 'content-type': 'application/json', ...headers });

async function dryRunLines(...events: readonly unknown[]) {
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  const { text } = await send(body, { 'content-type': 'application/x-ndjson' });
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const logged = async () => (await ask(chancery.url, '/events')).json.events;

/** What two answers to the same request must agree in. */
const comparable = ({ status, json: { requestId, ...problem } }: Answer) => ({ status, problem });

describe('POST /events?dryRun=true', () => {
  test('returns the event as it would be recorded, with its warnings, and records nothing', async () => {
    const answer = await dryRun({ ...shipment, id: uuid(1) });
    expect(answer).toMatchObject({ status: 200, json: { dryRun: true } });
    expect(answer.json.events).toEqual([
      { id: uuid(1), type: 'ShipmentAnnounced', stream: `shipment-${uuid(1)}`, revision: 0 },
    ]);
    const { json } = await post(chancery.url, { ...shipment, id: uuid(2) });
    expect(answer.json.warnings).toEqual(json.warnings);
    expect(json.warnings).toMatchObject([{ code: 'unknown-record', pointer: '/data/implements/0' }]);
    expect(await logged()).toHaveLength(1);
    expect([answer.headers.location, answer.headers.etag]).toEqual([undefined, undefined]);
  });

  test('checks an array as a whole, each event after the ones before it', async () => {
    const { json } = await dryRun([{ ...mou, id: uuid(1) }, amendment, retraction(uuid(1))]);
    expect(json.events.map(({ revision }: { revision: number }) => revision)).toEqual([0, 1, 2]);
    expect(json.warnings).toEqual([]);
    const refused = await dryRun([{ ...mou, id: uuid(1) }, retraction(uuid(2))]);
    expect(refused).toMatchObject({ status: 404, json: { errors: [{ pointer: '/1/data/retracts' }] } });
    expect(await logged()).toEqual([]);
  });

  test('returns recorded events with their positions when the same events are there', async () => {
    const { json } = await post(chancery.url, { ...mou, id: uuid(1) });
    const answer = await dryRun({ ...mou, id: uuid(1) });
    expect(answer).toMatchObject({ status: 200, json: { dryRun: true, events: json.events } });
  });

  test.each<[name: string, event: unknown]>([
    ['an invalid field', { ...briefing, data: {} }],
    ['an event that does not exist', correction(uuid(9))],
    ['a second retraction', retraction(uuid(1))],
    ['an id of another event', { ...mou, id: uuid(1), occurred: '2025-09-09' }],
    ['no event', []],
  ])('refuses %s with the problem of the append', async (_name, event) => {
    await post(chancery.url, [{ ...mou, id: uuid(1) }, retraction(uuid(1))]);
    const refused = await dryRun(event);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(comparable(refused)).toEqual(comparable(await post(chancery.url, event)));
  });

  test('checks the precondition', async () => {
    await post(chancery.url, { ...mou, id: uuid(1) });
    const stale = { 'if-match': '"7"' };
    const refused = await dryRun(amendment, stale);
    expect(comparable(refused)).toEqual(comparable(await post(chancery.url, amendment, stale)));
    expect(refused.status).toBe(412);
    expect((await dryRun(amendment, { 'if-match': '"0"' })).status).toBe(200);
  });

  test('records if the parameter is false', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await send(JSON.stringify(mou), headers, '/events?dryRun=false')).status).toBe(201);
  });

  test.each([
    ['?dryRun=yes', 'dryRun', 'invalid-value'],
    ['?dryRun=', 'dryRun', 'invalid-value'],
    ['?dry_run=true', 'dry_run', 'unknown-parameter'],
    ['?dryRun=true&dryRun=false', 'dryRun', 'repeated-parameter'],
  ])('refuses %s', async (query, parameter, code) => {
    const refused = await send(
      JSON.stringify(mou),
      { 'content-type': 'application/json' },
      `/events${query}`,
    );
    expect(refused).toMatchObject({ status: 400, json: { errors: [{ parameter, code }] } });
    expect(await logged()).toEqual([]);
  });
});

describe('POST /events?dryRun=true with NDJSON', () => {
  test('checks each line as if the lines before it had been recorded', async () => {
    const signed = { ...mou, id: uuid(1) };
    const outcomes = await dryRunLines(
      signed,
      { ...shipment, id: uuid(2) },
      signed,
      { ...retraction(uuid(1)), id: uuid(3) },
      { ...briefing, id: uuid(1) },
      correction(uuid(1)),
    );
    expect(outcomes).toEqual([
      { line: 1, status: 200, id: uuid(1), warnings: [] },
      { line: 2, status: 200, id: uuid(2), warnings: [] },
      { line: 3, status: 200, id: uuid(1), warnings: [] },
      { line: 4, status: 200, id: uuid(3), warnings: [] },
      { line: 5, status: 409, problem: expect.objectContaining({ type: '/problems/id-taken' }) },
      { line: 6, status: 409, problem: expect.objectContaining({ type: '/problems/record-conflict' }) },
      {
        summary: { dryRun: true, accepted: 3, repeated: 1, refused: 2 },
        refusals: [
          expect.objectContaining({ code: 'id-taken', lines: 1, firstLine: 5 }),
          expect.objectContaining({ code: 'already-retracted', lines: 1, firstLine: 6 }),
        ],
      },
    ]);
    expect(await logged()).toEqual([]);
  });

  test('continues records of the log', async () => {
    await post(chancery.url, { ...mou, id: uuid(1) });
    const outcomes = await dryRunLines(retraction(uuid(1)), retraction(uuid(1)));
    expect(outcomes.map(({ status }) => status)).toEqual([200, 409, undefined]);
  });

  test('forgets the lines when the request ends', async () => {
    await dryRunLines({ ...mou, id: uuid(1) });
    expect((await dryRunLines(correction(uuid(1)))).map(({ status }) => status)).toEqual([404, undefined]);
  });
});
