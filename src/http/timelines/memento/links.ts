import type { LogPoint } from '../../../projector/timeline-store.ts';
import { PageUrl } from '../../../web/text/url.ts';
import type { Request } from '../../protocol/handler.ts';
import { linkTarget } from '../../protocol/paging.ts';
import { queryStringOf } from '../../protocol/query.ts';
import { stateToken } from '../../protocol/state-token.ts';

export const LINK_FORMAT = 'application/link-format';

/** Six links repeat the URL, and clients take some sixteen thousand characters in all headers together. */
export const LINKED_URL_CHARS_MAX = 2_000;

/** A state of a timeline, as the log has it and as the URL of its memento names it. */
export type MementoState = Pick<LogPoint, 'instant'> & { readonly token: string };

export function mementoState(lineage: string, logPoint: LogPoint): MementoState {
  return { instant: logPoint.instant, token: stateToken(lineage, logPoint) };
}

/** The URLs that RFC 7089 gives to a timeline: of the original resource, its TimeGate, TimeMap and mementos. */
export class MementoUrls {
  readonly original: string;
  readonly timegate: string;
  readonly timemap: string;
  readonly #origin: string;
  readonly #url: PageUrl;

  /** @param url of the timeline, with its filter */
  constructor(origin: string, url: PageUrl) {
    this.#origin = origin;
    this.#url = new PageUrl(url.with({ asOf: undefined }));
    this.original = `${origin}${this.#url.with({})}`;
    this.timegate = `${origin}${this.#url.child('timegate').with({})}`;
    this.timemap = `${origin}${this.#url.child('timemap').with({})}`;
  }

  /** Returns the URL of the state without the host. */
  pathOf({ token }: MementoState): string {
    return this.#url.with({ asOf: token });
  }

  memento(state: MementoState): string {
    return `${this.#origin}${this.pathOf(state)}`;
  }

  /** Returns the URL of another page of the TimeMap. */
  timemapPage(cursor: string): string {
    return `${this.#origin}${this.#url.child('timemap').with({ cursor })}`;
  }

  /** The links that all of these resources have. */
  get links(): readonly string[] {
    return [
      `${linkTarget(this.original)}; rel="original"`,
      `${linkTarget(this.timegate)}; rel="timegate"`,
      `${linkTarget(this.timemap)}; rel="timemap"; type="${LINK_FORMAT}"`,
    ];
  }

  /** @param relations in addition to `memento`, such as `first` */
  mementoLink(state: MementoState, ...relations: readonly string[]): string {
    const relation = [...relations, 'memento'].join(' ');
    return `${linkTarget(this.memento(state))}; rel="${relation}"; datetime="${httpDate(state.instant)}"`;
  }
}

/** Returns the URLs for a request of a timeline or of a resource one path segment below it. */
export function mementoUrlsOf(req: Request<unknown>, suffix = ''): MementoUrls {
  const { path, origin } = req;
  const query = queryStringOf(req.originalUrl);
  return new MementoUrls(origin, new PageUrl(path.slice(0, path.length - suffix.length) + query));
}

/** Formats an instant as an HTTP date (RFC 9110 §5.6.7), which has whole seconds. */
export function httpDate(instant: string): string {
  return new Date(instant).toUTCString();
}
