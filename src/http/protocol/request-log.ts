import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppContext } from './context.ts';
import type { Request } from './handler.ts';
import { pathOf } from './query.ts';
import { requestIdOf } from './request-id.ts';

/** The route of requests that match none. Their paths are unbounded in number, so metrics do not have them. */
const UNMATCHED = 'none';

/** Counts the request when it has been answered, or its client has gone, and sends a signal if requests are logged. */
export function observeCompletion(
  { metrics, logsRequests, signal }: Pick<AppContext, 'metrics' | 'logsRequests' | 'signal'>,
  req: IncomingMessage & Partial<Pick<Request, 'pattern' | 'requester'>>,
  res: ServerResponse,
): void {
  const startMs = performance.now();
  res.on('close', () => {
    const { method = '', pattern, requester } = req;
    const ms = performance.now() - startMs;
    const status = res.headersSent ? res.statusCode : undefined;
    metrics.requestCompleted(method, pattern ?? UNMATCHED, status, ms / 1_000);
    if (!logsRequests) return;
    signal({
      kind: 'request-completed',
      method,
      route: pattern ?? pathOf(req.url ?? ''),
      status: status ?? null,
      ms: Math.round(ms * 1_000) / 1_000,
      address: requester?.address ?? null,
      requestId: requestIdOf(res),
    });
  });
}
