/** A parameter of a query. */
interface Parameter {
  readonly name: string;
  readonly value: string;
  /** Name and value as a query has them. */
  readonly text: string;
}

/** The parameters that say where a page begins. */
const PAGING: ReadonlySet<string> = new Set(['cursor', 'after']);

/** The URL of a page, relative to the server. The URLs of its other views differ in the query. */
export class PageUrl {
  readonly path: string;
  readonly #query: string;
  #parameters: readonly Parameter[] | undefined;

  /** @param url path and query as requested */
  constructor(url: string) {
    const mark = url.indexOf('?');
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.#query = mark < 0 ? '' : url.slice(mark + 1);
  }

  /** The query is parsed once, as a page has dozens of links to other views of it. */
  get #parsed(): readonly Parameter[] {
    if (this.#query === '') return [];
    this.#parameters ??= [...new URLSearchParams(this.#query)].map(([name, value]) =>
      parameterOf(name, value),
    );
    return this.#parameters;
  }

  /** Returns the first value of a parameter of the query. */
  get(name: string): string | undefined {
    return this.#parsed.find((parameter) => parameter.name === name)?.value;
  }

  /** Returns the URL of another path with the same query. */
  at(path: string): PageUrl {
    return new PageUrl(`${path}?${this.#query}`);
  }

  /** Returns the URL one path segment below, with the same query. */
  child(name: string): PageUrl {
    return this.at(`${this.path.replace(/\/$/, '')}/${name}`);
  }

  /** Returns the URL one path segment above, with the same query. */
  parent(): PageUrl {
    return this.at(this.path.replace(/\/[^/]*$/, ''));
  }

  /** Returns the URL without some parameters, and without those of paging. */
  without(names: readonly string[]): string {
    const isKept = (name: string) => !names.includes(name) && !PAGING.has(name);
    return this.#withQuery(this.#parsed.flatMap(({ name, text }) => (isKept(name) ? [text] : [])));
  }

  /**
   * Returns the URL with other parameters; undefined removes one. Paging restarts at the first page unless the changes
   * contain `cursor` or `after`.
   */
  with(changes: Readonly<Record<string, string | undefined>>): string {
    const texts: string[] = [];
    const changed: string[] = [];
    for (const { name, text } of this.#parsed) {
      if (!Object.hasOwn(changes, name)) {
        if (!PAGING.has(name)) texts.push(text);
      } else if (!changed.includes(name)) {
        // A parameter that the query repeats is set once.
        changed.push(name);
        const value = changes[name];
        if (value !== undefined) texts.push(parameterOf(name, value).text);
      }
    }
    for (const name of Object.keys(changes)) {
      const value = changes[name];
      if (value !== undefined && !changed.includes(name)) texts.push(parameterOf(name, value).text);
    }
    return this.#withQuery(texts);
  }

  #withQuery(texts: readonly string[]): string {
    return texts.length === 0 ? this.path : `${this.path}?${texts.join('&')}`;
  }
}

/** What a query has as it is. */
const PLAIN = /^[\w.*:,-]*$/;

/** Keeps lists and instants legible: a query may contain commas and colons (RFC 3986 §3.4). */
function parameterOf(name: string, value: string): Parameter {
  if (PLAIN.test(name) && PLAIN.test(value)) return { name, value, text: `${name}=${value}` };
  const encoded = String(new URLSearchParams([[name, value]]));
  return { name, value, text: encoded.replaceAll('%2C', ',').replaceAll('%3A', ':') };
}

/** Returns a function that narrows a page to a range of days, months or years. It is called for each bar of a chart. */
export function rangeUrls(url: PageUrl): (range: { readonly from: string; readonly to: string }) => string {
  const whole = url.with({ from: undefined, to: undefined });
  const prefix = whole.includes('?') ? `${whole}&` : `${whole}?`;
  return ({ from, to }) => `${prefix}from=${from}&to=${to}`;
}

/**
 * What follows the name of an instant in the name of the hidden input that says which state the instant stood for when
 * the form was opened, as “instant token”. Many events may have been recorded at one instant.
 */
export const SHOWN_SUFFIX = 'Shown';

/** What the days of a filter are called in URLs of changes, where `from` and `to` are states. */
export const CHANGES_DATES = { from: 'occurredFrom', to: 'occurredTo' } as const;

/** In front of the path of a timeline, it asks for the page that other sites show in a frame. */
export const EMBED_PATH = '/embed';

/** Returns the URL, relative to the server, of what other sites show of a timeline, with its filter. */
export function embedUrl(timeline: PageUrl): string {
  return `${EMBED_PATH}${timeline.with({})}`;
}

/** Returns the URL of the numbers of entries by the values of the filters of a timeline. */
export function facetsUrl(timeline: PageUrl): string {
  return timeline.child('facets').with({ lanes: undefined, order: undefined, limit: undefined });
}

/** Returns the URL of the form that subscribes to what matches the filter of a timeline. */
export function subscriptionUrl(timeline: PageUrl): string {
  const viewed = { order: undefined, limit: undefined, asOf: undefined };
  return `/subscriptions?${new URLSearchParams({ query: timeline.with(viewed) })}`;
}

export function eventUrl(id: string): string {
  return `/events/${id}`;
}

export function countryUrl(code: string): string {
  return `/countries/${code}`;
}

export function topicUrl(slug: string): string {
  return `/topics/${pathSegment(slug)}`;
}

/** @param key of the timeline of the actor */
export function actorUrl(key: string): string {
  return `/actors/${pathSegment(key)}`;
}

/** Encodes the dot of what would be read as the suffix of a format, such as `.csv`. */
function pathSegment(text: string): string {
  return encodeURIComponent(text).replace(/\.(?=[a-z]+$)/, '%2E');
}

/** @param first the code that comes first in the alphabet, as the URL with the codes swapped only redirects */
export function relationUrl(first: string, second: string): string {
  return `/relations/${first}/${second}`;
}

/** @param codes of the countries to compare */
export function compareUrl(codes: readonly string[]): string {
  return `/compare?countries=${codes.join(',')}`;
}

export function streamUrl(stream: string): string {
  return `/streams/${pathSegment(stream)}`;
}

export function agreementUrl(stream: string): string {
  return `/mous/${pathSegment(stream)}`;
}

export function receiptUrl(id: string): string {
  return `/record/receipts/${id}`;
}

export function draftUrl(id: string): string {
  return `/inbox/${encodeURIComponent(id)}`;
}

/** Returns the URL of the claims about an event or a record. */
export function claimsUrl({
  stream,
  event,
}: {
  readonly stream: string;
  readonly event: string | undefined;
}): string {
  return `${event === undefined ? streamUrl(stream) : eventUrl(event)}/claims`;
}

/** Returns the URL of the form that links two ends, filled in. */
export function linkFormUrl(link: {
  readonly from: string;
  readonly to: string;
  readonly relation: string;
  /** Key of the statement of `from` that the link is about. */
  readonly statement?: string | undefined;
}): string {
  const { from, to, relation, statement } = link;
  const query = new URLSearchParams({ to, relation, ...(statement !== undefined && { statement }) });
  return `/record/links/${encodeURIComponent(from)}?${query}`;
}

/** @param reference name of a record or id of an event */
export function referenceUrl(reference: string): string {
  if (/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(reference)) return eventUrl(reference);
  return reference.startsWith('mou-') ? agreementUrl(reference) : streamUrl(reference);
}
