import { type Html, html } from '../shell/html.ts';
import { formatInstant } from '../text/format-date.ts';
import type { TimelineView } from './timeline-view.ts';

/** A citation with a permanent link, which shows the same entries whatever is added later. */
export function citation(
  { origin, url, asOf }: Pick<TimelineView, 'origin' | 'url' | 'asOf'>,
  title: string,
): Html | undefined {
  if (asOf === undefined) return undefined;
  const permalink = `${origin}${url.with({ asOf: asOf.token, cursor: url.get('cursor') })}`;
  return html`
    <details class="cite">
      <summary>Cite this page</summary>
      <p class="citation">
        <bdi>“${title}”</bdi>, in: Chancery, as of ${formatInstant(asOf.instant)} (position ${asOf.position}),
        ${' '}<a href="${permalink}">${permalink}</a>.
      </p>
    </details>`;
}
