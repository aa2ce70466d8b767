import { type Html, html } from '../shell/html.ts';
import type { PageUrl } from '../text/url.ts';

/** An order of a list. Without `sort`, it is the one that a list has by default. */
export interface SortLink {
  readonly label: string;
  readonly sort?: string;
  readonly order?: 'desc';
}

/** Links to the orders of a list that is no table. */
export function sortLinks(url: PageUrl, links: readonly SortLink[]): Html {
  const items = links.map(({ label, sort, order }) => {
    const isCurrent = url.get('sort') === sort && html` aria-current="true"`;
    return html`<li><a href="${url.with({ sort, order })}"${isCurrent}>${label}</a></li>`;
  });
  return html`<nav class="sort-links" aria-label="Sort by">Sort by <ul>${items}</ul></nav>`;
}
