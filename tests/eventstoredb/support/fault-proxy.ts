import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

export type NetworkFault =
  /** Connections break; new ones are closed at once. */
  | { readonly kind: 'away' }
  /** Connections stay, and nothing passes either way until it is over. */
  | { readonly kind: 'silent' }
  /** What clients send arrives; what the server answers is lost, and when it is over connections break. */
  | { readonly kind: 'answers-swallowed' }
  /** Whatever is sent takes this much longer. */
  | { readonly kind: 'slow'; readonly delayMs: number };

type Way = 'requests' | 'answers';

export interface NetworkAddress {
  readonly host: string;
  readonly port: number;
}

/** A stretch of network between clients and one server, with faults on demand. It knows nothing of what passes. */
export class FaultProxy {
  readonly #server: Server;
  readonly #target: NetworkAddress;
  readonly #clients = new Set<Socket>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #fault: NetworkFault | undefined;

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

  /** In place of the one before. */
  begin(fault: NetworkFault): void {
    this.heal();
    this.#fault = fault;
    if (fault.kind === 'away') this.#breakConnections();
  }

  heal(): void {
    if (this.#fault?.kind === 'answers-swallowed') this.#breakConnections();
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
    if (this.#fault?.kind === 'away') {
      client.destroy();
      return;
    }
    this.#clients.add(client);
    client.once('close', () => this.#clients.delete(client));
    const server = connect({ ...this.#target, noDelay: true });
    client.setNoDelay(true);
    // The end of either side, however it comes, is that of both.
    for (const [from, way, to] of [
      [client, 'requests', server],
      [server, 'answers', client],
    ] as const) {
      pipeline(from, (chunks) => this.#passing(chunks, way), to).catch(() => {
        client.destroy();
        server.destroy();
      });
    }
  }

  async *#passing(chunks: AsyncIterable<Buffer>, way: Way): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      while (this.#fault?.kind === 'silent') await once(this.#changes, 'healed');
      if (this.#fault?.kind === 'answers-swallowed' && way === 'answers') continue;
      if (this.#fault?.kind === 'slow') await delay(this.#fault.delayMs);
      yield chunk;
    }
  }
}
