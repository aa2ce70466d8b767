import { type ClientRequest, type IncomingMessage, request } from 'node:http';

/** A live update of a timeline, as a client receives it. */
export interface LiveUpdate {
  /** The id that the stream sent with it. */
  readonly id: string;
  readonly position: string;
  readonly instant: string;
  readonly new: number | null;
}

/** Parses an event stream by the rules of the HTML standard (§9.2.6), like an `EventSource` that never reconnects. */
export class UpdatesClient {
  readonly answer: IncomingMessage;
  /** Resolves to how the response ended: completely, or by a lost connection. */
  readonly ended: Promise<'whole' | 'broken'>;
  readonly all: LiveUpdate[] = [];
  lastEventId = '';
  heartbeats = 0;
  retryMs: number | undefined;
  readonly #request: ClientRequest;
  #consumed = 0;
  #text = '';
  #block: { event: string; data: string; id: string | undefined } = { event: '', data: '', id: undefined };
  #check = (): void => {};

  constructor(sent: ClientRequest, answer: IncomingMessage) {
    this.#request = sent;
    this.answer = answer;
    answer.setEncoding('utf8').on('data', (text: string) => this.#receive(text));
    this.ended = new Promise((resolve) => {
      answer.on('end', () => resolve('whole')).on('error', () => resolve('broken'));
    });
  }

  /** The entries that all updates together count. */
  get sum(): number {
    return this.all.reduce((sum, { new: entries }) => sum + (entries ?? Number.NaN), 0);
  }

  /** Resolves to the next update, in the order of their arrival. */
  async next(): Promise<LiveUpdate> {
    await this.until(() => this.all.length > this.#consumed);
    this.#consumed += 1;
    return this.all[this.#consumed - 1] as LiveUpdate;
  }

  /** Checks the condition whenever something arrives. Rejects if the stream ends before it holds. */
  async until(condition: () => boolean): Promise<void> {
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#check = () => {
          if (condition()) resolve();
        };
        this.#check();
      }),
      this.ended.then(() => {
        if (!condition()) throw new Error('The stream ended');
      }),
    ]);
  }

  /** Simulates a lost network: what is on its way does not arrive. */
  break(): void {
    this.answer.removeAllListeners('data');
    this.#request.destroy();
  }

  #receive(text: string): void {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) this.#parseLine(line);
    this.#check();
  }

  #parseLine(line: string): void {
    if (line === '') this.#dispatch();
    else if (line.startsWith(':')) this.heartbeats += 1;
    else {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === 'id') this.#block.id = value;
      else if (field === 'retry') this.retryMs = Number(value);
      else if (field === 'event') this.#block.event = value;
      else if (field === 'data') this.#block.data += value;
      else throw new Error(`Not a field of an event stream: ${line}`);
    }
  }

  #dispatch(): void {
    const { event, data, id } = this.#block;
    this.#block = { event: '', data: '', id: undefined };
    if (id !== undefined) this.lastEventId = id;
    if (data === '') return;
    if (event !== 'news') throw new Error(`Unexpected event: ${event}`);
    this.all.push({ id: this.lastEventId, ...JSON.parse(data) });
  }
}

/** Resolves when the head of the response has arrived. */
export function openUpdates(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<UpdatesClient> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const accept = { accept: 'text/event-stream', ...headers };
    const sent = request({ hostname, port, path, headers: accept, agent: false }, (answer) => {
      if (answer.statusCode === 200) resolve(new UpdatesClient(sent, answer));
      else reject(new Error(`Status ${answer.statusCode}`));
    });
    sent.on('error', reject);
    sent.end();
  });
}
