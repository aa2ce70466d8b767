import type { Connection } from './connection.ts';
import { blocksOf, chunksOf } from './event-stream.ts';
import { ProblemError } from './problem-error.ts';
import type { EntryPage, EntryQuery, LiveUpdate } from './types.ts';

export interface NewsOptions {
  readonly signal?: AbortSignal;
}

/** The server sends something at least every 15 seconds. */
const SILENCE_MS = 45_000;

/** One timeline, of which nothing is read until it is iterated. */
export class Timeline<Entry, Query extends object = EntryQuery> {
  readonly #connection: Connection;
  readonly #path: string;

  /** @param path of the timeline on the server, such as `/countries/PK` */
  constructor(connection: Connection, path: string) {
    this.#connection = connection;
    this.#path = path;
  }

  /** Iterates over all entries, page by page. All pages show the state of the first one. */
  async *entries(query?: Query, signal?: AbortSignal): AsyncGenerator<Entry, void, undefined> {
    for await (const page of this.pages(query, signal)) yield* page.entries;
  }

  async *pages(query?: Query, signal?: AbortSignal): AsyncGenerator<EntryPage<Entry>, void, undefined> {
    let cursor: string | null | undefined;
    do {
      const path = withQuery(this.#path, { ...query, cursor });
      const page: EntryPage<Entry> = await this.#connection.json(path, signal);
      yield page;
      cursor = page.next;
    } while (cursor !== null);
  }

  /**
   * Iterates over the live updates of the entries that match the query, until the signal aborts. After a lost
   * connection it resumes where it was: the next update counts what was missed.
   */
  async *news(
    query?: Omit<Query, 'order' | 'limit' | 'asOf'>,
    { signal }: NewsOptions = {},
  ): AsyncGenerator<LiveUpdate, void, undefined> {
    const path = withQuery(`${this.#path}/live`, { ...query });
    let lastEventId: string | undefined;
    let failures = 0;
    while (signal?.aborted !== true) {
      try {
        for await (const { id, event, data } of this.#blocks(path, lastEventId, signal)) {
          failures = 0;
          lastEventId = id ?? lastEventId;
          if (event === 'news' && data !== undefined) yield JSON.parse(data) as LiveUpdate;
        }
      } catch (error) {
        if (signal?.aborted) return;
        if (error instanceof ProblemError) throw error;
      }
      failures += 1;
      await this.#connection.wait(failures, signal).catch(() => {});
    }
  }

  async *#blocks(path: string, lastEventId: string | undefined, signal: AbortSignal | undefined) {
    const headers = {
      Accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
    };
    const { body } = await this.#connection.send('GET', path, { headers, signal });
    if (body !== null) yield* blocksOf(chunksOf(body, SILENCE_MS));
  }
}

/** Lists are separated by commas. */
function withQuery(path: string, query: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}
