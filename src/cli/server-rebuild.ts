import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { CommandFailure } from './command-failure.ts';
import type { RebuildOutcome, RebuildProgress } from './rebuild-progress.ts';

const POLL_MS = 300;

/** `GET /projections/{name}/rebuild` */
const status = z.object({
  state: z.enum(['running', 'activated', 'failed', 'cancelled']),
  events: z.int(),
  total: z.int().nullable(),
  stoppedBy: z.object({ event: z.string().nullable(), reason: z.string() }).nullable(),
});

type Status = z.infer<typeof status>;

/** Lets the server that has the data folder rebuild, and follows it. One that is under way already is followed too. */
export async function rebuildOnServer(
  names: readonly string[],
  { host, port, dataDir }: Config,
  tell: RebuildProgress,
  aborted: AbortSignal,
): Promise<readonly RebuildOutcome[]> {
  const server = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const ask = async (method: string, name: string): Promise<Response> => {
    try {
      return await fetch(`${server}/projections/${name}/rebuild`, { method });
    } catch {
      throw new CommandFailure(
        `${dataDir} is in use by another process, and no server answers at ${server}. Give the address of the one that runs with --host and --port.`,
      );
    }
  };
  const rebuildOne = async (projection: string): Promise<RebuildOutcome> => {
    const { status: code } = await ask('POST', projection);
    if (code !== 202 && code !== 409) throw new CommandFailure(`${server} has no projection ${projection}`);
    const cancel = () => void ask('DELETE', projection);
    aborted.addEventListener('abort', cancel, { once: true });
    for (;;) {
      const told = await readStatus(await ask('GET', projection), server);
      tell(projection, told.events, told.total);
      if (told.state !== 'running') return { ...told, projection, state: told.state };
      await delay(POLL_MS);
    }
  };
  return Promise.all(names.map(rebuildOne));
}

async function readStatus(answer: Response, server: string): Promise<Status> {
  const parsed = status.safeParse(await answer.json());
  if (parsed.success) return parsed.data;
  throw new CommandFailure(`what answers at ${server} is not a server of this program's version`);
}
