/*
 * Shows that the timeline has new entries, as a link in the badge that the page reserves for it. Nothing else on the
 * page moves. Without this script the badge stays empty.
 *
 * A browser opens at most six HTTP/1.1 connections to a server, and a stream of updates takes one. A hidden page closes
 * its stream, and catches up when it is visible again.
 */

interface Update {
  /** Number of new entries; null if there are more than the server counts. */
  readonly new: number | null;
}

const HIDDEN_MS_MAX = 10_000;
const RETRY_MS = { first: 30_000, max: 3_600_000 } as const;

function showUpdates(badge: HTMLElement, liveUrl: string, pageUrl: string): void {
  const url = new URL(liveUrl, location.href);
  const link = document.createElement('a');
  link.href = pageUrl;
  let source: EventSource | undefined;
  let newEntries: number | null = 0;
  let retryMs: number = RETRY_MS.first;
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined;

  function show(update: Update, id: string): void {
    url.searchParams.set('after', id);
    newEntries = newEntries === null || update.new === null ? null : newEntries + update.new;
    link.textContent = `${newEntries === null ? 'Many' : newEntries.toLocaleString('en')} new, show`;
    if (!link.isConnected) badge.append(link);
  }

  function open(): void {
    if (source !== undefined || document.visibilityState === 'hidden') return;
    source = new EventSource(url);
    source.addEventListener('open', () => {
      retryMs = RETRY_MS.first;
    });
    source.addEventListener('news', ({ data, lastEventId }: MessageEvent<string>) => {
      show(JSON.parse(data), lastEventId);
    });
    source.addEventListener('error', retryIfRefused);
  }

  /** The browser itself reconnects after a broken connection, but not after a refused one. */
  function retryIfRefused(): void {
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    setTimeout(open, retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MS.max);
  }

  function close(): void {
    source?.close();
    source = undefined;
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiddenTimer);
    if (document.visibilityState === 'hidden') hiddenTimer = setTimeout(close, HIDDEN_MS_MAX);
    else open();
  });
  addEventListener('pagehide', close);
  addEventListener('pageshow', open);
  open();
}

const badge = document.querySelector('.live-badge');
if (badge instanceof HTMLElement) {
  showUpdates(badge, badge.dataset['liveUrl'] ?? '', badge.dataset['pageUrl'] ?? '');
}
