import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { projections } from '../../projections/index.ts';
import { correction, mou, retraction, uuid } from '../append/sent-events.ts';
import { freePort } from '../cli/free-port.ts';
import { endOfRebuild, until } from '../cli/polling.ts';
import {
  observe,
  type RunningProgram,
  type RunningServer,
  runProgram,
  startServer,
} from '../cli/server-process.ts';
import { ask, post } from '../http/support/client.ts';

/** `CRASH_ROUNDS=200` makes a long run. */
const ROUNDS = Math.max(8, Number(process.env['CRASH_ROUNDS'] ?? 0));
const ROUND_TIMEOUT_MS = 30_000;
const KILL_DELAY_MS_MAX = 400;
/** Signed in each round; most of them match. */
const AGREEMENTS_MIN = 4;
const PROJECTIONS = projections.map(({ name }) => name);
const QUERY = '/countries/PK?topics=rare-earths';

let dataDir = '';
let file = '';
let port = 0;
const started = new Set<RunningProgram>();

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-crash-webhooks-'));
  dataDir = join(folder, 'data');
  file = join(folder, 'received.ndjson');
  port = await freePort();
});

afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  started.clear();
  await rm(join(dataDir, '..'), { recursive: true, force: true });
});

async function startReceiver(): Promise<RunningProgram> {
  const receiver = observe(spawn(process.execPath, ['tests/crash/webhook-receiver.mjs', String(port), file]));
  started.add(receiver);
  await receiver.waitForOutput(/listening/);
  return receiver;
}

async function startSender(): Promise<RunningServer> {
  const sender = await startServer(dataDir, ['--empty', '--private-webhooks']);
  started.add(sender);
  return sender;
}

async function kill(program: RunningProgram): Promise<void> {
  program.child.kill('SIGKILL');
  await program.ended;
  started.delete(program);
}

/** The agreement is on one of two topics, of which one matches the query. */
function agreement(number: number, isMatching: boolean) {
  const topics = [isMatching ? 'rare-earths' : 'mica'];
  return { ...mou.data, title: `Memorandum ${number} of ${randomUUID()}`, topics };
}

/**
 * Signs agreements, and corrects and retracts them at random, so that they join and leave the query, until the server
 * stops responding.
 */
async function write(url: string, state: { next: number }): Promise<void> {
  const signed: number[] = [];
  try {
    for (;;) {
      const which = signed[Math.floor(Math.random() * signed.length)];
      const stream = (number: number) => `mou-${number}`;
      const draw = Math.random();
      const data = agreement(which ?? 0, Math.random() < 0.5);
      if (which !== undefined && draw < 0.4) await post(url, correction(uuid(which), stream(which), data));
      else if (which !== undefined && draw < 0.5) {
        await post(url, retraction(uuid(which), stream(which)));
        signed.splice(signed.indexOf(which), 1);
      } else {
        state.next += 1;
        const number = state.next;
        await post(url, {
          ...mou,
          id: uuid(number),
          stream: stream(number),
          data: agreement(number, draw < 0.8),
        });
        signed.push(number);
      }
    }
  } catch {
    // The server was killed.
  }
}

interface ExportedEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly data: {
    readonly topics?: readonly string[];
    readonly data?: { readonly topics: readonly string[] };
  };
}

/** Returns the ids of the messages that the log has to cause, worked out here from its events. */
async function expectedIds(): Promise<readonly string[]> {
  const { stdout } = await runProgram(['export', '--data-dir', dataDir]);
  const lines = stdout.split('\n').filter((line) => line.includes('"position"'));
  const events = lines.map((line) => JSON.parse(line) as ExportedEvent);
  const matching = new Map<string, { readonly id: string; readonly isMatching: boolean }>();
  const ids: string[] = [];
  for (const { id: cause, type, stream, data } of events) {
    const before = matching.get(stream);
    const topics = data.topics ?? data.data?.topics;
    const isMatching = topics === undefined ? (before?.isMatching ?? false) : topics.includes('rare-earths');
    const after = { id: before?.id ?? cause, isMatching };
    expect(['MouSigned', 'EventCorrected', 'EventRetracted']).toContain(type);
    matching.set(stream, after);
    if (before?.isMatching || isMatching) ids.push(messageId(after.id, cause));
  }
  return ids;
}

