import { type Html, html } from '../shell/html.ts';
import { formatInstant, renderDate } from '../text/format-date.ts';
import { excerpt, formatHeadline } from '../text/format-text.ts';
import { speechActLabel, typeLabel } from '../text/vocabulary.ts';
import { renderFact, statusBadge } from './facts.ts';
import { fieldChangesTable } from './field-changes-table.ts';
import { eventLink } from './links.ts';
import type { CausedChange } from './timeline-changes.ts';
import type { EventEntry, StatementEntry } from './timeline-view.ts';

export const CHANGE_LABELS = { arrived: 'Arrived', changed: 'Changed', left: 'Left' } as const;

const STATEMENT_CHARS_MAX = 160;

/** An event, a statement, or a step of an agreement. */
type AnyEntry = Pick<EventEntry, 'type' | 'occurred' | 'status' | 'versions'> &
  Partial<Pick<EventEntry, 'id' | 'headline' | 'headlineQuote'>> &
  Partial<Pick<StatementEntry, 'speaker' | 'speechAct' | 'text'>> & {
    readonly event?: { readonly id: string };
  };

/** Returns one line that says what the entry shows. */
function entryLine(json: string): Html {
  const { headline, headlineQuote, speaker, speechAct = '', text = [] } = JSON.parse(json) as AnyEntry;
  if (headline !== undefined) return formatHeadline(headline, headlineQuote);
  const [said] = text;
  return html`
    <bdi>${speaker?.name ?? ''}</bdi> ${speechActLabel(speechAct)}:
    ${' '}<bdi lang="${said?.language ?? ''}">${excerpt(said?.value ?? '', STATEMENT_CHARS_MAX)}</bdi>`;
}

/** Links to the entry that changed. */
export function changedEntryLink({ entry, by }: CausedChange): Html {
  const { id, event } = JSON.parse(entry) as AnyEntry;
  return eventLink(id ?? event?.id ?? by.event, entryLine(entry));
}

export function changeItem(change: CausedChange): Html {
  const { by, reason, entry } = change;
  const shown = JSON.parse(entry) as AnyEntry;
  return html`
    <li class="entry ${shown.status}">
      <p class="date">${formatInstant(by.recordedAt)}</p>
      <div class="body">
        <p class="kind">${CHANGE_LABELS[change.change]}: ${typeLabel(shown.type)}${statusBadge(shown)}</p>
        <p class="headline">${changedEntryLink(change)}</p>
        <ul class="facts">
          ${renderFact('Date', renderDate(shown.occurred))}
          ${renderFact('By', html`${eventLink(by.event, typeLabel(by.type))} of <bdi>${by.actor}</bdi>`)}
          ${reason !== undefined && renderFact('Reason', html`<bdi>${reason}</bdi>`)}
        </ul>
        ${changedFields(change)}
      </div>
    </li>`;
}

/** Renders what changed in the entry; nothing unless it is `changed`. */
export function changedFields({ entry, fields }: CausedChange): Html | undefined {
  if (fields.length === 0) return undefined;
  const { type } = JSON.parse(entry) as AnyEntry;
  return fieldChangesTable(type, fields, 'What changed in the entry');
}
