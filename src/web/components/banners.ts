import { type Html, html } from '../shell/html.ts';
import { formatInstant } from '../text/format-date.ts';
import type { TimelineView } from './timeline-view.ts';

type Moment = Pick<TimelineView, 'isPast' | 'shown' | 'address'>;

/** Over the entries while another time is shown than the present. */
export function asOfBanner(view: Moment): Html | undefined {
  return pastBanner(view, ' What was recorded or corrected later is not shown here.');
}

/** Over everything else while another time is shown than the present. */
export function pastBanner({ isPast, shown, address }: Moment, remark = ''): Html | undefined {
  if (!isPast || shown === undefined) return undefined;
  return html`<aside class="as-of" aria-label="The record of an earlier time"><p><strong>As known on ${formatInstant(shown.instant)}</strong> (position ${shown.position}).${remark} <a href="${address.with({ asOf: undefined })}">Return to the present</a></p></aside>`;
}

/** Above a page of the present of which nobody knows whether it is that still. */
export function unavailableBanner({ isPast, unknownSince }: TimelineView): Html | undefined {
  if (isPast || unknownSince === undefined) return undefined;
  return html`<aside class="as-of" aria-label="The log is away"><p><strong>As known on ${formatInstant(unknownSince)}.</strong> The log has been out of reach since; what was recorded later is not shown here yet.</p></aside>`;
}
