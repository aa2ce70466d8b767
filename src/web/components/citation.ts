import { type Html, html } from '../shell/html.ts';
import { formatInstant } from '../text/format-date.ts';
import type { TimelineView } from './timeline-view.ts';

/** A text that leads anyone back to what is shown, whatever is recorded after it. */
export function citation(
  { origin, address, shown }: Pick<TimelineView, 'origin' | 'address' | 'shown'>,
  title: string,
): Html | undefined {
  if (shown === undefined) return undefined;
  const permanent = `${origin}${address.with({ asOf: shown.position, cursor: address.get('cursor') })}`;
  return html`<details class="cite"><summary>Cite this view</summary>
<p class="citation"><bdi>“${title}”</bdi>, in: Chancery, as known on ${formatInstant(shown.instant)} (position ${shown.position}), <a href="${permanent}">${permanent}</a>.</p>
</details>`;
}
