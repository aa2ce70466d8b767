import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Config, httpAddress } from '../../config.ts';
import { lineageOf } from '../../projector/projector.ts';
import { openLogToRead } from '../../server.ts';
import { CommandError } from './errors.ts';
import type { RebuildOutcome, RebuildProgress } from './rebuild-progress.ts';

const POLL_MS = 300;

/** `GET /projections/{name}` */
const projectionStatus = z.object({ lineage: z.string().nullable() });

/** `GET /projections/{name}/rebuild`; `waiting`: it has not had its turn yet. */
const rebuildStatus = z.object({
  state: z.enum(['waiting', 'running', 'activated', 'failed', 'cancelled']),
  events: z.int(),
  total: z.int().nullable(),
  stoppedBy: z.object({ event: z.string().nullable(), reason: z.string() }).nullable(),
});

interface Server {
  readonly url: string;
  /** Throws CommandFailure with the message when nothing answers. */
  ask(method: string, path: string, unanswered?: string): Promise<Response>;
}

/**
 * Lets the server that has the data folder rebuild, and follows it. One that is under way already is followed too, and
 * left alone when this command is stopped. Throws CommandFailure, and asks for nothing, when the server has another log.
 */
export async function rebuildOnServer(
  names: readonly string[],
  config: Config,
  tell: RebuildProgress,
  aborted: AbortSignal,
): Promise<readonly RebuildOutcome[]> {
  const server = serverAt(config);
  await refuseOtherLog(server, names, config);
  const rebuildOne = async (projection: string): Promise<RebuildOutcome> => {
    if (aborted.aborted) return { projection, state: 'cancelled', events: 0 };
    const { status } = await server.ask('POST', `/projections/${projection}/rebuild`);
    if (status !== 202 && status !== 409) {
      throw new CommandError(`${server.url} does not rebuild ${projection}: it answers ${status}`);
    }
    return await follow(server, projection, status === 202, tell, aborted);
  };
  return Promise.all(names.map(rebuildOne));
}

/** To its end; or, when it is stopped and the rebuild is another's, to then. */
async function follow(
  server: Server,
  projection: string,
  isOurs: boolean,
  tell: RebuildProgress,
  aborted: AbortSignal,
): Promise<RebuildOutcome> {
  const path = `/projections/${projection}/rebuild`;
  let isGivenUp = false;
  for (;;) {
    if (aborted.aborted && !isGivenUp) {
      if (!isOurs) return { projection, state: 'left', events: 0 };
      await server.ask('DELETE', path);
      isGivenUp = true;
    }
    const told = await read(rebuildStatus, await server.ask('GET', path), server);
    tell(projection, told.events, told.total);
    const { state } = told;
    if (state !== 'waiting' && state !== 'running') return { ...told, projection, state };
    await delay(POLL_MS);
  }
}

/** A server of another folder may listen at the address; its lineage is not known while its first rows are made. */
async function refuseOtherLog(server: Server, names: readonly string[], config: Config): Promise<void> {
  const here = await lineageHere(config);
  const unanswered = `${config.dataDir} is in use by another process, and no server answers at ${server.url}. Give the address of the one that runs with --host and --port.`;
  for (const name of names) {
    const answer = await server.ask('GET', `/projections/${name}`, unanswered);
    if (answer.status === 404) throw new CommandError(`${server.url} has no projection ${name}`);
    const { lineage } = await read(projectionStatus, answer, server);
    if (here === undefined || lineage === null || lineage === here) continue;
    throw new CommandError(
      `the server at ${server.url} has another log than that of ${config.dataDir}; it rebuilds nothing. Give the address of the one that has this folder with --host and --port.`,
    );
  }
}

async function lineageHere(config: Config): Promise<string | undefined> {
  const reader = await openLogToRead(config);
  try {
    const [first] = await reader.readAll({ direction: 'forwards', maxCount: 1 });
    return first && lineageOf(first);
  } finally {
    reader.close();
  }
}

function serverAt({ host, port }: Config): Server {
  const url = httpAddress(host, port);
  const gone = `the server at ${url} answers no more; how its rebuild ends is not known`;
  return {
    url,
    ask: async (method, path, unanswered = gone) => {
      try {
        return await fetch(url + path, { method });
      } catch {
        throw new CommandError(unanswered);
      }
    },
  };
}

async function read<T>(shape: z.ZodType<T>, answer: Response, { url }: Server): Promise<T> {
  const parsed = shape.safeParse(await answer.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new CommandError(`what answers at ${url} is not a server of this program's version`);
}
