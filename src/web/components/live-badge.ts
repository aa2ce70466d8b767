import type { AssetName } from '../shell/assets.ts';
import { type Html, html } from '../shell/html.ts';
import type { TimelineView } from './timeline-view.ts';

/** What a page needs beside its `newsLine`. */
export function liveIslands({ isPast }: TimelineView): readonly AssetName[] {
  return isPast ? [] : ['live-news.js'];
}

/**
 * The place in which a page of the present tells what has come into its timeline, or changed in it, since. It is there
 * from the start, so that nothing moves.
 */
export function liveBadge({ isPast, address, shown }: TimelineView): Html | undefined {
  if (isPast) return undefined;
  const page = { order: undefined, limit: undefined, lanes: undefined };
  const live = address.below('live').with({ ...page, after: shown?.position });
  return html`<p class="news" role="status" aria-live="polite" data-live="${live}" data-show="${address.with({})}"></p>`;
}
