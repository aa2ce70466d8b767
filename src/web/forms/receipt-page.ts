import type { DomainEvent } from '../../domain/events/event.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { eventUrl, referenceUrl } from '../text/url.ts';
import { affectedTimelines, type EventPreview, eventHead, noticeList } from './event-preview.ts';
import type { RecordForm } from './form-field.ts';

/** What a form came to: what was recorded, what deserves a second look, and where to see it. */
export function receiptPage(event: DomainEvent, preview: EventPreview): Html {
  const { id, position, recordedAt, actor, stream, revision } = event;
  const place = `position ${position}`;
  const main = html`<header class="subject"><p class="kicker">Recorded</p><h1>It is in the record</h1><p class="extent">At ${place}, ${formatInstant(recordedAt)}, by <bdi>${actor}</bdi></p></header>
<section class="receipt" aria-labelledby="receipt-title"><h2 class="unseen" id="receipt-title">What was recorded</h2>
${eventHead(preview, eventUrl(id))}
<p>${revision === 0 ? 'It opens the record' : `It is event ${revision + 1} of the record`} <a href="${referenceUrl(stream)}">${stream}</a>.</p>
${noticeList(preview.notices)}${affectedTimelines(preview, position)}</section>
<p><a href="/record">Record something else</a></p>`;
  return layout({ title: 'Recorded', section: 'record', main, json: eventUrl(id) });
}

/** Of the forms. */
export function choicePage(forms: readonly RecordForm[]): Html {
  const main = html`<header class="subject"><h1>Record by hand</h1><p class="lead">One event at a time, with its sources. It is checked as it is when a program sends it, and shown to you before it is recorded.</p></header>
<ul class="choices">${forms.map(({ path, title, lead }) => html`<li><a href="/record/${path}">${title}</a><p>${lead}</p></li>`)}</ul>`;
  return layout({ title: 'Record by hand', section: 'record', main });
}
