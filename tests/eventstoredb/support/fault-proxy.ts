import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

export type NetworkFault =
  /** Connections break, and new ones are closed at once. */
  | { readonly kind: 'unreachable' }
  /** Connections stay open, but nothing passes either way until the fault ends. */
  | { readonly kind: 'silent' }
  /** Requests arrive, but answers are lost. When the fault ends, connections break. */
  | { readonly kind: 'answers-lost' }
  /** Everything is delayed. */
  | { readonly kind: 'slow'; readonly delayMs: number };

type Direction = 'requests' | 'answers';

export interface NetworkAddress {
  readonly host: string;
  readonly port: number;
}

/** A TCP proxy between clients and one server, with faults on demand. It does not interpret what it forwards. */
export class FaultProxy {
  readonly #server: Server;
  readonly #target: NetworkAddress;
  readonly #clients = new Set<Socket>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #fault: NetworkFault | undefined;
  #stoppedChunks = 0;

  constructor(target: NetworkAddress) {
    this.#target = target;
    this.#server = createServer((client) => this.#connect(client));
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get address(): NetworkAddress {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port };
  }

  /** How many chunks the current fault has held back or dropped. */
  get stoppedChunks(): number {
    return this.#stoppedChunks;
  }

  /** Replaces the current fault. */
  begin(fault: NetworkFault): void {
    this.heal();
    this.#fault = fault;
    this.#stoppedChunks = 0;
    if (fault.kind === 'unreachable') this.#breakConnections();
  }

  heal(): void {
    if (this.#fault?.kind === 'answers-lost') this.#breakConnections();
    this.#fault = undefined;
    this.#changes.emit('healed');
  }

  stop(): void {
    this.heal();
    this.#server.close();
    this.#breakConnections();
  }

  #breakConnections(): void {
    for (const client of this.#clients) client.destroy();
  }

  #connect(client: Socket): void {
    client.on('error', () => {});
    if (this.#fault?.kind === 'unreachable') {
      client.destroy();
      return;
    }
    this.#clients.add(client);
    client.once('close', () => this.#clients.delete(client));
    const server = connect({ ...this.#target, noDelay: true });
    client.setNoDelay(true);
    // When either side ends, for whatever reason, the other side ends too.
    for (const [from, direction, to] of [
      [client, 'requests', server],
      [server, 'answers', client],
    ] as const) {
      pipeline(from, (chunks) => this.#forward(chunks, direction), to).catch(() => {
        client.destroy();
        server.destroy();
      });
    }
  }

  async *#forward(chunks: AsyncIterable<Buffer>, direction: Direction): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      if (this.#fault?.kind === 'silent') this.#stoppedChunks += 1;
      while (this.#fault?.kind === 'silent') await once(this.#changes, 'healed');
      if (this.#fault?.kind === 'answers-lost' && direction === 'answers') {
        this.#stoppedChunks += 1;
        continue;
      }
      if (this.#fault?.kind === 'slow') await delay(this.#fault.delayMs);
      yield chunk;
    }
  }
}
