import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { generateEvents, type SentEvent } from '../bench/generate-events.ts';
import { runProgram, startServer } from '../cli/server-process.ts';

/** What a writer was told: id of the event → its position. */
export type Acknowledged = Map<string, string>;

interface AppendAnswer {
  readonly events: readonly { readonly id: string; readonly position: string }[];
}

/** A client that records its own history, one event after another, and sends again what was not answered. */
export class Writer {
  readonly #events: Generator<SentEvent>;
  #unanswered: SentEvent | undefined;

  constructor(seed: number) {
    this.#events = generateEvents(Number.MAX_SAFE_INTEGER, seed);
  }

  /** Writes until the server is gone. */
  async write(url: string, acknowledged: Acknowledged): Promise<void> {
    for (;;) {
      const event = this.#unanswered ?? (this.#events.next().value as SentEvent);
      this.#unanswered = event;
      const answer = await post(url, event);
      if (answer === undefined) return;
      for (const { id, position } of answer.events) acknowledged.set(id, position);
      this.#unanswered = undefined;
    }
  }
}

/** Undefined when there is no whole answer. */
async function post(url: string, event: SentEvent): Promise<AppendAnswer | undefined> {
  const headers = { 'Content-Type': 'application/json' };
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/events`, { method: 'POST', headers, body: JSON.stringify(event) });
    text = await response.text();
  } catch {
    return undefined;
  }
  if (response.status !== 200 && response.status !== 201) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text) as AppendAnswer;
}

interface Envelope {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
}

/** The log holds each acknowledged event at its position, once; positions and revisions have no gap. Its last position. */
export async function expectAllThere(dataDir: string, acknowledged: Acknowledged): Promise<string> {
  const { exitCode, stdout } = await runProgram(['export', '--data-dir', dataDir]);
  expect(exitCode).toBe(0);
  const events = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Envelope);
  const revisions = new Map<string, number>();
  const gaps = events.filter(({ stream, revision, position }, index) => {
    const expected = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    return position !== String(index + 1) || revision !== expected;
  });
  const positions = new Map(events.map(({ id, position }) => [id, position]));
  const lost = [...acknowledged].filter(([id, position]) => positions.get(id) !== position);
  expect({ lost, gaps, ids: positions.size }).toEqual({ lost: [], gaps: [], ids: events.length });
  return String(events.length);
}

interface Page {
  readonly next: string | null;
}

interface Readiness {
  readonly projections: readonly { readonly position: string | null }[];
}

const CATCH_UP_MS_MAX = 20_000;

async function caughtUp(url: string, position: string): Promise<void> {
  const deadlineMs = Date.now() + CATCH_UP_MS_MAX;
  for (;;) {
    const text = await (await fetch(`${url}/readyz`)).text();
    const { projections } = JSON.parse(text) as Readiness;
    if (projections.every((projection) => projection.position === position)) return;
    if (Date.now() > deadlineMs) throw new Error(`The timelines do not reach ${position}: ${text}`);
    await delay(20);
  }
}

/** Every page of every timeline, as its bytes went out, once all of them hold the position. */
export async function allTimelines(url: string, position: string): Promise<string[]> {
  await caughtUp(url, position);
  const pages: string[] = [];
  const read = async (path: string): Promise<string> => {
    const text = await (await fetch(url + path)).text();
    pages.push(text);
    const { next } = JSON.parse(text) as Page;
    const start = path.split(/[?&]cursor=/)[0] ?? path;
    if (next !== null)
      await read(`${start}${start.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next)}`);
    return text;
  };
  const countries = JSON.parse(await read('/countries?limit=1000')) as { countries: { code: string }[] };
  const topics = JSON.parse(await read('/topics?limit=1000')) as { topics: { slug: string }[] };
  for (const { code } of countries.countries) await read(`/countries/${code}?limit=200`);
  for (const { slug } of topics.topics) await read(`/topics/${encodeURIComponent(slug)}?limit=200`);
  const relations = JSON.parse(await read('/relations?limit=1000')) as {
    relations: { countries: string[] }[];
  };
  for (const { countries: pair } of relations.relations) await read(`/relations/${pair.join('/')}?limit=200`);
  await read('/statements?limit=200');
  await read('/mous?limit=200');
  await read('/mous/unknown?limit=200');
  return pages;
}

/** The timelines that a folder has are, page by page, those that come of its log alone. */
export async function expectAsRebuilt(dataDir: string, last: string): Promise<void> {
  const pages = async (): Promise<string[]> => {
    const server = await startServer(dataDir);
    const all = await allTimelines(server.url, last);
    await server.stop();
    return all;
  };
  const survived = await pages();
  await rm(join(dataDir, 'views'), { recursive: true });
  const rebuilt = await pages();
  expect(survived.length).toBeGreaterThan(10);
  expect(rebuilt).toEqual(survived);
}
