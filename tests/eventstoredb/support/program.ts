import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import { allTimelines } from '../crash/acknowledged-events.ts';
import { type Answer, ask } from '../http/client.ts';
import { wholeLog } from './load-suite.ts';
import { openLog, until } from './log-on-wire.ts';
import { newPrefix, type ServerInTest } from './server-in-test.ts';

/** The built program on a log of its own. */
export interface Place {
  /** As the program is told it. */
  readonly name: string;
  /** As its streams begin. */
  readonly prefix: string;
}

export function newPlace(): Place {
  const prefix = newPrefix();
  return { name: prefix.slice(0, -1), prefix };
}

const running: RunningServer[] = [];
const folders: string[] = [];

/** For `afterEach`. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((program) => program.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

export function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-eventstoredb-'));
  folders.push(folder);
  return join(folder, 'data');
}

/** `serve`, when it listens. */
export async function startOn(
  server: ServerInTest,
  place: Place,
  dataDir: string = newDataDir(),
): Promise<RunningServer> {
  const variables = { EVENTSTORE_URL: server.connectionString, EVENTSTORE_PREFIX: place.name };
  const program = await startServer(dataDir, [], { variables });
  running.push(program);
  return program;
}

/** The README promises ten seconds. */
const ANSWER_MS_MAX = 12_000;

/** An answer that does not come in time is a fault, whatever the test asks for. */
export async function inTime(asked: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ANSWER_MS_MAX} ms.`)), ANSWER_MS_MAX);
  });
  return Promise.race([asked, tooLate]).finally(() => clearTimeout(timer));
}

export function get(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return inTime(ask(url, path, { headers }));
}

const HEALED_MS_MAX = 30_000;

export async function untilReady(url: string): Promise<void> {
  await until(async () => (await get(url, '/readyz')).status === 200, HEALED_MS_MAX);
}

/** What the log holds, read without the program and past the proxy. */
export function logOf(server: ServerInTest, { prefix }: Place): Promise<RecordedEvent[]> {
  return wholeLog(openLog(server, { prefix }).store);
}

/** Its timelines are, to the byte, those that a program makes of the log alone, and hold all of it. */
export async function expectTimelinesOfTheLog(
  program: RunningServer,
  server: ServerInTest,
  place: Place,
  log: readonly RecordedEvent[],
): Promise<void> {
  const last = log.at(-1)?.position ?? '';
  const fresh = await startOn(server, place);
  const [survived, replayed] = [await allTimelines(program.url, last), await allTimelines(fresh.url, last)];
  expect(survived.length).toBeGreaterThan(10);
  expect(survived).toEqual(replayed);
  const { json } = await get(program.url, '/projections');
  const events = json.projections.map((projection: { readonly events: number }) => projection.events);
  expect(new Set(events)).toEqual(new Set([log.length]));
}
