import { type Html, html } from '../shell/html.ts';
import { formatInstant } from '../text/format-date.ts';
import type { TimelineView } from './timeline-view.ts';

/** Shown above a page that is not of the present. */
export function asOfBanner({
  isPast,
  asOf,
  url,
}: Pick<TimelineView, 'isPast' | 'asOf' | 'url'>): Html | undefined {
  if (!isPast || asOf === undefined) return undefined;
  return html`
    <aside class="banner" aria-label="Earlier state">
      <p>
        <strong>As of ${formatInstant(asOf.instant)}</strong> (position ${asOf.position}). Events and corrections
        added later are not shown. <a href="${url.with({ asOf: undefined })}">Return to the present</a>
      </p>
    </aside>`;
}

const STALE_CAUSES = {
  'log-unavailable': 'The event log has been unavailable since then; newer events are not shown yet.',
  'projection-stopped': 'This timeline cannot be updated at the moment; newer events may be missing.',
} as const;

/** Shown above a page of the present that may be stale. */
export function staleBanner({
  isPast,
  staleness,
}: Pick<TimelineView, 'isPast' | 'staleness'>): Html | undefined {
  if (isPast || staleness === undefined) return undefined;
  return html`
    <aside class="banner" aria-label="Possibly out of date">
      <p>
        <strong>As of ${formatInstant(staleness.since)}.</strong> ${STALE_CAUSES[staleness.cause]}
        ${staleness.reason}
      </p>
    </aside>`;
}
