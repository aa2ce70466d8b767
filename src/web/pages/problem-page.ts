import { countryName } from '../../domain/countries/countries.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { countryUrl } from '../text/url.ts';

/** A problem (RFC 9457) for people to read. */
export interface ProblemView {
  readonly title: string;
  readonly status: number;
  readonly detail: string | undefined;
  /** Errors of query parameters. */
  readonly errors: readonly { readonly parameter?: string; readonly detail?: string }[];
  /** The path without its query; undefined unless the page may exist without it. */
  readonly path: string | undefined;
  /** Codes of countries that may have been meant. */
  readonly candidates: readonly string[];
}

export function problemPage({ title, status, detail, errors, path, candidates }: ProblemView): Html {
  const main = html`
    <header class="page-header">
      <p class="kicker">${kicker(status)} (${status})</p>
      <h1 class="long">${title}</h1>
    </header>
    ${detail !== undefined && html`<p class="lead" dir="auto">${detail}</p>`}
    ${errors.length > 0 && errorList(errors)}
    ${candidates.length > 0 && html`<p>Did you mean one of these?</p>${candidateList(candidates)}`}
    <p>
      ${path !== undefined && html`Show <a href="${path}">the page without these parameters</a>. `}
      <a href="/">Go to the front page</a>, or <a href="/search">search</a>.
    </p>`;
  return layout({ title, main });
}

function kicker(status: number): string {
  if (status === 503) return 'Temporarily unavailable';
  if (status >= 500) return 'Server error';
  return status === 404 ? 'Not found' : 'Request refused';
}

function errorList(errors: ProblemView['errors']): Html {
  return html`
    <dl class="errors">
      ${errors.map(
        ({ parameter, detail }) => html`
          <dt>${parameter ?? 'The request'}</dt>
          <dd dir="auto">${detail ?? ''}</dd>`,
      )}
    </dl>`;
}

function candidateList(candidates: readonly string[]): Html {
  const items = candidates.map(
    (code) => html`<li><a href="${countryUrl(code)}">${countryName(code)}</a></li>`,
  );
  return html`<ul>${items}</ul>`;
}
