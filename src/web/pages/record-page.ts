import type { CurationEvent, DomainEvent } from '../../domain/events/event.ts';
import type { RecordState, RecordVersion } from '../../domain/record/record-version.ts';
import { linksOf, occurrenceOf } from '../../domain/record/summary.ts';
import { type ClaimsFound, claimsSection } from '../components/claims-panel.ts';
import { recordCurationLinks } from '../components/curation-links.ts';
import { renderFact, renderLinks, renderRedactions, statusBadge } from '../components/facts.ts';
import { eventLink } from '../components/links.ts';
import { viewLinks } from '../components/view-links.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant, renderDate } from '../text/format-date.ts';
import { headlineOf } from '../text/format-text.ts';
import { streamUrl } from '../text/url.ts';
import { pluralize, typeLabel } from '../text/vocabulary.ts';
import { curationReason, type RecordLinks } from './event-page.ts';

/** An event in a list ordered by when events were added. */
export interface ListedEvent {
  readonly event: DomainEvent;
  /** The current version; undefined for curation events, which have none. */
  readonly version: RecordVersion | undefined;
  /** The current version of the event that a curation event corrects or retracts. */
  readonly target?: RecordVersion | undefined;
}

/**
 * Lists all events of one record, in the order in which they were added.
 *
 * @param claims undefined while they cannot be read
 */
export function recordPage(
  stream: string,
  events: readonly ListedEvent[],
  claims: ClaimsFound | undefined,
  { formats, origin, asOf }: RecordLinks,
): Html {
  const url = `${origin}${streamUrl(stream)}`;
  const order = events.length > 1 ? ', in the order in which they were added' : '';
  const subtitle = `${pluralize(events.length, 'event')}${order}`;
  const main = html`
    <header class="page-header">
      <p class="kicker">Record</p>
      <h1>${stream}</h1>
      <p class="subtitle">${subtitle}</p>
    </header>
    ${recordCurationLinks(stream)}
    <ol class="entries">${events.map(listedEventItem)}</ol>
    ${claims && claimsSection(claims, { stream, event: undefined })}
    ${viewLinks(formats, { title: stream, url, asOf })}`;
  return layout({
    title: stream,
    main,
    islands: ['event-dialog.js'],
    alternates: formats,
    description: `Record ${stream}: ${subtitle}.`,
    url,
  });
}

/** Finds the version that each event has, or that it is about, in the state of its record. */
export function listedEvents(events: readonly DomainEvent[], state: RecordState): readonly ListedEvent[] {
  return events.map((event) => ({
    event,
    version: state.versions.get(event.id),
    target: state.versions.get(targetOf(event, state) ?? ''),
  }));
}

function targetOf(event: DomainEvent, { originals }: RecordState): string | undefined {
  if (event.type === 'EventCorrected') return originals.get(event.data.corrects);
  if (event.type === 'EventRedacted') return event.data.redacts;
  return event.type === 'EventRetracted' ? event.data.retracts : undefined;
}

export function listedEventItem({ event, version, target }: ListedEvent): Html {
  const subject = version ?? target;
  const reason = version === undefined ? curationReason(event as CurationEvent) : undefined;
  return html`
    <li class="entry ${version?.status ?? 'current'}">
      <p class="date">added ${formatInstant(event.recordedAt)}</p>
      <div class="body">
        <p class="kind">
          ${typeLabel(event.type)}
          ${target !== undefined && ' of'}
          ${version && html`, ${renderDate(occurrenceOf(version))}${statusBadge(version)}`}
        </p>
        <p class="headline">
          ${eventLink(event.id, subject === undefined ? event.stream : headlineOf(subject))}
        </p>
        <ul class="facts">
          ${reason !== undefined && renderFact('Reason', html`<bdi>${reason}</bdi>`)}
          ${version && renderLinks(linksOf(version))}
          ${version && renderRedactions(version.redactions)}
        </ul>
      </div>
    </li>`;
}
