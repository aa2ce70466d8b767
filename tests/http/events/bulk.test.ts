import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { urlToHttpOptions } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRecorder, type Recorder } from '../../../src/append/recorder.ts';
import { HTTP_LIMITS } from '../../../src/http/protocol/context.ts';
import { InMemoryEventStore } from '../../../src/testing/in-memory/in-memory-event-store.ts';
import { amendment, briefing, mou, retraction, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';
import { stubServer } from '../support/stub-server.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const ndjson = { 'content-type': 'application/x-ndjson' };

interface Outcome {
  readonly line?: number;
  readonly status?: number;
  readonly id?: string;
  readonly position?: string;
  readonly warnings?: readonly object[];
  readonly problem?: { readonly type: string; readonly id?: string };
  readonly summary?: { readonly recorded: number; readonly repeated: number; readonly refused: number };
}

const outcomesOf = (text: string): Outcome[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);

async function send(body: string | Buffer): Promise<Outcome[]> {
  const answer = await ask(chancery.url, '/events', { method: 'POST', headers: ndjson, body });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('application/x-ndjson');
  return outcomesOf(answer.text);
}

const lines = (...events: readonly unknown[]): string =>
  events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n');

/** Opens a request whose body the test writes piece by piece. */
function open(): ClientRequest {
  const { hostname, port } = new URL(chancery.url);
  const sent = request({ hostname, port, path: '/events', method: 'POST', headers: ndjson });
  sent.on('error', () => {});
  return sent;
}

/** Call it before anything is awaited: a response that nobody waits for is discarded. */
async function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return answer;
}

/** Resolves when the server's side of a connection is closed, also after an error. */
const closeOf = (socket: Socket | undefined): Promise<unknown> =>
  new Promise((resolve) => socket?.on('close', resolve));

const logSize = async (): Promise<number> =>
  (await chancery.store.readAll({ direction: 'forwards', maxCount: 20_000 })).length;

