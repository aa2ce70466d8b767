import { Counter, DurationHistogram, type MetricFamily } from '../../observability/open-metrics.ts';

/** Returns metrics at the time of the call. */
export type MetricSource = () => readonly MetricFamily[] | Promise<readonly MetricFamily[]>;

/** What the HTTP API counts and measures, since the process started. */
export class HttpMetrics {
  readonly #requests = new Counter();
  readonly #requestSeconds = new DurationHistogram();
  readonly #appends = new Counter();
  readonly #appendedEvents = new Counter();
  readonly #appendSeconds = new DurationHistogram();
  readonly #pageCacheRequests = new Counter();
  readonly #sources: MetricSource[] = [() => this.#families()];
  #appendsInFlight = 0;

  /** @param status undefined if the client disconnected before there was one */
  requestCompleted(method: string, route: string, status: number | undefined, seconds: number): void {
    this.#requests.add({ method, route, status: String(status ?? 'none') });
    this.#requestSeconds.observe({ method, route }, seconds);
  }

  /**
   * Runs an append and measures it.
   * @param work returns the outcome, and the events that were added
   */
  async measureAppend<Result extends { readonly outcome: string }>(
    work: () => Promise<Result>,
    eventsOf: (result: Result) => number,
  ): Promise<Result> {
    const startMs = performance.now();
    this.#appendsInFlight += 1;
    let outcome = 'failed';
    try {
      const result = await work();
      ({ outcome } = result);
      this.#appendedEvents.add({}, eventsOf(result));
      return result;
    } finally {
      this.#appendsInFlight -= 1;
      this.#appends.add({ outcome });
      this.#appendSeconds.observe({}, (performance.now() - startMs) / 1_000);
    }
  }

  pageRequested(isCached: boolean): void {
    this.#pageCacheRequests.add({ result: isCached ? 'hit' : 'miss' });
  }

  /** Adds what another part of the server measures. */
  addSource(source: MetricSource): void {
    this.#sources.push(source);
  }

  async read(): Promise<readonly MetricFamily[]> {
    return (await Promise.all(this.#sources.map((source) => source()))).flat();
  }

  #families(): readonly MetricFamily[] {
    return [
      {
        name: 'chancery_http_requests',
        type: 'counter',
        help: 'Requests that were answered, by route and status; none if the client disconnected before.',
        samples: this.#requests.samples(),
      },
      {
        name: 'chancery_http_request_seconds',
        type: 'histogram',
        unit: 'seconds',
        help: 'Time from a request to the end of its response.',
        samples: this.#requestSeconds.samples(),
      },
      {
        name: 'chancery_appends',
        type: 'counter',
        help: 'Appends by their outcome; failed if the log did not take them.',
        samples: this.#appends.samples(),
      },
      {
        name: 'chancery_appended_events',
        type: 'counter',
        help: 'Events that were added to the log.',
        samples: this.#appendedEvents.samples(),
      },
      {
        name: 'chancery_append_seconds',
        type: 'histogram',
        unit: 'seconds',
        help: 'Time to check an append and to write it to disk.',
        samples: this.#appendSeconds.samples(),
      },
      {
        name: 'chancery_appends_in_flight',
        type: 'gauge',
        help: 'Appends that are being checked, wait for the log, or are being written.',
        samples: [{ value: this.#appendsInFlight }],
      },
      {
        name: 'chancery_page_cache_requests',
        type: 'counter',
        help: 'Requests for pages of timelines, by whether the page was in the cache.',
        samples: this.#pageCacheRequests.samples(),
      },
    ];
  }
}
