import { type Html, html } from '../shell/html.ts';
import type { PageUrl } from '../text/url.ts';

/** Links to the first and the next page. @param next cursor of the next page */
export function pager(url: PageUrl, isFirst: boolean, next: string | undefined): Html {
  return html`
    <nav class="pager" aria-label="Pages">
      <ul>
        ${!isFirst && html`<li><a href="${url.with({})}">First page</a></li>`}
        ${next !== undefined && html`<li><a rel="next" href="${url.with({ cursor: next })}">Next page</a></li>`}
      </ul>
    </nav>`;
}
