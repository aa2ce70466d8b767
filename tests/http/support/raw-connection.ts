import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test sends bytes as they are, and reads what comes back. */
export class RawConnection {
  readonly socket: Socket;
  received = '';
  readonly ended: Promise<unknown>;
  #check = (): void => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.received += text;
      this.#check();
    });
    socket.on('error', () => {});
    this.ended = once(socket, 'close');
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  get responses(): number {
    return this.received.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0;
  }

  send(bytes: string | Buffer): this {
    this.socket.write(bytes);
    return this;
  }

  async untilReceived(condition: (received: string) => boolean): Promise<void> {
    if (condition(this.received)) return;
    await new Promise<void>((resolve) => {
      this.#check = () => {
        if (condition(this.received)) resolve();
      };
    });
  }
}

/** Sends bytes, and returns status, head and problem of the answer, after which the server closes the connection. */
export async function askRaw(url: string, bytes: string | Buffer) {
  const connection = (await RawConnection.open(url)).send(bytes);
  await connection.ended;
  const [head = '', body = ''] = connection.received.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, problem: JSON.parse(body) };
}
