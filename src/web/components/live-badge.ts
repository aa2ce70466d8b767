import type { AssetName } from '../shell/assets.ts';
import { type Html, html } from '../shell/html.ts';
import type { TimelineView } from './timeline-view.ts';

/** Returns the scripts that a page with `liveBadge` needs. */
export function liveBadgeIslands({ isPast }: TimelineView): readonly AssetName[] {
  return isPast ? [] : ['live-updates.js'];
}

/**
 * The place where a page of the present shows that its timeline has new entries. Its space is reserved, so the page
 * does not move when a link appears in it.
 */
export function liveBadge({ isPast, url, asOf }: TimelineView): Html | undefined {
  if (isPast) return undefined;
  const ignored = { order: undefined, limit: undefined };
  const liveUrl = url.child('live').with({ ...ignored, after: asOf?.token });
  return html`
    <p
      class="live-badge"
      role="status"
      aria-live="polite"
      data-live-url="${liveUrl}"
      data-page-url="${url.with({})}"
    ></p>`;
}
