import { renderFact } from '../components/facts.ts';
import { pager } from '../components/pager.ts';
import { type FormatLink, viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { capitalize } from '../text/format-text.ts';
import { PageUrl } from '../text/url.ts';

export interface AuditEntryView {
  readonly number: number;
  readonly at: string;
  readonly label: string;
  readonly principal: string;
  readonly authenticatedBy: string;
  readonly address: string | null;
  /** Method and status; null for commands. */
  readonly request: string | null;
  readonly target: string | null;
  readonly details: readonly { readonly name: string; readonly value: string }[];
}

export interface AuditPageView {
  readonly entries: readonly AuditEntryView[];
  /** Name of an action → its label. */
  readonly actions: Readonly<Record<string, string>>;
  readonly filter: {
    readonly principal: string | undefined;
    readonly action: string | undefined;
    readonly from: string | undefined;
    readonly to: string | undefined;
  };
  readonly formats: readonly FormatLink[];
  /** Path and query of the page. */
  readonly url: string;
  readonly next: string | undefined;
}

export function auditPage(view: AuditPageView): Html {
  const { entries, formats, url, next } = view;
  const page = new PageUrl(url);
  const main = html`
    <header class="page-header">
      <h1>Audit log</h1>
      <p class="lead">
        Who did what when: changes, downloads and refusals.${' '}
        <a href="/docs/audit">What is recorded</a>
      </p>
    </header>
    ${filterForm(view)}
    ${
      entries.length === 0
        ? html`<p class="note">Nothing matches.</p>`
        : html`<ol class="entries">${entries.map(entryItem)}</ol>`
    }
    ${pager(page, page.get('cursor') === undefined, next)}
    ${viewLinks(formats, { title: 'Audit log', url, asOf: undefined })}`;
  return layout({ title: 'Audit log', main, alternates: formats });
}

function entryItem(entry: AuditEntryView): Html {
  const { number, at, label, principal, authenticatedBy, address, request, target, details } = entry;
  return html`
    <li class="entry" value="${number}">
      <p class="date">${formatInstant(at)}</p>
      <div class="body">
        <p class="headline">${label}${target !== null && html` <bdi>${target}</bdi>`}</p>
        <ul class="facts">
          ${renderFact('By', html`<bdi>${principal}</bdi> (${authenticatedBy})`)}
          ${renderFact('From', address ?? undefined)}
          ${renderFact('Request', request ?? undefined)}
          ${details.map(({ name, value }) => value !== '' && renderFact(capitalize(name), html`<bdi>${value}</bdi>`))}
        </ul>
      </div>
    </li>`;
}

function filterForm({
  filter: { principal = '', action, from = '', to = '' },
  actions,
}: AuditPageView): Html {
  const options = Object.entries({ all: 'Everything', ...actions }).map(
    ([name, label]) => html`<option value="${name}"${name === action && html` selected`}>${label}</option>`,
  );
  return html`
    <form class="record-form" method="get" action="/audit">
      <div class="field">
        <label for="principal">By</label>
        <input id="principal" name="principal" type="text" value="${principal}"
               spellcheck="false" autocapitalize="none">
        <small>Name of a key, a person or a user</small>
      </div>
      <div class="field">
        <label for="action">What</label>
        <select id="action" name="action">${options}</select>
      </div>
      ${instantField('from', 'From', from)}
      ${instantField('to', 'Until', to)}
      <button type="submit">Filter</button>
    </form>`;
}

function instantField(name: string, label: string, value: string): Html {
  return html`
    <div class="field">
      <label for="${name}">${label}</label>
      <input id="${name}" name="${name}" type="text" value="${value}" spellcheck="false" autocapitalize="none">
      <small>Date and time, such as 2026-11-26T08:00:00Z</small>
    </div>`;
}
