import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Config, httpUrl } from '../../config.ts';
import { openLogReader } from '../../log.ts';
import { lineageOf } from '../../projector/projector.ts';
import { CommandError } from './command-error.ts';
import type { RebuildProgress, RebuildResult } from './rebuild-progress.ts';

const POLL_INTERVAL_MS = 300;

/** The body of `GET /projections/{name}`. */
const projectionStatus = z.object({ lineage: z.string().nullable() });

/** The body of `GET /projections/{name}/rebuild` and of the response to `POST`. */
const rebuildStatus = z.object({
  projections: z.array(z.string()),
  state: z.enum(['waiting', 'running', 'activated', 'failed', 'cancelled']),
  events: z.int(),
  total: z.int().nullable(),
  stoppedBy: z.object({ event: z.string().nullable(), reason: z.string() }).nullable(),
});

interface Server {
  readonly url: string;
  /** @throws CommandError with the message if there is no response */
  send(method: string, path: string, noResponse?: string): Promise<Response>;
}

/**
 * Asks the server that has the data folder open to rebuild projections, and follows the rebuilds. A rebuild that is
 * running already is followed too. Once `aborted`, rebuilds that this command started are cancelled.
 *
 * @throws CommandError before anything is rebuilt, if the server has another log open
 */
export async function rebuildOnServer(
  projections: readonly string[],
  config: Config,
  progress: RebuildProgress,
  aborted: AbortSignal,
): Promise<readonly RebuildResult[]> {
  const server = serverAt(config);
  await requireSameLog(server, projections, config);
  /** Projection → whether this command has started its rebuild. */
  const isOurs = new Map<string, boolean>();
  for (const projection of projections) {
    if (aborted.aborted) break;
    if (isOurs.has(projection)) continue;
    const started = await start(server, projection);
    for (const name of started) isOurs.set(name, true);
    if (started.length === 0) isOurs.set(projection, false);
  }
  const rebuildOne = async (projection: string): Promise<RebuildResult> => {
    const own = isOurs.get(projection);
    if (own === undefined) return { projection, state: 'cancelled', events: 0 };
    return follow(server, projection, own, progress, aborted);
  };
  return Promise.all(projections.map(rebuildOne));
}

/** Returns the projections whose rebuild it has started; none if one is running already. */
async function start(server: Server, projection: string): Promise<readonly string[]> {
  const response = await server.send('POST', `/projections/${projection}/rebuild`);
  const { status } = response;
  if (status === 409) return [];
  if (status === 202) return (await readBody(rebuildStatus, response, server)).projections;
  throw new CommandError(`${server.url} did not rebuild ${projection}: it responded with status ${status}`);
}

/** Follows a rebuild until it ends. Once `aborted`, it is cancelled if it is ours, or else followed no longer. */
async function follow(
  server: Server,
  projection: string,
  isOurs: boolean,
  progress: RebuildProgress,
  aborted: AbortSignal,
): Promise<RebuildResult> {
  const path = `/projections/${projection}/rebuild`;
  let isCancelled = false;
  for (;;) {
    if (aborted.aborted && !isCancelled) {
      if (!isOurs) return { projection, state: 'detached', events: 0 };
      await server.send('DELETE', path);
      isCancelled = true;
    }
    const status = await readBody(rebuildStatus, await server.send('GET', path), server);
    progress.report(projection, status.events, status.total);
    const { state } = status;
    if (state !== 'waiting' && state !== 'running') return { ...status, projection, state };
    await delay(POLL_INTERVAL_MS);
  }
}

/** A server with another data folder may listen at this URL. Lineages tell the logs apart, once there are rows. */
async function requireSameLog(server: Server, projections: readonly string[], config: Config): Promise<void> {
  const { dataDir } = config;
  const ownLineage = await lineageOfLog(config);
  const noResponse =
    `no server responds at ${server.url}. Use --host and --port to give the address of the server that has ` +
    `${dataDir} open, or leave them out if there is none.`;
  for (const projection of projections) {
    const response = await server.send('GET', `/projections/${projection}`, noResponse);
    if (response.status === 404) throw new CommandError(`${server.url} has no projection ${projection}`);
    const { lineage } = await readBody(projectionStatus, response, server);
    if (ownLineage === undefined || lineage === null || lineage === ownLineage) continue;
    throw new CommandError(
      `the server at ${server.url} has another log than the data folder ${dataDir}, so nothing was rebuilt. ` +
        'Use --host and --port to give the address of the server that has this folder open.',
    );
  }
}

/** Undefined if the log is empty, or if the data folder has none: then only the server can be meant. */
async function lineageOfLog(config: Config): Promise<string | undefined> {
  const reader = await openLogReader(config).catch(() => undefined);
  if (reader === undefined) return undefined;
  try {
    const [first] = await reader.readAll({ direction: 'forwards', maxCount: 1 });
    return first && lineageOf(first);
  } finally {
    reader.close();
  }
}

function serverAt({ host, port, key }: Config): Server {
  const url = httpUrl(host, port);
  const headers: Record<string, string> = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  const lost = `the server at ${url} no longer responds; the outcome of its rebuild is unknown`;
  return {
    url,
    send: async (method, path, noResponse = lost) => {
      try {
        return requirePermitted(await fetch(url + path, { method, headers }));
      } catch (error) {
        throw error instanceof CommandError ? error : new CommandError(noResponse);
      }
    },
  };
}

function requirePermitted(response: Response): Response {
  if (response.status !== 401 && response.status !== 403) return response;
  throw new CommandError('the server needs a key: set CHANCERY_KEY to one with the role operator or admin');
}

async function readBody<T>(schema: z.ZodType<T>, response: Response, { url }: Server): Promise<T> {
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new CommandError(`${url} is not a Chancery server of this version`);
}
