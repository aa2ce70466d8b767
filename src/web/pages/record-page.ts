import type { CurationEvent, DomainEvent } from '../../domain/events/event.ts';
import type { RecordState, RecordVersion } from '../../domain/record/record.ts';
import { occurrenceOf } from '../../domain/record/summary.ts';
import { badge, when } from '../components/entry-list.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { headlineOf } from '../text/format-text.ts';
import { eventUrl } from '../text/url.ts';
import { pluralize, typeLabel } from '../text/vocabulary.ts';
import { curationReason } from './event-page.ts';

/** An event and how it reads; one of curation has no reading of its own. */
export interface ReadEvent {
  readonly event: DomainEvent;
  readonly version: RecordVersion | undefined;
  /** What an event of curation corrects or retracts, as it reads now. */
  readonly concerned?: RecordVersion | undefined;
}

/** The whole story of one record, in the order in which it was recorded. */
export function recordPage(stream: string, events: readonly ReadEvent[]): Html {
  const main = html`<header class="subject"><p class="kicker">Record</p><h1>${stream}</h1><p class="extent">${pluralize(events.length, 'event')}, in the order of recording</p></header>
<ol class="entries">${events.map(recordedItem)}</ol>`;
  return layout({
    title: stream,
    main,
    islands: ['event-dialog.js'],
    json: `/streams/${encodeURIComponent(stream)}`,
  });
}

/** Every event of a record with its reading, and what it is about. */
export function readEvents(events: readonly DomainEvent[], state: RecordState): readonly ReadEvent[] {
  return events.map((event) => ({
    event,
    version: state.versions.get(event.id),
    concerned: state.versions.get(concernedBy(event, state) ?? ''),
  }));
}

function concernedBy(event: DomainEvent, { originals }: RecordState): string | undefined {
  if (event.type === 'EventCorrected') return originals.get(event.data.corrects);
  return event.type === 'EventRetracted' ? event.data.retracts : undefined;
}

/** An event by the time of its recording. */
export function recordedItem({ event, version, concerned }: ReadEvent): Html {
  const told = version ?? concerned;
  const reason = version === undefined ? curationReason(event as CurationEvent) : undefined;
  const kind = typeLabel(event.type);
  return html`<li class="entry ${version?.status ?? 'current'}"><p class="when">recorded ${formatInstant(event.recordedAt)}</p><div class="what"><p class="kind">${kind}${concerned !== undefined && ' of'}${version && html`, ${when(occurrenceOf(version))}${badge(version)}`}</p>
<p class="headline"><a href="${eventUrl(event.id)}" data-event dir="auto">${told === undefined ? event.stream : headlineOf(told)}</a></p>
${reason !== undefined && html`<ul class="facts"><li><span class="label">Why</span>\u00a0<bdi>${reason}</bdi></li></ul>`}</div></li>
`;
}
