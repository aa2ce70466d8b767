import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { serveRequests } from './peer.ts';

/** What a client does that has no regard for others. */
export interface HostileLoad {
  readonly url: string;
  /** The bytes that each connection sends. */
  readonly text: string;
  /** How many answers they get. Then they are sent again. 0: the connection is only held open. */
  readonly answers: number;
  readonly connections: number;
  readonly forMs: number;
}

/** After this time, a connection is opened again that the server has closed. */
const REOPEN_MS = 1_000;
const STATUS_LINE = /HTTP\/1\.1 /g;

/** Returns how many answers came. */
async function run({ url, text, answers, connections, forMs }: HostileLoad): Promise<number> {
  const { hostname, port } = new URL(url);
  let [received, isOver] = [0, false];
  const open = () => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(text));
    let missing = answers;
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      const count = chunk.match(STATUS_LINE)?.length ?? 0;
      received += count;
      missing -= count;
      if (missing > 0 || answers === 0) return;
      missing = answers;
      socket.write(text);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      setTimeout(() => {
        if (!isOver) sockets[sockets.indexOf(socket)] = open();
      }, REOPEN_MS);
    });
    return socket;
  };
  const sockets = Array.from({ length: connections }, open);
  await delay(forMs);
  isOver = true;
  for (const socket of sockets) socket.destroy();
  return received;
}

serveRequests(run);
