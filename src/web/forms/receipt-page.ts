import type { DomainEvent } from '../../domain/events/event.ts';
import { type Html, html, onlyFor } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { capitalize } from '../text/format-text.ts';
import { eventUrl, referenceUrl } from '../text/url.ts';
import { typeLabel } from '../text/vocabulary.ts';
import { nounOf } from './curation-forms.ts';
import { EVENT_TITLE } from './event-form.ts';
import {
  type EventPreview,
  renderAffectedTimelines,
  renderCuration,
  renderEventHead,
  renderWarnings,
} from './event-preview.ts';
import type { RecordForm } from './form-field.ts';

/** Confirms that an event was added, and links to the timelines that show it. */
export function receiptPage(event: DomainEvent, preview: EventPreview): Html {
  const { position, recordedAt, actor, stream, revision } = event;
  const isCuration = preview.curation !== undefined;
  const title = `${capitalize(nounOf(event.type))} added`;
  const place = revision === 0 ? 'The first event of the record' : `Event ${revision + 1} of the record`;
  const main = html`
    <header class="page-header">
      <p class="kicker">${isCuration ? typeLabel(event.type) : 'Add an event'}</p>
      <h1>${title}</h1>
      <p class="subtitle">At position ${position}, ${formatInstant(recordedAt)}, by <bdi>${actor}</bdi></p>
    </header>
    <section class="receipt" aria-labelledby="receipt-title">
      <h2 class="visually-hidden" id="receipt-title">The event</h2>
      ${renderEventHead(preview, eventUrl(preview.version.event.id))}
      <p>${place} <a href="${referenceUrl(stream)}">${stream}</a>.</p>
      ${renderCuration(preview)}
      ${renderWarnings(preview.warnings)}
      ${renderAffectedTimelines(preview, position)}
    </section>
    ${onlyFor('record', html`<p><a href="/record">Add another event</a> · <a href="/inbox">Inbox</a></p>`)}`;
  return layout({ title, section: 'record', main });
}

/** Lists the forms. */
export function formChoicePage(forms: readonly RecordForm[]): Html {
  const main = html`
    <header class="page-header">
      <h1>Add an event</h1>
      <p class="lead">
        One event at a time, with its sources. It is validated like an event sent to the API, and you can preview it
        before it is added. <a href="/inbox">The inbox</a> takes feeds, whose items fill these forms. To correct,
        retract or link what is recorded, or to add its next step, open its page.
      </p>
    </header>
    ${formChoices(forms)}`;
  return layout({ title: 'Add an event', section: 'record', main });
}

/**
 * Lists forms by their titles, without the words that most of these begin with.
 *
 * @param query of the forms
 */
export function formChoices(forms: readonly RecordForm[], query = ''): Html {
  const items = forms.map(({ path, title, lead }) => {
    const choice = title.slice(title.startsWith(EVENT_TITLE) ? EVENT_TITLE.length : 0);
    return html`<li><a href="/record/${path}${query}">${choice}</a><p>${lead}</p></li>`;
  });
  return html`<ul class="choices">${items}</ul>`;
}
