import type { Permission } from '../../access/permissions.ts';
import { type Html, html, onlyFor } from '../shell/html.ts';
import { citationText } from '../text/citation-text.ts';

/** A link to what a page shows, in another format. */
export interface FormatLink {
  readonly use: 'download' | 'subscribe' | 'cite';
  readonly title: string;
  readonly mediaType: string;
  readonly url: string;
  /** What it needs besides the permission for the page. */
  readonly permission?: Permission | undefined;
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
  const feeds = linksTo('subscribe');
  return html`
    <section class="take" aria-label="Use this view">
      ${listOf('Download', linksTo('download'))}
      ${listOf('Subscribe', feeds, otherSubscriptions(feeds, webhookUrl))}
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

function listOf(summary: string, formats: readonly FormatLink[], others?: Html): Html | false {
  const list = formatList(formats, others);
  return formats.length > 0 && html`<details><summary>${summary}</summary>${list}</details>`;
}

function formatList(formats: readonly FormatLink[], others?: Html): Html {
  const items = formats.map(({ title, mediaType, url, permission }) => {
    const item = html`<li><a href="${url}" type="${mediaType}">${title}</a></li>`;
    return permission === undefined ? item : onlyFor(permission, item);
  });
  return html`<ul>${items}${others}</ul>`;
}

/** Readers of feeds cannot sign in, so those who have signed in can make them a URL that needs no key. */
function otherSubscriptions(formats: readonly FormatLink[], webhookUrl: string | undefined): Html {
  const [feed] = formats;
  const feedUrl = `/account?${new URLSearchParams({ feed: feed?.url ?? '' })}`;
  return html`
    ${
      feed !== undefined &&
      onlyFor('signed-in-with-key', html`<li><a href="${feedUrl}">Feed URL without a key</a></li>`)
    }
    ${
      webhookUrl !== undefined &&
      onlyFor('manage-webhooks', html`<li><a href="${webhookUrl}">Webhook</a></li>`)
    }`;
}

/** The text of the citation, in which the URL is a link. */
function citation(cited: CitedPage): Html {
  const [before = ''] = citationText(cited).split(cited.url);
  return html`<p class="citation"><bdi>${before}</bdi><a href="${cited.url}">${cited.url}</a>.</p>`;
}
