import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { generateEvents, type SentEvent } from '../bench/generate-events.ts';
import { until } from '../cli/polling.ts';
import { runProgram, startServer } from '../cli/server-process.ts';

/** Maps the id of each event that the server has acknowledged to its position. */
export type Acknowledged = Map<string, string>;

interface AppendResponse {
  readonly events: readonly { readonly id: string; readonly position: string }[];
}

/** A client that sends its own history, one event at a time, and resends an event that got no response. */
export class Writer {
  readonly #events: Generator<SentEvent>;
  #pending: SentEvent | undefined;

  constructor(seed: number) {
    this.#events = generateEvents(Number.MAX_SAFE_INTEGER, seed);
  }

  /** Sends events until the server stops responding. @param pauseMs between two of them */
  async write(url: string, acknowledged: Acknowledged, pauseMs = 0): Promise<void> {
    for (;;) {
      const event = this.#pending ?? (this.#events.next().value as SentEvent);
      this.#pending = event;
      const response = await post(url, event);
      if (response === undefined) return;
      for (const { id, position } of response.events) acknowledged.set(id, position);
      this.#pending = undefined;
      await delay(pauseMs);
    }
  }
}

/** Returns undefined if there is no complete response. */
async function post(url: string, event: SentEvent): Promise<AppendResponse | undefined> {
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
  return JSON.parse(text) as AppendResponse;
}

interface Envelope {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
}

/**
 * Expects that the log holds each acknowledged event once, at its position, and that positions and revisions have no
 * gaps. Returns the last position.
 */
export async function expectAllStored(dataDir: string, acknowledged: Acknowledged): Promise<string> {
  const { exitCode, stdout } = await runProgram(['export', '--data-dir', dataDir]);
  expect(exitCode).toBe(0);
  const events = stdout
    .split('\n')
    .filter((line) => line.includes('"position"'))
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

async function untilCaughtUp(url: string, position: string): Promise<void> {
  await until(async () => {
    const { projections } = (await (await fetch(`${url}/readyz`)).json()) as Readiness;
    return projections.every((projection) => projection.position === position);
  });
}

/** Waits until all timelines hold the position, and returns every page of every timeline as it was sent. */
export async function allTimelines(url: string, position: string): Promise<string[]> {
  await untilCaughtUp(url, position);
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
  for (const { countries: codes } of relations.relations)
    await read(`/relations/${codes.join('/')}?limit=200`);
  await read('/statements?limit=200');
  await read('/mous?limit=200');
  await read('/mous/unknown?limit=200');
  return pages;
}

/** Expects that the timelines of a data folder are, page by page, those that a rebuild makes from its log. */
export async function expectTimelinesMatchRebuild(dataDir: string, last: string): Promise<void> {
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
