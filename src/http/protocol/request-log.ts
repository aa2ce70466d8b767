import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppContext } from './context.ts';
import type { Request } from './handler.ts';
import { pathOf } from './query.ts';
import { requestIdOf } from './request-id.ts';

/** Sends a signal when the request has been answered, or its client has gone. */
export function signalCompletion(
  { signal }: Pick<AppContext, 'signal'>,
  req: IncomingMessage & Partial<Pick<Request, 'pattern'>>,
  res: ServerResponse,
): void {
  const startMs = performance.now();
  res.on('close', () => {
    signal({
      kind: 'request-completed',
      method: req.method ?? '',
      route: req.pattern ?? pathOf(req.url ?? ''),
      status: res.headersSent ? res.statusCode : null,
      ms: Math.round((performance.now() - startMs) * 1_000) / 1_000,
      requestId: requestIdOf(res),
    });
  });
}
