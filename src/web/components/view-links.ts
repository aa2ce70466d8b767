import { type Html, html } from '../shell/html.ts';
import { citationText } from '../text/citation-text.ts';

/** A link to what a page shows, in another format. */
export interface FormatLink {
  readonly use: 'download' | 'subscribe' | 'cite';
  readonly title: string;
  readonly mediaType: string;
  readonly url: string;
}

interface ForwardedView {
  /** URL of the form that sends what matches the filter to a webhook. */
  readonly webhookUrl?: string;
  /** Markup that shows the view in a page of another site. */
  readonly embedCode?: string | undefined;
}

interface CitedPage {
  readonly title: string;
  /** Absolute URL that shows the same whatever is added later. */
  readonly url: string;
  readonly asOf: { readonly instant: string; readonly position: string } | undefined;
}

/**
 * The line “Download · Subscribe · Cite · Embed” below a view.
 *
 * @param forwarded what only timelines have
 */
export function viewLinks(
  formats: readonly FormatLink[],
  cited: CitedPage,
  { webhookUrl, embedCode }: ForwardedView = {},
): Html {
  const linksTo = (use: FormatLink['use']) => formats.filter((format) => format.use === use);
  const citations = linksTo('cite');
  return html`
    <section class="take" aria-label="Use this view">
      ${listOf('Download', linksTo('download'))}
      ${listOf('Subscribe', linksTo('subscribe'), webhookUrl)}
      ${
        citations.length > 0 &&
        html`
          <details class="cite">
            <summary>Cite</summary>
            ${cited.asOf !== undefined && citation(cited)}
            ${formatList(citations)}
          </details>`
      }
      ${embedCode !== undefined && embedding(embedCode)}
    </section>`;
}

function embedding(code: string): Html {
  return html`
    <details>
      <summary>Embed</summary>
      <label for="embed-code">Markup for a page of another site</label>
      <textarea id="embed-code" rows="4" readonly spellcheck="false">${code}</textarea>
    </details>`;
}

function listOf(summary: string, formats: readonly FormatLink[], webhookUrl?: string): Html | false {
  const list = formatList(formats, webhookUrl);
  return formats.length > 0 && html`<details><summary>${summary}</summary>${list}</details>`;
}

function formatList(formats: readonly FormatLink[], webhookUrl?: string): Html {
  const items = formats.map(
    ({ title, mediaType, url }) => html`<li><a href="${url}" type="${mediaType}">${title}</a></li>`,
  );
  const webhook = webhookUrl !== undefined && html`<li><a href="${webhookUrl}">Webhook</a></li>`;
  return html`<ul>${items}${webhook}</ul>`;
}

/** The text of the citation, in which the URL is a link. */
function citation(cited: CitedPage): Html {
  const [before = ''] = citationText(cited).split(cited.url);
  return html`<p class="citation"><bdi>${before}</bdi><a href="${cited.url}">${cited.url}</a>.</p>`;
}
