import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { RecordedEvent } from '../../../src/event-store/event-store.ts';
import { type RunningServer, startServer } from '../../cli/server-process.ts';
import { allTimelines } from '../../crash/acknowledged-events.ts';
import { type Answer, ask, post } from '../../http/support/client.ts';
import { readWholeLog } from './check-log.ts';
import { openAdapter } from './open-adapter.ts';
import type { TestServer } from './test-server.ts';
import { until } from './until.ts';

const running: RunningServer[] = [];
const folders: string[] = [];

/** Stops the programs of a test and removes their folders. Call it in `afterEach`. */
export async function stopPrograms(): Promise<void> {
  await Promise.all(running.splice(0).map((program) => program.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

export function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-eventstoredb-'));
  folders.push(folder);
  return join(folder, 'data');
}

/** Returns the settings of a program whose streams on the server start with the prefix. */
export function logVariables(
  { connectionString }: Pick<TestServer, 'connectionString'>,
  prefix: string,
): Record<string, string> {
  return { EVENTSTORE_URL: connectionString, EVENTSTORE_PREFIX: prefix.replace(/-$/, '') };
}

/** Starts `serve` and resolves when it listens. */
export async function startProgramOn(
  server: TestServer,
  prefix: string,
  dataDir: string = newDataDir(),
): Promise<RunningServer> {
  const program = await startServer(dataDir, [], { variables: logVariables(server, prefix) });
  running.push(program);
  return program;
}

/** The documentation promises an answer within ten seconds. A loaded machine gets as much again. */
const ANSWER_MS_MAX = 20_000;

/** Rejects if the answer takes too long, as no test may wait for an answer that never comes. */
export async function inTime(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ANSWER_MS_MAX} ms.`)), ANSWER_MS_MAX);
  });
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
}

export function get(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return inTime(ask(url, path, { headers }));
}

/**
 * Posts an event until the answer is not 503, as a client has to if a call to the log takes too long on a loaded
 * machine. Answers with 503 are added to `refusals`. The event should have an id, so that a retry is recognised if the
 * refused append has arrived all the same.
 */
export async function postWithRetries(
  url: string,
  event: object,
  options: { readonly headers?: Readonly<Record<string, string>>; readonly refusals?: Answer[] } = {},
): Promise<Answer> {
  let answer: Answer | undefined;
  await until(async () => {
    answer = await inTime(post(url, event, options.headers));
    if (answer.status !== 503) return true;
    options.refusals?.push(answer);
    return false;
  });
  return answer as Answer;
}

/**
 * Gets a page that covers a position. The program waits for it for a limited time and then answers 503, which a client
 * of a loaded machine has to retry.
 */
export async function getAfter(url: string, path: string, position: string): Promise<Answer> {
  let answer: Answer | undefined;
  await until(async () => {
    answer = await get(url, `${path}?after=${position}`);
    return answer.status !== 503;
  });
  return answer as Answer;
}

export async function waitUntilReady(url: string): Promise<void> {
  await until(async () => (await get(url, '/readyz')).status === 200);
}

/** Reads the log without the program and without the proxy. */
export function readLogDirectly(server: TestServer, prefix: string): Promise<RecordedEvent[]> {
  return readWholeLog(openAdapter(server, { prefix }).store);
}

/** Expects the timelines of a program to cover the whole log and to equal, byte for byte, those of a new program. */
export async function expectTimelinesOfTheLog(
  program: RunningServer,
  server: TestServer,
  prefix: string,
  log: readonly RecordedEvent[],
): Promise<void> {
  const last = log.at(-1)?.position ?? '';
  const fresh = await startProgramOn(server, prefix);
  const [survived, replayed] = [await allTimelines(program.url, last), await allTimelines(fresh.url, last)];
  expect(survived.length).toBeGreaterThan(10);
  expect(survived).toEqual(replayed);
  const { json } = await get(program.url, '/projections');
  const events = json.projections.map((projection: { readonly events: number }) => projection.events);
  expect(new Set(events)).toEqual(new Set([log.length]));
}
