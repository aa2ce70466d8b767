import { countryName } from '../../domain/countries/countries.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { countryUrl } from '../text/url.ts';

/** A problem (RFC 9457) as a person reads it. */
export interface ProblemView {
  readonly title: string;
  readonly status: number;
  readonly detail: string | undefined;
  /** What is wrong with single parameters of the address. */
  readonly errors: readonly { readonly parameter?: string; readonly detail?: string }[];
  /** Path at which there may be a page without them; absent where they are not the matter. */
  readonly path: string | undefined;
  /** Codes of countries that may have been meant. */
  readonly candidates: readonly string[];
}

export function problemPage({ title, status, detail, errors, path, candidates }: ProblemView): Html {
  const main = html`<header class="subject"><p class="kicker">${kicker(status)} (${status})</p><h1 class="long">${title}</h1></header>
${detail !== undefined && html`<p class="lead" dir="auto">${detail}</p>`}
${errors.length > 0 && html`<dl class="errors">${errors.map((error) => html`<dt>${error.parameter ?? 'The request'}</dt><dd dir="auto">${error.detail ?? ''}</dd>`)}</dl>`}
${candidates.length > 0 && html`<p>Perhaps you mean:</p><ul>${candidates.map((code) => html`<li><a href="${countryUrl(code)}">${countryName(code)}</a></li>`)}</ul>`}
<p>${path !== undefined && html`Show <a href="${path}">everything at this address</a>. `}<a href="/">Go to the front page</a>, or <a href="/search">search</a>.</p>`;
  return layout({ title, main });
}

function kicker(status: number): string {
  if (status >= 500) return 'The server cannot answer';
  return NOT_TAKEN.includes(status) ? 'This was not taken' : 'This address has no page';
}

/** What was sent is the matter. */
const NOT_TAKEN: readonly number[] = [403, 405, 413, 415];
