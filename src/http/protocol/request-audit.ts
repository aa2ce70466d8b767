import type { ServerResponse } from 'node:http';
import type { Principal } from '../../access/principal.ts';
import type { AuditAct, AuditEntry, AuditPrincipal } from '../../audit/audit-entry.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import { streamUrl } from '../../web/text/url.ts';
import type { FormatName } from './formats.ts';
import type { ProblemCode } from './problem-types.ts';
import { pathOf, queryStringOf } from './query.ts';
import type { ReceivedRequest } from './received-request.ts';
import { requestIdOf } from './request-id.ts';

/** The ids of more events are divided among several entries. */
const EVENTS_MAX = 500;
/** Somebody who is refused before it is known who it is. */
const UNKNOWN: AuditPrincipal = { name: 'unknown', authenticatedBy: 'public' };

/** What the router has found out about a request so far. */
interface RoutedRequest extends ReceivedRequest {
  readonly pattern?: string;
  readonly path?: string;
  readonly principal?: Principal;
  readonly format?: FormatName;
  readonly originalUrl?: string;
}

interface AuditContext {
  readonly audit: AuditLog;
  readonly clock: () => Date;
}

interface Details {
  readonly target?: string | undefined;
  readonly by?: AuditPrincipal | undefined;
  readonly status?: NonNullable<AuditEntry['request']>['status'];
}

/**
 * Tells the audit log what a request does. Requests that only read a page have no entry.
 *
 * The entry is recorded when the response has ended, since it has the status, unless that may take long.
 */
export class RequestAudit {
  readonly #context: AuditContext;
  readonly #req: RoutedRequest;
  readonly #res: ServerResponse;
  #awaitsEnd = false;
  #done: { readonly act: AuditAct; readonly details: Details } | undefined;
  #events: string[] = [];
  readonly #streams = new Set<string>();

  constructor(context: AuditContext, req: RoutedRequest, res: ServerResponse) {
    this.#context = context;
    this.#req = req;
    this.#res = res;
  }

  /**
   * @param target if it is not what the path of the request names
   * @param by if it is not who made the request, such as a browser that has signed in with it
   */
  did(act: AuditAct, target?: string, by?: AuditPrincipal): void {
    this.#done = { act, details: { target, by } };
    this.#awaitEnd();
  }

  refused(code: ProblemCode): void {
    this.did({ action: 'refusal', code });
  }

  appended(events: readonly { readonly id: string; readonly stream: string }[]): void {
    for (const { id, stream } of events) {
      this.#events.push(id);
      this.#streams.add(stream);
    }
    if (this.#events.length >= EVENTS_MAX) this.#recordEvents();
    this.#awaitEnd();
  }

  /** Must be called before something is sent that is not read page by page. It may take long, so it is recorded now. */
  exports(): void {
    const { method, format = 'json', originalUrl = '' } = this.#req;
    if (method === 'HEAD') return;
    this.#record({ action: 'export', format, query: queryStringOf(originalUrl) }, { status: 200 });
  }

  #awaitEnd(): void {
    if (this.#awaitsEnd) return;
    this.#awaitsEnd = true;
    if (this.#res.closed) this.#end();
    else this.#res.on('close', () => this.#end());
  }

  #end(): void {
    this.#recordEvents();
    if (this.#done !== undefined) this.#record(this.#done.act, this.#done.details);
  }

  #recordEvents(): void {
    if (this.#events.length === 0) return;
    const [stream = '', ...others] = this.#streams;
    const target = others.length > 0 ? undefined : streamUrl(stream);
    this.#record({ action: 'append', events: this.#events }, { target });
    this.#events = [];
    this.#streams.clear();
  }

  #record(act: AuditAct, { target, by, status }: Details): void {
    const { method = '', url = '', pattern, path, principal, requester } = this.#req;
    const { audit, clock } = this.#context;
    audit.record({
      at: clock().toISOString(),
      ...act,
      principal: principalOf(by ?? principal),
      address: requester.address,
      request: {
        method,
        route: pattern ?? null,
        status: status ?? (this.#res.headersSent ? this.#res.statusCode : null),
        id: requestIdOf(this.#res),
      },
      target: target ?? path ?? pathOf(url),
    });
  }
}

function principalOf(principal: AuditPrincipal | undefined): AuditPrincipal {
  if (principal === undefined) return UNKNOWN;
  const { name, authenticatedBy } = principal;
  return { name, authenticatedBy };
}
