/*
 * Tells that the timeline has news, in the place that the page keeps for it, so that nothing moves. Without this file
 * the place is empty.
 *
 * A connection for news is one of the six that a browser has for a server (HTTP/1.1): a page that is out of sight lets
 * go of it, and catches up when it is seen again.
 */

interface News {
  readonly position: string;
  /** Null: more than is counted. */
  readonly new: number | null;
}

const UNSEEN_MS_MAX = 10_000;
const REFUSED_MS = { first: 30_000, most: 3_600_000 } as const;

function tellNews(place: HTMLElement, live: string, show: string): void {
  const address = new URL(live, location.href);
  const link = document.createElement('a');
  link.href = show;
  let source: EventSource | undefined;
  let entries: number | null = 0;
  let refusedMs: number = REFUSED_MS.first;
  let unseen: ReturnType<typeof setTimeout> | undefined;

  function tell(news: News): void {
    address.searchParams.set('after', news.position);
    entries = entries === null || news.new === null ? null : entries + news.new;
    link.textContent = `${entries === null ? 'Many' : entries.toLocaleString('en')} new, show`;
    if (!link.isConnected) place.append(link);
  }

  function open(): void {
    if (source !== undefined || document.visibilityState === 'hidden') return;
    source = new EventSource(address);
    source.addEventListener('open', () => {
      refusedMs = REFUSED_MS.first;
    });
    source.addEventListener('news', (message: MessageEvent<string>) => tell(JSON.parse(message.data)));
    source.addEventListener('error', refused);
  }

  /** A connection that breaks is taken up again by the browser; one that is refused is not. */
  function refused(): void {
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    setTimeout(open, refusedMs);
    refusedMs = Math.min(refusedMs * 2, REFUSED_MS.most);
  }

  function close(): void {
    source?.close();
    source = undefined;
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(unseen);
    if (document.visibilityState === 'hidden') unseen = setTimeout(close, UNSEEN_MS_MAX);
    else open();
  });
  addEventListener('pagehide', close);
  addEventListener('pageshow', open);
  open();
}

const place = document.querySelector('.news');
if (place instanceof HTMLElement) tellNews(place, place.dataset['live'] ?? '', place.dataset['show'] ?? '');
