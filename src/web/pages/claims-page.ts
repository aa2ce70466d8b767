import { asOfBanner } from '../components/banners.ts';
import { type ClaimsFound, claimsPanel } from '../components/claims-panel.ts';
import { shownState } from '../components/filter-form.ts';
import { instantInput } from '../components/since-form.ts';
import type { TimelineView } from '../components/timeline-view.ts';
import { viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { eventUrl, referenceUrl } from '../text/url.ts';

/** The claims about a record or an event. */
export interface ClaimsView
  extends ClaimsFound,
    Pick<TimelineView, 'url' | 'origin' | 'formats' | 'asOf' | 'isPast'> {
  /** The name of the record, or the id of the event. */
  readonly about: string;
  /** The headline of the event, or the name of the record. */
  readonly title: string;
}

export function claimsPage(view: ClaimsView): Html {
  const { url, origin, formats, asOf, about, title, claims, silent } = view;
  const isEmpty = claims.length === 0 && silent.length === 0;
  const permalink = `${origin}${url.with({ asOf: asOf?.token })}`;
  const main = html`
    <header class="page-header">
      <p class="kicker">Claims</p>
      <h1 class="long" dir="auto">${title}</h1>
      <p class="subtitle">Who affirms it, who denies it, who is silent, and who relayed it</p>
    </header>
    ${asOfBanner(view)}
    <section class="bar" aria-label="About">
      ${asOfForm(view)}
      <a href="${referenceUrl(about)}">Go to the ${referenceUrl(about) === eventUrl(about) ? 'event' : 'record'}</a>
    </section>
    <section class="claims-panel" aria-labelledby="claims-title">
      <h2 id="claims-title">Claims</h2>
      ${isEmpty && html`<p class="note">Nothing was known of it then.</p>`}
      ${claimsPanel(view)}
    </section>
    ${viewLinks(formats, { title: `Claims: ${title}`, url: permalink, asOf })}`;
  return layout({
    title: `Claims: ${title}`,
    main,
    islands: ['event-dialog.js'],
    alternates: formats,
    description: `Who affirms it, who denies it, and who is silent: ${title}`,
    url: `${origin}${url.with({})}`,
  });
}

function asOfForm({ url, asOf, isPast }: ClaimsView): Html {
  return html`
    <details class="filter">
      <summary>As of an earlier time…</summary>
      <form method="get" action="${url.path}">
        <fieldset>
          <legend>What was known on</legend>
          ${isPast && shownState('asOf', asOf)}
          ${instantInput('asOf', 'Date and time (UTC)', isPast ? asOf?.instant : undefined)}
        </fieldset>
        <p class="actions"><button type="submit">Show</button></p>
      </form>
    </details>`;
}
