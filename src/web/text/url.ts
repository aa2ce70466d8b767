/** Where a page is: from it follow the addresses of all views beside it. */
export class PageUrl {
  readonly path: string;
  readonly #query: string;

  /** @param text path and query, as they were asked for */
  constructor(text: string) {
    const mark = text.indexOf('?');
    this.path = mark < 0 ? text : text.slice(0, mark);
    this.#query = mark < 0 ? '' : text.slice(mark + 1);
  }

  get(name: string): string | undefined {
    return new URLSearchParams(this.#query).get(name) ?? undefined;
  }

  /** Of what belongs to it: the same query, one name further down. */
  below(name: string): PageUrl {
    return new PageUrl(`${this.path.replace(/\/$/, '')}/${name}?${this.#query}`);
  }

  /** The view with other values; undefined takes a parameter away. It begins at its first page unless told otherwise. */
  with(changes: Readonly<Record<string, string | undefined>>): string {
    const parameters = new URLSearchParams(this.#query);
    for (const [name, value] of Object.entries({ cursor: undefined, after: undefined, ...changes })) {
      if (value === undefined) parameters.delete(name);
      else parameters.set(name, value);
    }
    const query = readable(parameters.toString());
    return query === '' ? this.path : `${this.path}?${query}`;
  }
}

/** Commas and colons need no escapes in a query (RFC 3986 §3.4), and lists and instants are easier to read without. */
function readable(query: string): string {
  return query.replaceAll('%2C', ',').replaceAll('%3A', ':');
}

export function eventUrl(id: string): string {
  return `/events/${id}`;
}

export function countryUrl(code: string): string {
  return `/countries/${code}`;
}

export function topicUrl(slug: string): string {
  return `/topics/${encodeURIComponent(slug)}`;
}

/** Of a record by its name, or of an event by its id. */
export function referenceUrl(reference: string): string {
  if (/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(reference)) return eventUrl(reference);
  const folder = reference.startsWith('mou-') ? 'mous' : 'streams';
  return `/${folder}/${encodeURIComponent(reference)}`;
}
