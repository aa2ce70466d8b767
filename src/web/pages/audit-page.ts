import { renderFact } from '../components/facts.ts';
import { errorSummary, type FilterInput, fieldIdsOf, select, textInput } from '../components/filter-form.ts';
import { pager } from '../components/pager.ts';
import { type FormatLink, viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { capitalize } from '../text/format-text.ts';
import type { PageUrl } from '../text/url.ts';

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
  readonly url: PageUrl;
  /** What is wrong with the query of a request that was refused. */
  readonly errors: FilterInput['errors'];
  readonly formats: readonly FormatLink[];
  readonly next: string | undefined;
}

export function auditPage(view: AuditPageView): Html {
  const { formats, errors } = view;
  const isRefused = errors.length > 0;
  const main = html`
    <header class="page-header">
      <h1>Audit log</h1>
      <p class="lead">
        Who did what when: changes, downloads and refusals.${' '}
        <a href="/docs/audit">What is recorded</a>
      </p>
    </header>
    ${filterForm(view)}
    ${!isRefused && entryList(view)}`;
  return layout({ title: isRefused ? 'Error: Audit log' : 'Audit log', main, alternates: formats });
}

function entryList({ entries, formats, url, next }: AuditPageView): Html {
  return html`
    ${
      entries.length === 0
        ? html`<p class="note">Nothing matches.</p>`
        : html`<ol class="entries">${entries.map(entryItem)}</ol>`
    }
    ${pager(url, url.get('cursor') === undefined, next)}
    ${viewLinks(formats, { title: 'Audit log', url: url.with({ cursor: url.get('cursor') }), asOf: undefined })}`;
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

const LABELS = { principal: 'By', action: 'What', from: 'From', to: 'Until' } as const;
const INSTANT_HINT = 'Date and time, such as 2026-11-26T08:00:00Z';

function filterForm({ url, errors, actions }: AuditPageView): Html {
  const input = { url, errors };
  const options = Object.entries({ all: 'Everything', ...actions });
  return html`
    ${errors.length > 0 && errorSummary(errors, LABELS, fieldIdsOf(Object.keys(LABELS)))}
    <form class="record-form" method="get" action="/audit">
      <div class="field">${textInput('principal', LABELS.principal, input, 'Name of a key, a person or a user')}</div>
      <div class="field">${select('action', LABELS.action, options, url.get('action') ?? 'all', input)}</div>
      <div class="field">${textInput('from', LABELS.from, input, INSTANT_HINT)}</div>
      <div class="field">${textInput('to', LABELS.to, input, INSTANT_HINT)}</div>
      <button type="submit">Filter</button>
    </form>`;
}
