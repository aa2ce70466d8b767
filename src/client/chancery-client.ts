import { type ClientOptions, Connection } from './connection.ts';
import { Timeline } from './timeline.ts';
import type {
  AppendResult,
  EventDetails,
  EventToAppend,
  LogEvent,
  OwnEvent,
  StatementQuery,
  TimelineEvent,
  TimelineStatement,
} from './types.ts';

export interface AppendOptions {
  /** Entity tag or revision, such as `"7"`, that the record must have. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

type Appendable = EventToAppend | OwnEvent;

/** A client of one server. Methods throw a `ProblemError` if the server refuses a request. */
export class ChanceryClient {
  readonly #connection: Connection;

  /** @param url of the server, such as `http://127.0.0.1:8080` */
  constructor(url: string | URL, options: ClientOptions = {}) {
    this.#connection = new Connection(url, options);
  }

  /**
   * Appends one event, or several events for one record, completely or not at all. It is sent again while the server
   * cannot be reached or is busy, which records nothing twice, as every event has an id.
   */
  async append(
    events: Appendable | readonly Appendable[],
    { ifMatch, signal }: AppendOptions = {},
  ): Promise<AppendResult> {
    const body = JSON.stringify(isList(events) ? events.map(withId) : withId(events));
    const headers = {
      'Content-Type': 'application/json',
      ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
    };
    const response = await this.#connection.send('POST', '/events', { headers, body, signal });
    return (await response.json()) as AppendResult;
  }

  /** Returns an event with its current version and its history. */
  event(id: string, signal?: AbortSignal): Promise<EventDetails> {
    return this.#connection.json(`/events/${encodeURIComponent(id)}`, signal);
  }

  /** Iterates over the log in its order, page by page. */
  async *events(signal?: AbortSignal): AsyncGenerator<LogEvent, void, undefined> {
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { readonly events: readonly LogEvent[]; readonly next: string | null } =
        await this.#connection.json(`/events?limit=1000${query}`, signal);
      yield* page.events;
      cursor = page.next;
    }
  }

  /** @param country code, or a name in one of many languages */
  country(country: string): Timeline<TimelineEvent> {
    return this.#timeline('countries', country);
  }

  topic(topic: string): Timeline<TimelineEvent> {
    return this.#timeline('topics', topic);
  }

  /** What happens between two countries, in either direction. */
  relation(one: string, other: string): Timeline<TimelineEvent> {
    return this.#timeline('relations', one, other);
  }

  /** @param key of an organisation or a person, as searches and lists have it */
  actor(key: string): Timeline<TimelineEvent> {
    return this.#timeline('actors', key);
  }

  /** All events, such as those in which the words of `q` are said. */
  allEvents(): Timeline<TimelineEvent> {
    return this.#timeline('search', 'entries');
  }

  /** Who said what about whom. */
  statements(): Timeline<TimelineStatement, StatementQuery> {
    return this.#timeline('statements');
  }

  #timeline<Entry, Query extends object>(...segments: readonly string[]): Timeline<Entry, Query> {
    return new Timeline(this.#connection, `/${segments.map(encodeURIComponent).join('/')}`);
  }
}

function isList(events: Appendable | readonly Appendable[]): events is readonly Appendable[] {
  return Array.isArray(events);
}

function withId(event: Appendable): Appendable {
  return { ...event, id: event.id ?? uuidV7() };
}

/** Puts the time first (RFC 9562 §5.7): the server finds such ids faster than random ones. */
function uuidV7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}
