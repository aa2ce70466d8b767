import { CORRECTION_KINDS } from '../../domain/event-types/correction.ts';
import { eventRedacted } from '../../domain/event-types/redaction.ts';
import { type CurationEvent, type DomainEvent, isContentRedacted } from '../../domain/events/event.ts';
import type { HistoryVersion } from '../../domain/record/history.ts';
import type { RecordVersion } from '../../domain/record/record-version.ts';
import { headline, linksOf, occurrenceOf, rolesByCountry } from '../../domain/record/summary.ts';
import { type ClaimsFound, claimsSection } from '../components/claims-panel.ts';
import { eventCurationLinks, type LinkStreams } from '../components/curation-links.ts';
import { renderFact, renderLinks, renderRedactions, statusBadge } from '../components/facts.ts';
import { fieldChangesTable } from '../components/field-changes-table.ts';
import { countryLink } from '../components/links.ts';
import { payloadFields } from '../components/payload-fields.ts';
import { sourceList } from '../components/source-list.ts';
import { type FormatLink, viewLinks } from '../components/view-links.ts';
import { type Html, html, onlyFor } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant, formatOccurred, renderDate } from '../text/format-date.ts';
import { headlineOf } from '../text/format-text.ts';
import { eventUrl, referenceUrl } from '../text/url.ts';
import { pluralize, typeLabel } from '../text/vocabulary.ts';

/** What the page of an event or a record offers besides its content. */
export interface RecordLinks {
  readonly formats: readonly FormatLink[];
  readonly origin: string;
  /** The last event of the record. */
  readonly asOf: { readonly instant: string; readonly position: string } | undefined;
}

/** An event, its current version and the versions before it. */
export interface EventView extends RecordLinks {
  readonly event: DomainEvent;
  /** The current version; undefined for curation events, which have none. */
  readonly version: RecordVersion | undefined;
  readonly history: readonly HistoryVersion[];
  /** Of the links to the event. */
  readonly linkStreams: LinkStreams;
  /** Undefined for curation events, and while they cannot be read. */
  readonly claims: ClaimsFound | undefined;
  /** Number of events of the record. */
  readonly recordEvents: number;
}

export function eventPage(view: EventView): Html {
  const { event, version, history } = view;
  const title = version === undefined ? curationTitle(event) : headline(version);
  const url = `${view.origin}${eventUrl(event.id)}`;
  const isCorrected = version?.status === 'corrected';
  const omitted = version === undefined ? ['data', 'occurred'] : [];
  const date = version === undefined ? { edtf: event.occurred } : occurrenceOf(version);
  const main = html`
    <article class="event">
      <header class="page-header">
        <p class="kicker">${typeLabel(event.type)}</p>
        <h1 class="long" dir="auto">${version === undefined ? title : headlineOf(version)}</h1>
        <p class="subtitle">${renderDate(date)}${version && statusBadge(version)}</p>
      </header>
      ${eventCurationLinks(event, version, view.linkStreams)}
      ${version?.status === 'retracted' && retractionBanner(history)}
      ${version && factList(version)}
      <section aria-labelledby="content-title">
        <h2 id="content-title">Content${isCorrected && ', as corrected'}</h2>
        ${payloadFields(event.type, version?.data ?? event.data, omitted)}
      </section>
      ${view.claims && claimsSection(view.claims, { stream: event.stream, event: event.id })}
      ${history.length > 1 && versionsSection(event.type, history)}
      ${sourcesSection(version?.sources ?? event.sources)}
      ${logSection(view)}
    </article>
    ${viewLinks(view.formats, { title, url, asOf: view.asOf })}`;
  return layout({
    title,
    main,
    islands: ['event-dialog.js'],
    alternates: view.formats,
    description: `${typeLabel(event.type)}, ${formatOccurred(date)}. ${title}`,
    url,
  });
}

/** What a correction, retraction or link is called. */
export function curationTitle({ type, stream }: DomainEvent): string {
  return `${typeLabel(type)} in ${stream}`;
}

