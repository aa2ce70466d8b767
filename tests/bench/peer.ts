import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A child process that handles one request at a time. Each side of a measurement runs in one of its own. */
export interface Peer<Request, Result> {
  readonly pid: number;
  request(request: Request): Promise<Result>;
  stop(): Promise<void>;
}

type Response<Result> = { readonly result: Result } | { readonly error: string };

/** Starts the module `name`, which must call `serveRequests`. */
export function startPeer<Request extends object, Result>(name: string): Peer<Request, Result> {
  const child = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)));
  return {
    pid: child.pid ?? 0,
    request: async (request) => {
      const nextResponse = responseFrom<Result>(child);
      child.send(request);
      const response = await nextResponse;
      if ('error' in response) throw new Error(`${name}: ${response.error}`);
      return response.result;
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** Starts a peer, sends it one request and stops it. */
export async function requestOnce<Request extends object, Result>(
  name: string,
  request: Request,
): Promise<Result> {
  const peer = startPeer<Request, Result>(name);
  try {
    return await peer.request(request);
  } finally {
    await peer.stop();
  }
}

/** Handles the requests of the parent process until it ends. The module of a peer calls this once. */
export function serveRequests<Request, Result>(handle: (request: Request) => Promise<Result>): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (request) => {
    handle(request as Request).then(
      (result) => process.send?.({ result }),
      (error) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}

function responseFrom<Result>(child: ChildProcess): Promise<Response<Result>> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`${child.spawnargs.at(-1)} exited without a response.`));
    child.once('exit', onExit);
    child.once('message', (response) => {
      child.off('exit', onExit);
      resolve(response as Response<Result>);
    });
  });
}
