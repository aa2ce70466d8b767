import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Finds a port for a server whose URL has to be known before it starts. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
