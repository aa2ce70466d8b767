import { type RecordedEvent, StoreUnavailableError } from '../../event-store/event-store.ts';
import type { LogTree } from '../../integrity/log-tree.ts';
import { formatReceipt } from '../../integrity/receipt.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import {
  invalidQuery,
  type Problem,
  RETRY_SOON,
  treeIncomplete,
  unknownEvent,
} from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';

/** Checkpoints, keys and receipts are texts of C2SP. */
const TEXT = 'text/plain; charset=utf-8';
/** A later answer may be about a larger tree. */
const NO_CACHE = { 'Cache-Control': 'no-cache' } as const;

/** `GET /log/checkpoint`: the signed size and root of the log. */
export async function showCheckpoint(context: AppContext, res: Response): Promise<void> {
  await followLog(context);
  if (!requireWhole(context, res)) return;
  sendText(res, context.tree.checkpoint());
}

/** `GET /log/key`: the public key that verifies checkpoints and receipts. */
export async function showKey(context: AppContext, res: Response): Promise<void> {
  await followLog(context);
  if (!requireWhole(context, res)) return;
  sendText(res, context.tree.publicKey());
}

/**
 * Waits until the tree contains the events that the log has now. If it takes too long, or the log is unavailable, the
 * answer is about a smaller tree.
 */
async function followLog({ tree, store, limits }: AppContext): Promise<void> {
  try {
    const [last] = await store.readAll({ direction: 'backwards', maxCount: 1 });
    if (last !== undefined) await tree.waitFor(last.position, limits.afterTimeoutMs);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

/** Sends a problem and returns false if the tree lacks events, so that it proves nothing. */
function requireWhole({ tree: { missing } }: AppContext, res: Response): boolean {
  if (missing.length > 0) sendProblem(res, treeIncomplete(missing));
  return missing.length === 0;
}

function sendText(res: Response, text: string | undefined): void {
  if (text === undefined) sendProblem(res, { code: 'empty-log' });
  else sendJson(res, 200, text.endsWith('\n') ? text : `${text}\n`, NO_CACHE, TEXT);
}

/** `GET /log/proof/inclusion?event=&size=`: proves that an event is in the log. */
export async function showInclusionProof(context: AppContext, req: Request, res: Response): Promise<void> {
  const { tree, store } = context;
  if (!requireWhole(context, res)) return;
  const query = new QueryParameters(req.originalUrl, ['event', 'size']);
  const id = query.text('event');
  if (id === undefined) query.refuse('event', 'Expected the id of an event.');
  const event = id === undefined ? undefined : await store.readEvent(id.toLowerCase());
  if (query.errors.length === 0 && event === undefined) return sendProblem(res, unknownEvent());
  if (event !== undefined && !(await includes(context, event))) return sendProblem(res, treeBehind(event));
  const index = event === undefined ? 0 : tree.indexOf(event.position);
  const size = sizeParameter(query, 'size', tree.size, tree);
  if (query.errors.length === 0 && index >= size) {
    query.refuse('size', `The event is number ${index + 1} of the log.`);
  }
  if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
  const hashes = base64(tree.inclusionProof(index, size));
  const [leafHash = '', root = ''] = base64([tree.leafHashAt(index), tree.rootAt(size)]);
  sendJson(res, 200, JSON.stringify({ event: event?.id, index, size, leafHash, root, hashes }), NO_CACHE);
}

/** `GET /log/proof/consistency?from=&to=`: proves that the log of a size is the beginning of that of another. */
export async function showConsistencyProof(context: AppContext, req: Request, res: Response): Promise<void> {
  const { tree } = context;
  await followLog(context);
  if (!requireWhole(context, res)) return;
  const query = new QueryParameters(req.originalUrl, ['from', 'to']);
  if (query.text('from') === undefined) query.refuse('from', 'Expected the size of an earlier checkpoint.');
  const from = sizeParameter(query, 'from', 1, tree);
  const to = sizeParameter(query, 'to', tree.size, tree);
  if (query.errors.length === 0 && from > to) query.refuse('from', `Expected at most ${to}, the size of to.`);
  if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
  const [fromRoot, toRoot] = base64([tree.rootAt(from), tree.rootAt(to)]);
  const hashes = base64(tree.consistencyProof(from, to));
  sendJson(res, 200, JSON.stringify({ from, to, fromRoot, toRoot, hashes }), NO_CACHE);
}

function sizeParameter(query: QueryParameters, name: string, fallback: number, { size }: LogTree): number {
  const given = query.count(name, 999_999_999, fallback);
  if (given > size) query.refuse(name, `The tree has ${size} events.`, 'beyond-log');
  return given;
}

/** `GET /events/{id}/receipt`: proves, without the server, that the event is in the log with this content. */
export async function showEventReceipt(
  context: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const { tree, store } = context;
  const event = await store.readEvent(req.params.id.toLowerCase());
  if (event === undefined) return sendProblem(res, unknownEvent());
  if (!requireWhole(context, res)) return;
  if (!(await includes(context, event))) return sendProblem(res, treeBehind(event));
  const { size } = tree;
  const index = tree.indexOf(event.position);
  const receipt = formatReceipt(event, index, tree.inclusionProof(index, size), tree.checkpoint() ?? '');
  sendText(res, receipt);
}

function includes({ tree, limits }: AppContext, { position }: RecordedEvent): Promise<boolean> {
  return tree.waitFor(position, limits.afterTimeoutMs);
}

function treeBehind({ position }: RecordedEvent): Problem {
  return { code: 'tree-behind', members: { position }, headers: RETRY_SOON };
}

function base64(hashes: readonly Buffer[]): readonly string[] {
  return hashes.map((hash) => hash.toString('base64'));
}