function messageId(entry: string, cause: string): string {
  const name = JSON.stringify(['country', 'PK', [['topics', ['rare-earths']]], entry, 0, cause]);
  return `msg_${createHash('sha256').update(name).digest('base64url').slice(0, 32)}`;
}

interface ReceivedLine {
  readonly id: string;
  readonly payload: { readonly type: string; readonly data: { readonly entry: { readonly id: string } } };
}

async function receivedLines(): Promise<readonly ReceivedLine[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as ReceivedLine);
}

/** What a receiver knows that skips the ids that it has seen before. */
function knownEntries(lines: readonly ReceivedLine[]): ReadonlyMap<string, object> {
  const [seen, entries] = [new Set<string>(), new Map<string, object>()];
  for (const { id, payload } of lines) {
    if (seen.has(id)) continue;
    seen.add(id);
    const { entry } = payload.data;
    if (payload.type === 'entry.removed') entries.delete(entry.id);
    else entries.set(entry.id, entry);
  }
  return entries;
}

async function timeline(url: string): Promise<ReadonlyMap<string, object>> {
  const entries = new Map<string, object>();
  for (let path: string | undefined = `${QUERY}&limit=200`; path !== undefined; ) {
    const { json } = await ask(url, path);
    for (const entry of json.entries) entries.set(entry.id, entry);
    path = json.next === null ? undefined : `${QUERY}&limit=200&cursor=${encodeURIComponent(json.next)}`;
  }
  return entries;
}

async function rebuildAll({ url }: RunningServer): Promise<void> {
  for (const name of PROJECTIONS) await ask(url, `/projections/${name}/rebuild`, { method: 'POST' });
  for (const name of PROJECTIONS) await endOfRebuild(url, name);
}

async function untilDelivered(url: string, path: string): Promise<void> {
  const last = (await ask(url, '/events?order=desc&limit=1')).json.events[0].position;
  await until(async () => {
    const { cursor, queued } = (await ask(url, path)).json;
    return cursor?.position === last && queued === 0;
  });
}

test(
  `a receiver gets exactly what matches, after ${ROUNDS} kills of it and of the sender, with rebuilds in between`,
  async () => {
    const state = { next: 0 };
    let receiver = await startReceiver();
    let sender = await startSender();
    const subscribed = await ask(sender.url, '/subscriptions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY, url: `http://127.0.0.1:${port}/` }),
    });
    const path = `/subscriptions/${subscribed.json.id}`;
    for (let round = 0; round < ROUNDS; round += 1) {
      const begun = state.next;
      const writing = write(sender.url, state);
      if (round % 10 === 3) void rebuildAll(sender).catch(() => {});
      // However slow the machine is, each round has messages.
      await until(async () => state.next >= begun + AGREEMENTS_MIN);
      await delay(Math.random() * KILL_DELAY_MS_MAX);
      if (round % 3 !== 1) await kill(receiver);
      await delay(Math.random() * KILL_DELAY_MS_MAX);
      await kill(sender);
      await writing;
      if (round % 10 === 6) await rm(join(dataDir, 'views'), { recursive: true, force: true });
      if (round % 3 !== 1) receiver = await startReceiver();
      sender = await startSender();
    }
    await untilDelivered(sender.url, path);

    const lines = await receivedLines();
    const ids = lines.map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(await expectedIds()));
    expect(ids.length).toBeGreaterThan(ROUNDS);
    // At most one message is under way when a process is killed.
    expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(2 * ROUNDS);
    expect(knownEntries(lines)).toEqual(await timeline(sender.url));

    await rebuildAll(sender);
    await post(sender.url, { ...mou, stream: 'mou-last', data: agreement(0, true) });
    await untilDelivered(sender.url, path);
    expect(await receivedLines()).toHaveLength(lines.length + 1);
  },
  (ROUNDS + 4) * ROUND_TIMEOUT_MS,
);
