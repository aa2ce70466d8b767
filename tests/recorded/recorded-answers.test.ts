import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../cli/polling.ts';
import { type RunningServer, runProgram, startServer } from '../cli/server-process.ts';
import { type Harness, startHarness } from '../harness.ts';
import { ask, nextOf, post } from '../http/support/client.ts';
import { answersOf, type RecordedAnswer } from './answers.ts';
import { recordedHistory } from './history.ts';
import { recordedRequests } from './requests.ts';

const RECORDING = 'tests/recorded/answers.ndjson';
const FIRST_APPEND_MS = Date.UTC(2026, 0, 5, 9);
/** So many events share an instant; the next ones are recorded an hour later. */
const EVENTS_PER_HOUR = 40;
const HOUR_MS = 3_600_000;

let folder = '';
let nowMs = FIRST_APPEND_MS;
let chancery: Harness;
let server: RunningServer | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-recorded-'));
  chancery = await startHarness(() => new Date(nowMs));
});
afterAll(async () => {
  await server?.stop();
  await chancery.close();
  await rm(folder, { recursive: true, force: true });
});

const asLines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

async function untilProjected(url: string, position: string): Promise<void> {
  await until(async () => {
    const { projections } = (await ask(url, '/readyz')).json;
    return projections.every((projection: { position: string | null }) => projection.position === position);
  });
}

/** Reads the whole log over HTTP, in the form of an export. */
async function readLog(url: string): Promise<readonly object[]> {
  const events: object[] = [];
  let path: string | undefined = '/events?limit=1000';
  while (path !== undefined) {
    const answer = await ask(url, path);
    events.push(...answer.json.events);
    path = nextOf(answer);
  }
  return events;
}

/** Answers while the timelines follow the log. Events are appended one by one, so that their order is fixed. */
async function liveAnswers(): Promise<{ answers: readonly RecordedAnswer[]; log: readonly object[] }> {
  const history = recordedHistory();
  for (const [index, event] of history.entries()) {
    nowMs = FIRST_APPEND_MS + Math.floor(index / EVENTS_PER_HOUR) * HOUR_MS;
    expect(await post(chancery.url, event)).toMatchObject({ status: 201 });
  }
  nowMs += HOUR_MS;
  await untilProjected(chancery.url, String(history.length));
  const answers = await answersOf(chancery.url, recordedRequests());
  return { answers, log: await readLog(chancery.url) };
}

/** Imports a log with the program, and answers with the timelines that its first start builds. */
async function rebuiltAnswers(log: readonly object[]): Promise<readonly RecordedAnswer[]> {
  const [file, dataDir] = [join(folder, 'log.ndjson'), join(folder, 'data')];
  await writeFile(file, asLines(log));
  expect(await runProgram(['import', file, '--data-dir', dataDir])).toMatchObject({ exitCode: 0 });
  server = await startServer(dataDir, ['--empty']);
  await untilProjected(server.url, String(log.length));
  return answersOf(server.url, recordedRequests());
}

async function recordedAnswers(): Promise<readonly RecordedAnswer[]> {
  const lines = (await readFile(RECORDING, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as RecordedAnswer);
}

/** Maps each request to its answer, so that a failure names the requests whose answers differ. */
function byRequest(answers: readonly RecordedAnswer[]): object {
  return Object.fromEntries(
    answers.map(({ path, accept, acceptLanguage, ...answer }) => {
      return [[path, accept, acceptLanguage].filter((part) => part !== undefined).join(' '), answer];
    }),
  );
}

/** Some 300 requests, to two servers. */
const TIMEOUT_MS = 300_000;

describe('The answers to recorded requests', () => {
  test(
    'are those of the recording, from timelines that follow the log and from rebuilt ones',
    async () => {
      const { answers, log } = await liveAnswers();
      if (process.env['RECORD_ANSWERS'] === 'true') await writeFile(RECORDING, asLines(answers));

      expect(byRequest(answers)).toEqual(byRequest(await recordedAnswers()));
      expect(byRequest(await rebuiltAnswers(log))).toEqual(byRequest(answers));
    },
    TIMEOUT_MS,
  );
});
