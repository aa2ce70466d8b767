import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { generateOpeningEvents, type SentEvent, take } from '../bench/generate-events.ts';
import { seededRandom } from '../bench/random.ts';
import { COUNTRIES } from '../bench/read-rows.ts';
import { endOfRebuild } from '../cli/polling.ts';
import { type RunningServer, runProgram } from '../cli/server-process.ts';
import { type Answer, ask, nextOf, post } from '../http/support/client.ts';
import { openUpdates, type UpdatesClient } from '../http/support/sse-client.ts';
import { type Seen, type SoakRequest, soakRequests } from './soak-requests.ts';

/** Events of a round: most in bulk, the others in requests of their own. */
const ROUND_EVENTS = 2_000;
const SINGLE_EVENTS = 200;
const BULK_LINES = 900;
const WRITERS = 2;
const READERS = 2;
/** Followed timelines. In each round, some of their clients lose the connection and come back. */
const FOLLOWERS = 40;
const RECONNECTIONS = 10;
/** How much of what it has seen a client remembers. */
const REMEMBERED_MAX = 2_000;
/** Pages that a reader follows. */
const FOLLOWED_PAGES = 3;

const PROJECTIONS = ['country', 'statements', 'agreements'];
const BUSY = 503;
const NDJSON = { 'content-type': 'application/x-ndjson' };

type MutableSeen = { readonly [Name in 'ids' | 'streams' | 'positions']: string[] } & { events: number };

/** Uses all routes of a server at once while its log grows, and checks that no answer is an error of the server. */
export class SoakLoad {
  readonly #server: RunningServer;
  readonly #dataDir: string;
  readonly #folder: string;
  readonly #random = seededRandom(14);
  readonly #bulk: Generator<SentEvent>;
  readonly #single = generateOpeningEvents(2);
  readonly #seen: MutableSeen = { ids: [], streams: [], positions: [], events: 0 };
  readonly #followers: UpdatesClient[] = [];
  #rounds = 0;
  /** Requests so far. */
  requests = 0;

  /**
   * @param bulk the events that are sent in bulk
   * @param folder for exports and backups
   */
  constructor(server: RunningServer, bulk: Generator<SentEvent>, dataDir: string, folder: string) {
    this.#server = server;
    this.#bulk = bulk;
    this.#dataDir = dataDir;
    this.#folder = folder;
  }

  get events(): number {
    return this.#seen.events;
  }

  /** Appends about `ROUND_EVENTS` while everything else goes on. */
  async round(): Promise<void> {
    this.#rounds += 1;
    const writing = Promise.all([this.#writeBulk(), this.#writeSingly()]);
    let isWriting = true;
    void writing.finally(() => {
      isWriting = false;
    });
    const reading = Array.from({ length: READERS }, async () => {
      do await this.#readAll();
      while (isWriting);
    });
    await Promise.all([writing, ...reading, this.#follow(), this.#operate()]);
  }

  close(): void {
    for (const follower of this.#followers.splice(0)) follower.break();
  }

  async #writeBulk(): Promise<void> {
    for (let left = ROUND_EVENTS - SINGLE_EVENTS; left > 0; left -= BULK_LINES) {
      const lines = take(this.#bulk, Math.min(left, BULK_LINES));
      const body = lines.map((event) => `${JSON.stringify(event)}\n`).join('');
      const answer = await this.#ask('/events', { method: 'POST', headers: NDJSON, body });
      const { summary } = JSON.parse(answer.text.trimEnd().split('\n').at(-1) ?? '');
      if (summary.recorded !== lines.length) throw new Error(`Not recorded: ${answer.text.slice(0, 1_000)}`);
      for (const line of lines) this.#remember(line, undefined);
    }
  }

  async #writeSingly(): Promise<void> {
    const writers = Array.from({ length: WRITERS }, async () => {
      for (const event of take(this.#single, SINGLE_EVENTS / WRITERS)) {
        await this.#ask('/events?dryRun=true', { method: 'POST', ...asJson(event) });
        const answer = await this.#post(event);
        this.#remember(event, answer.json.events[0].position);
        await this.#post(event);
      }
    });
    await Promise.all(writers);
  }

  #remember({ id, stream }: SentEvent, position: string | undefined): void {
    const { ids, streams, positions } = this.#seen;
    this.#seen.events += 1;
    const slot = this.#seen.events % REMEMBERED_MAX;
    ids[Math.min(slot, ids.length)] = id;
    streams[Math.min(slot, streams.length)] = stream;
    if (position !== undefined) positions[positions.length % REMEMBERED_MAX] = position;
  }

  async #post(event: SentEvent): Promise<Answer> {
    this.requests += 1;
    const answer = await post(this.#server.url, event);
    if (answer.status !== 200 && answer.status !== 201) throw new Error(answer.text);
    return answer;
  }

  async #readAll(): Promise<void> {
    const requests = soakRequests(this.#random, this.#seen as Seen);
    for (const request of requests) {
      const answer = await this.#get(request);
      const { etag } = answer.headers;
      if (etag !== undefined) {
        await this.#get({ ...request, headers: { ...request.headers, 'if-none-match': etag } });
      }
      let next = nextOf(answer);
      for (let page = 0; page < FOLLOWED_PAGES && next !== undefined; page += 1) {
        next = nextOf(await this.#get({ ...request, path: next }));
      }
    }
  }

  #get({ path, headers = {} }: SoakRequest): Promise<Answer> {
    return this.#ask(path, { headers });
  }

  async #ask(path: string, sent: Parameters<typeof ask>[2]): Promise<Answer> {
    this.requests += 1;
    const answer = await ask(this.#server.url, path, sent);
    if (answer.status >= 500 && answer.status !== BUSY) {
      throw new Error(`${path}: ${answer.status} ${answer.text}`);
    }
    return answer;
  }

  /** Some clients lose their connections and continue with `Last-Event-ID`. */
  async #follow(): Promise<void> {
    if (this.#seen.events === 0) return;
    for (const lost of this.#followers.splice(0, RECONNECTIONS)) lost.break();
    while (this.#followers.length < FOLLOWERS) {
      const country = this.#random.pick(COUNTRIES);
      const path = `/countries/${country}/live?types=${this.#random.pick(['MouSigned', 'BriefingHeld'])}`;
      this.#followers.push(await openUpdates(this.#server.url, path));
    }
  }

  /** What an operator does now and then: rebuild, export, back up. */
  async #operate(): Promise<void> {
    if (this.#rounds % 2 === 0) {
      const projection = this.#random.pick(PROJECTIONS);
      await this.#ask(`/projections/${projection}/rebuild`, { method: 'POST' });
      const { state } = await endOfRebuild(this.#server.url, projection);
      if (state !== 'activated') throw new Error(`The rebuild of ${projection} is ${state}.`);
    }
    if (this.#rounds % 8 === 1) {
      const backup = join(this.#folder, 'backup.db');
      await rm(backup, { force: true });
      await this.#run('backup', backup);
      await this.#run('export', join(this.#folder, 'export.ndjson'));
    }
  }

  async #run(command: string, file: string): Promise<void> {
    const { exitCode, stderr } = await runProgram([command, file, '--data-dir', this.#dataDir]);
    if (exitCode !== 0) throw new Error(stderr);
  }
}

function asJson(event: SentEvent) {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
}