function retractionBanner(history: readonly HistoryVersion[]): Html {
  const { by, reason } = history.at(-1) ?? {};
  return html`
    <aside class="banner" aria-label="Retracted">
      <p>
        <strong>Retracted</strong>${by && ` on ${formatInstant(by.recordedAt)}`}:
        ${' '}<span dir="auto">${reason ?? 'no reason given'}</span>
      </p>
    </aside>`;
}

function factList(version: RecordVersion): Html {
  const countries = [...rolesByCountry(version)].map(([code, roles], index) => {
    return html`${index > 0 && '; '}${countryLink(code)} as ${roles.join(', ')}`;
  });
  return html`
    <ul class="facts">
      ${renderFact('Countries', countries.length === 0 ? undefined : html`${countries}`)}
      ${renderLinks(linksOf(version))}
      ${renderRedactions(version.redactions)}
    </ul>`;
}

function versionsSection(type: string, history: readonly HistoryVersion[]): Html {
  return html`
    <section aria-labelledby="versions-title">
      <h2 id="versions-title">${pluralize(history.length, 'version')}</h2>
      <ol class="versions">${history.map((version) => versionItem(type, version))}</ol>
    </section>`;
}

function versionItem(type: string, { version, status, by, reason, kind, changes }: HistoryVersion): Html {
  return html`
    <li>
      <h3>Version ${version}, ${version === 1 ? 'as first added' : status}${kind && `, ${CORRECTION_KINDS[kind]}`}</h3>
      <p class="subtitle">
        ${formatInstant(by.recordedAt)}, by <bdi>${by.actor}</bdi>, at position
        ${' '}<a href="${eventUrl(by.event)}" data-event>${by.position}</a>
      </p>
      ${reason !== undefined && html`<p>Reason: <span dir="auto">${reason}</span></p>`}
      ${changes.length > 0 && fieldChangesTable(type, changes, `Changes in version ${version}`)}
    </li>`;
}

function sourcesSection(sources: DomainEvent['sources']): Html {
  return html`
    <section aria-labelledby="sources-title">
      <h2 id="sources-title">${pluralize(sources.length, 'source')}</h2>
      ${sourceList(sources)}
    </section>`;
}

function logSection({ event, recordEvents }: EventView): Html {
  const { stream, revision, position, recordedAt, actor, id, schemaVersion } = event;
  const { correlationId, causationId } = event;
  return html`
    <section aria-labelledby="log-title">
      <h2 id="log-title">In the event log</h2>
      <dl class="fields">
        <dt>Position</dt>
        <dd>${position}</dd>
        <dt>Added</dt>
        <dd>${formatInstant(recordedAt)}, by <bdi>${actor}</bdi></dd>
        <dt>Record</dt>
        <dd><a href="${referenceUrl(stream)}">${stream}</a>, event ${revision + 1} of ${recordEvents}</dd>
        <dt>Id</dt>
        <dd><code>${id}</code></dd>
        <dt>Type</dt>
        <dd><code>${event.type}</code>, schema version ${schemaVersion}</dd>
        ${correlationId !== undefined && html`<dt>Correlation id</dt><dd><code>${correlationId}</code></dd>`}
        ${causationId !== undefined && html`<dt>Causation id</dt><dd><code>${causationId}</code></dd>`}
      </dl>
      ${canBeRedacted(event) && onlyFor('remove', removalLink(id), stream)}
    </section>`;
}

/** True unless the content was removed before, or the event says that of another. */
function canBeRedacted(event: DomainEvent): boolean {
  return !isContentRedacted(event) && event.type !== eventRedacted.name;
}

function removalLink(id: string): Html {
  return html`<p><a href="/redactions?event=${encodeURIComponent(id)}">Ask for removal by law</a></p>`;
}

/** Returns why a curation event was added: the reason of a correction, the basis of a link, or the added source. */
export function curationReason({ data, sources }: CurationEvent): string {
  if ('reason' in data) return data.reason;
  return 'basis' in data ? data.basis : (sources[0]?.outlet ?? '');
}