describe('POST /events with NDJSON', () => {
  test('returns an outcome for each line in the order of the lines, then a summary', async () => {
    const first = { ...mou, id: uuid(1) };
    const outcomes = await send(lines(first, { ...briefing, id: uuid(2) }, first, { ...mou, data: {} }));
    expect(outcomes).toEqual([
      { line: 1, status: 201, id: uuid(1), position: expect.any(String), warnings: [] },
      { line: 2, status: 201, id: uuid(2), position: expect.any(String), warnings: [] },
      { line: 3, status: 200, id: uuid(1), position: outcomes[0]?.position, warnings: [] },
      {
        line: 4,
        status: 400,
        problem: expect.objectContaining({ type: '/problems/invalid-event', status: 400 }),
      },
      { summary: { recorded: 2, repeated: 1, refused: 1 } },
    ]);
  });

  test('counts blank lines and skips them', async () => {
    const outcomes = await send(`\n${lines(briefing)}\r\n \t\r\n${lines(briefing)}\n\n`);
    expect(outcomes.map(({ line }) => line)).toEqual([2, 4, undefined]);
  });

  test('returns only the summary for an empty body', async () => {
    expect(await send('')).toEqual([{ summary: { recorded: 0, repeated: 0, refused: 0 } }]);
  });

  test('continues after malformed lines and after one that is too long', async () => {
    const long = JSON.stringify({ ...mou, data: { ...mou.data, title: 'x'.repeat(1 << 20) } });
    const outcomes = await send(lines('{"type":', long, '[]', '\u0000', '{"a":1,"a":1}', briefing));
    expect(outcomes.map(({ status, problem }) => [status, problem?.type])).toEqual([
      [400, '/problems/malformed-json'],
      [413, '/problems/too-large'],
      [400, '/problems/invalid-event'],
      [400, '/problems/malformed-json'],
      [400, '/problems/malformed-json'],
      [201, undefined],
      [undefined, undefined],
    ]);
  });

  test('validates each line against the earlier lines for its stream', async () => {
    const body = lines({ ...mou, id: uuid(1) }, briefing, retraction(uuid(1)), briefing, retraction(uuid(1)));
    const outcomes = await send(body);
    expect(outcomes.map(({ status }) => status)).toEqual([201, 201, 201, 201, 409, undefined]);
  });

  test('returns the warnings of each line, as a single event has them', async () => {
    const early = { ...shipment, id: uuid(1) };
    const [first, second] = await send(lines(early, early));
    const { json } = await post(chancery.url, early);
    expect(first?.warnings).toMatchObject([{ code: 'unknown-record', pointer: '/data/implements/0' }]);
    expect([second?.status, second?.warnings]).toEqual([200, first?.warnings]);
    expect(json.warnings).toEqual(first?.warnings);
  });

  test('does not warn of a record that an earlier line opens', async () => {
    const outcomes = await send(lines(mou, shipment, shipment, shipment));
    expect(outcomes.map(({ warnings }) => warnings)).toEqual([[], [], [], [], undefined]);
  });

  test('gives the line of the body in the errors of malformed JSON, and the column within it', async () => {
    const [, , second] = await send(`\n${lines(briefing, briefing, '{"a":1,"a":1}')}`);
    expect(second).toMatchObject({ line: 4, problem: { errors: [{ line: 4, column: 8 }] } });
  });

  test('refuses preconditions', async () => {
    const headers = { ...ndjson, 'if-match': '"0"' };
    const answer = await ask(chancery.url, '/events', { method: 'POST', headers, body: lines(mou) });
    expect(answer).toMatchObject({ status: 400, json: { type: '/problems/invalid-precondition' } });
  });

  test('decodes characters that are split between chunks', async () => {
    const title = '关键矿产谅解备忘录 🇵🇰🇺🇸';
    const body = Buffer.from(lines({ ...mou, id: uuid(1), data: { ...mou.data, title } }, briefing));
    const sent = open();
    const answered = answerOf(sent);
    for (const byte of body) {
      sent.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    sent.end();
    const answer = await answered;
    answer.resume();
    await once(answer, 'end');
    const event = await chancery.store.readEvent(uuid(1));
    expect(JSON.parse(event?.content ?? '').data.title).toBe(title);
    expect(await logSize()).toBe(2);
  });

  test('sends outcomes while the request is still being received', async () => {
    const sent = open();
    sent.write(`${lines(briefing)}\n`);
    const answer = await answerOf(sent);
    const [chunk] = (await once(answer, 'data')) as [Buffer];
    expect(outcomesOf(chunk.toString())).toMatchObject([{ line: 1, status: 201 }]);
    sent.end(lines(briefing));
    const [rest] = (await once(answer, 'data')) as [Buffer];
    expect(outcomesOf(rest.toString())[0]).toMatchObject({ line: 2, status: 201 });
  });

  test('appends ten thousand lines in order', async () => {
    const body = Array.from({ length: 10_000 }, (_, index) => ({ ...briefing, id: uuid(index) }));
    const outcomes = await send(lines(...body));
    expect(outcomes.at(-1)).toEqual({ summary: { recorded: 10_000, repeated: 0, refused: 0 } });
    expect(outcomes.slice(0, -1).map(({ line }) => line)).toEqual(body.map((_, index) => index + 1));
    const log = await chancery.store.readAll({ direction: 'forwards', maxCount: 20_000 });
    expect(log.map(({ id }) => id)).toEqual(body.map(({ id }) => id));
  });

  test('stops reading while the client does not read the outcomes', async () => {
    const sent = open();
    const answered = answerOf(sent);
    const line = Buffer.from(`${JSON.stringify({ ...mou, data: {} })}\n`);
    const many = Buffer.concat(Array.from({ length: 1_000 }, () => line));
    // given: a client that keeps sending and reads nothing
    sent.write(many);
    const answer = await answered;
    let isBlocked = false;
    for (let count = 0; count < 400 && !isBlocked; count += 1) {
      const isTaken = sent.write(many);
      isBlocked =
        !isTaken && (await Promise.race([once(sent, 'drain').then(() => false), wait(1_000, true)]));
    }
    // then: the server stops reading, and continues as soon as the client reads
    expect(isBlocked).toBe(true);
    answer.resume();
    await once(sent, 'drain');
    sent.destroy();
  });

  test('stops when the client disconnects, and keeps what was appended', async () => {
    const sent = open();
    sent.write(`${lines(briefing, briefing)}\n${JSON.stringify(briefing).slice(0, 50)}`);
    const answer = await answerOf(sent);
    const [socket] = chancery.sockets;
    const closed = closeOf(socket);
    let text = '';
    for await (const chunk of answer) {
      text += String(chunk);
      if (text.split('\n').length > 2) break;
    }
    sent.destroy();
    await closed;
    expect(await logSize()).toBe(2);
    expect(await send(lines(amendment))).toMatchObject([{ status: 201 }, {}]);
    expect(chancery.signals).toEqual([]);
  });
});

describe('the lines in flight', () => {
  const LINES_MAX = 4;
  const { serve, sockets } = stubServer();
  const ids = Array.from({ length: 8 }, (_, index) => `${index}`);
  /** Completes the append of a line, by the id of its event. */
  let complete: Map<string, () => void>;
  let started: string[];
  let onStarted: () => void;

  /** A recorder whose appends complete when the test says so. */
  const manualRecorder = (): Recorder => ({
    ...createRecorder(new InMemoryEventStore(() => new Date())),
    record: async (input) => {
      const { id } = input as { id: string };
      const completed = new Promise<void>((resolve) => complete.set(id, resolve));
      started.push(id);
      onStarted();
      await completed;
      return { outcome: 'id-taken', id };
    },
  });

  const untilStarted = (count: number): Promise<void> =>
    new Promise((resolve) => {
      onStarted = () => {
        if (started.length >= count) resolve();
      };
      onStarted();
    });

  /** Sends eight lines without ending the request; resolves when as many appends as allowed have started. */
  async function sendLines(): Promise<{ sent: ClientRequest; answer: IncomingMessage }> {
    complete = new Map();
    started = [];
    onStarted = () => {};
    const limits = { ...HTTP_LIMITS, linesInFlightMax: LINES_MAX };
    const url = new URL(await serve({ recorder: manualRecorder(), limits }));
    const sent = request({ ...urlToHttpOptions(url), path: '/events', method: 'POST', headers: ndjson });
    sent.on('error', () => {});
    const answered = answerOf(sent);
    sent.write(`${lines(...ids.map((id) => ({ id })))}\n`);
    const answer = await answered;
    await untilStarted(LINES_MAX);
    return { sent, answer };
  }

  test('are limited, and their outcomes keep the order of the lines', async () => {
    const { sent, answer } = await sendLines();
    let text = '';
    answer.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    // given: all lines in flight but the first are complete
    for (const id of ['3', '2', '1']) complete.get(id)?.();
    await wait(50);
    expect([started, text]).toEqual([['0', '1', '2', '3'], '']);
    // when: the first is complete
    complete.get('0')?.();
    await untilStarted(8);
    for (const id of ['7', '6', '5', '4']) complete.get(id)?.();
    sent.end();
    await once(answer, 'end');
    const outcomes = outcomesOf(text).map(({ line, problem }) => [line, problem?.id]);
    expect(outcomes.slice(0, -1)).toEqual(ids.map((id, index) => [index + 1, id]));
  });

  test('are completed when the client disconnects, and no others are started', async () => {
    const { sent, answer } = await sendLines();
    answer.on('error', () => {});
    const closed = closeOf(sockets[0]);
    sent.destroy();
    await closed;
    for (const id of ['0', '1', '2', '3']) complete.get(id)?.();
    await wait(50);
    expect(started).toEqual(['0', '1', '2', '3']);
  });
});
