import { type ClientRequest, type IncomingMessage, request } from 'node:http';

export interface News {
  /** What the stream told with it. */
  readonly id: string;
  readonly position: string;
  readonly instant: string;
  readonly new: number | null;
}

/** What comes of a stream, read by the rules of the HTML standard (§9.2.6), for an `EventSource` without reconnection. */
export class NewsClient {
  readonly answer: IncomingMessage;
  /** How the answer ended: by its end, or cut off in the middle. */
  readonly ended: Promise<'whole' | 'broken'>;
  readonly all: News[] = [];
  lastEventId = '';
  heartbeats = 0;
  retryMs: number | undefined;
  readonly #request: ClientRequest;
  #taken = 0;
  #text = '';
  #block: { event: string; data: string; id: string | undefined } = { event: '', data: '', id: undefined };
  #look = (): void => {};

  constructor(sent: ClientRequest, answer: IncomingMessage) {
    this.#request = sent;
    this.answer = answer;
    answer.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.ended = new Promise((resolve) => {
      answer.on('end', () => resolve('whole')).on('error', () => resolve('broken'));
    });
  }

  get sum(): number {
    return this.all.reduce((sum, { new: entries }) => sum + (entries ?? Number.NaN), 0);
  }

  /** The next piece of news, in their order. */
  async next(): Promise<News> {
    await this.until(() => this.all.length > this.#taken);
    this.#taken += 1;
    return this.all[this.#taken - 1] as News;
  }

  /** Settles as soon as the condition holds; looked at whenever something comes. Rejects when nothing more will. */
  async until(condition: () => boolean): Promise<void> {
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#look = () => {
          if (condition()) resolve();
        };
        this.#look();
      }),
      this.ended.then(() => {
        if (!condition()) throw new Error('The stream ended');
      }),
    ]);
  }

  /** As when the network is gone: what is on its way is lost. */
  break(): void {
    this.answer.removeAllListeners('data');
    this.#request.destroy();
  }

  #take(text: string): void {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    this.#look();
  }

  #line(line: string): void {
    if (line === '') this.#dispatch();
    else if (line.startsWith(':')) this.heartbeats += 1;
    else {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === 'id') this.#block.id = value;
      else if (field === 'retry') this.retryMs = Number(value);
      else if (field === 'event') this.#block.event = value;
      else if (field === 'data') this.#block.data += value;
      else throw new Error(`No field of a stream: ${line}`);
    }
  }

  #dispatch(): void {
    const { event, data, id } = this.#block;
    this.#block = { event: '', data: '', id: undefined };
    if (id !== undefined) this.lastEventId = id;
    if (data === '') return;
    if (event !== 'news') throw new Error(`Not expected: ${event}`);
    this.all.push({ id: this.lastEventId, ...JSON.parse(data) });
  }
}

/** Settles when the head of the answer is there. */
export function openNews(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<NewsClient> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const accept = { accept: 'text/event-stream', ...headers };
    const sent = request({ hostname, port, path, headers: accept, agent: false }, (answer) => {
      if (answer.statusCode === 200) resolve(new NewsClient(sent, answer));
      else reject(new Error(`Status ${answer.statusCode}`));
    });
    sent.on('error', reject);
    sent.end();
  });
}
