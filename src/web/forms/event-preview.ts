import type { DomainEvent } from '../../domain/events/event.ts';
import type { FieldChange } from '../../domain/record/field-changes.ts';
import type { RecordVersion } from '../../domain/record/record-version.ts';
import { headline, occurrenceOf } from '../../domain/record/summary.ts';
import { fieldChangesTable } from '../components/field-changes-table.ts';
import { payloadFields } from '../components/payload-fields.ts';
import { sourceList } from '../components/source-list.ts';
import { type Html, html } from '../shell/html.ts';
import { renderDate } from '../text/format-date.ts';
import { pluralize, typeLabel } from '../text/vocabulary.ts';
import { type AffectedTimelines, renderTimelineLinks, timelineCount } from './affected-timelines.ts';
import { fieldId } from './form-controls.ts';

/** A reason to check an event again, although it is accepted. */
export interface PreviewWarning {
  readonly detail: string;
  /** The field that the warning is about. */
  readonly field?: { readonly name: string; readonly path: string } | undefined;
}

/** A correction, retraction, source or link, and what it changes. */
export interface CurationChange {
  readonly event: Pick<DomainEvent, 'type' | 'data' | 'sources'>;
  readonly changes: readonly FieldChange[];
}

/** An event before it is added, or just after. */
export interface EventPreview {
  /** The event; if it changes another one, that one as it then reads. */
  readonly version: RecordVersion;
  readonly curation?: CurationChange | undefined;
  readonly warnings: readonly PreviewWarning[];
  readonly affected: AffectedTimelines;
}

/** Shows type, date and headline. @param url of the event, once it is added */
export function renderEventHead({ version, curation }: EventPreview, url?: string): Html {
  const text = headline(version);
  return html`
    <p class="kind">
      ${curation && `${typeLabel(curation.event.type)}: `}
      ${typeLabel(version.type)}, ${renderDate(occurrenceOf(version))}
    </p>
    <p class="headline">
      ${
        url === undefined
          ? html`<span dir="auto">${text}</span>`
          : html`<a href="${url}" dir="auto">${text}</a>`
      }
    </p>`;
}

export function renderWarnings(warnings: readonly PreviewWarning[]): Html | undefined {
  if (warnings.length === 0) return undefined;
  return html`
    <div class="warnings">
      <h3>Please check</h3>
      <ul>${warnings.map(warningItem)}</ul>
    </div>`;
}

function warningItem({ detail, field }: PreviewWarning): Html {
  const link = field && html`<a href="#${fieldId(field.name)}">${field.path}</a>: `;
  return html`<li dir="auto">${link}${detail}</li>`;
}

/** @param after position of the event, once it is added */
export function renderAffectedTimelines({ affected }: EventPreview, after?: string): Html {
  return html`
    <h3>Appears on ${pluralize(timelineCount(affected), 'timeline')}</h3>
    ${renderTimelineLinks(affected, after)}`;
}

/** Shows what a correction, retraction, source or link changes, field by field, and why. */
export function renderCuration({ version, curation }: EventPreview): Html | undefined {
  if (curation === undefined) return undefined;
  const { event, changes } = curation;
  return html`
    ${changes.length > 0 && fieldChangesTable(version.type, changes, pluralize(changes.length, 'difference'))}
    ${payloadFields(event.type, event.data, NAMED_ELSEWHERE)}
    <h3>${pluralize(event.sources.length, 'source')}</h3>
    ${sourceList(event.sources)}`;
}

/** The corrected payload, and the ids of what an event is about. */
const NAMED_ELSEWHERE = ['data', 'occurred', 'corrects', 'retracts', 'withdraws'];

/** Shows the whole event as it was understood: countries by name, dates in words. */
export function renderEventContent({ version, curation }: EventPreview): Html {
  return html`
    <h3>Content${curation !== undefined && ' afterwards'}</h3>
    ${payloadFields(version.type, version.data)}
    <h3>${pluralize(version.sources.length, 'source')}</h3>
    ${sourceList(version.sources)}`;
}
