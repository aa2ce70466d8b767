import type { DomainEvent } from '../../domain/events/event.ts';
import type { FieldChange } from '../../domain/record/field-changes.ts';
import type { RecordVersion } from '../../domain/record/record-version.ts';
import { occurrenceOf } from '../../domain/record/summary.ts';
import { fieldChangesTable } from '../components/field-changes-table.ts';
import { payloadFields } from '../components/payload-fields.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant, renderDate } from '../text/format-date.ts';
import { headlineOf } from '../text/format-text.ts';
import { describeDate, readDate } from '../text/read-date.ts';
import { draftUrl, eventUrl, referenceUrl } from '../text/url.ts';
import { pluralize, typeLabel } from '../text/vocabulary.ts';
import {
  type EventPreview,
  renderAffectedTimelines,
  renderCuration,
  renderEventContent,
  renderEventHead,
  renderWarnings,
} from './event-preview.ts';
import { type FormState, fieldId, formFields } from './form-controls.ts';
import type { RecordForm } from './form-field.ts';
import { DRAFT_FIELD, type FormValues, ID_FIELD, placedFields, REVISION_FIELD } from './form-values.ts';

/** A reason why a form was refused. */
export interface FormProblem {
  readonly detail: string;
  /** The field to change; undefined if the problem is not about a field. */
  readonly field?: { readonly name: string; readonly path: string } | undefined;
}

/** What happened when the form was last sent. */
export type FormResult =
  /** It was not sent yet, or only to add or remove a row. */
  | { readonly kind: 'open' }
  /** `title` names a problem that is not about single fields. */
  | { readonly kind: 'refused'; readonly title?: string; readonly problems: readonly FormProblem[] }
  | { readonly kind: 'preview'; readonly preview: EventPreview }
  /** There is an event with the id of the form already. It may have other content. */
  | { readonly kind: 'recorded'; readonly id: string; readonly headline: string; readonly isSame: boolean }
  /** The record has changed since the form was opened, which now is over the present version. */
  | {
      readonly kind: 'outdated';
      readonly added: readonly DomainEvent[];
      /** Of the event whose fields have changed. */
      readonly type: string;
      readonly changes: readonly FieldChange[];
    };

/** What a form is about. */
export interface FormSubject {
  /** The event that it changes; for a later step, the first event of the record. */
  readonly version: RecordVersion;
  /** Fields that a later step does not take from the first event. Absent if it takes none. */
  readonly ownFields?: readonly string[];
  /** What the event has and the form does not show. */
  readonly kept?: readonly string[];
}

export interface FormView {
  readonly form: RecordForm;
  readonly subject?: FormSubject | undefined;
  readonly state: FormState;
  readonly result: FormResult;
}

const TITLE_PREFIXES: Readonly<Record<FormResult['kind'], string>> = {
  open: '',
  refused: 'Error: ',
  preview: 'Preview: ',
  recorded: 'Already added: ',
  outdated: 'Changed meanwhile: ',
};

const ISLANDS = ['date-readings.js', 'field-suggestions.js', 'form-rows.js'] as const;

export function formPage({ form, subject, state, result }: FormView): Html {
  const { title, lead, noun } = form;
  const draft = state.values.get(DRAFT_FIELD) ?? '';
  const fields = html`${formFields(form.fields, state)}${buttons(noun)}`;
  const main = html`
    <header class="page-header">
      <p class="kicker">${noun === 'event' ? 'Add an event' : typeLabel(form.type)}</p>
      <h1>${title}</h1>
      <p class="lead">${lead}</p>
      ${draft !== '' && html`<p><a href="${draftUrl(draft)}">The draft in the inbox</a></p>`}
    </header>
    ${subject && renderSubject(form, subject)}
    <form class="record-form" method="post" action="${actionOf(form, subject)}" novalidate>
      <button hidden name="do" value="preview">Preview</button>
      <input type="hidden" name="${ID_FIELD}" value="${state.values.get(ID_FIELD) ?? ''}" autocomplete="off">
      ${[DRAFT_FIELD, REVISION_FIELD].map((name) => hiddenField(name, state.values.get(name) ?? ''))}
      ${renderResult(result, noun, readingsOf(form, state.values))}
      ${
        result.kind === 'preview'
          ? html`<details class="edit"><summary>Edit</summary>${fields}</details>`
          : fields
      }
    </form>`;
  return layout({ title: TITLE_PREFIXES[result.kind] + title, section: 'record', main, islands: ISLANDS });
}

/** The URL says what a later step follows, so that the page can be shown again. */
function actionOf({ path, noun }: RecordForm, subject: FormSubject | undefined): string {
  const isStep = noun === 'event' && subject !== undefined;
  return `/record/${path}${isStep ? `?record=${encodeURIComponent(subject.version.event.stream)}` : ''}`;
}

/** Each date of a form that is filled in, with what it means. */
function readingsOf({ fields }: RecordForm, values: FormValues): readonly Html[] {
  return placedFields(fields, values).flatMap(({ field, name, path }) => {
    const typed = values.get(name)?.trim() ?? '';
    if (field.kind !== 'line' || field.isDate !== true || typed === '') return [];
    const reading = readDate(typed);
    return reading.outcome === 'read' ? [html`<dt>${path}</dt><dd>${describeDate(reading.edtf)}</dd>`] : [];
  });
}

function hiddenField(name: string, value: string): Html | undefined {
  if (value === '') return undefined;
  return html`<input type="hidden" name="${name}" value="${value}" autocomplete="off">`;
}

/** Shows what the form changes, or what a later step follows and takes over. */
function renderSubject({ noun }: RecordForm, { version, ownFields, kept = [] }: FormSubject): Html {
  const { event, type, data } = version;
  return html`
    <section class="form-subject" aria-label="${noun === 'event' ? 'The record' : 'The event'}">
      <p class="kind">${typeLabel(type)}, ${renderDate(occurrenceOf(version))}</p>
      <p class="headline"><a href="${eventUrl(event.id)}">${headlineOf(version)}</a></p>
      <p class="note">In the record <a href="${referenceUrl(event.stream)}">${event.stream}</a></p>
      ${
        ownFields &&
        html`
          <details>
            <summary>Taken from it where you leave a field empty</summary>
            ${payloadFields(type, data, [...ownFields, 'dateBasis', 'dateVerbatim'])}
          </details>`
      }
      ${kept.length > 0 && html`<p>Not shown in this form, and kept as it is: ${kept.join('; ')}.</p>`}
    </section>`;
}

function buttons(noun: string): Html {
  return html`
    <p class="actions">
      <button name="do" value="preview">Preview</button>
      ${' '}<button class="plain" name="do" value="record">Add ${noun}</button>
    </p>
    <p class="note">
      A preview adds nothing. An event cannot be changed once it is added; a correction is an event of its own.
    </p>`;
}

function renderResult(result: FormResult, noun: string, readings: readonly Html[]): Html | undefined {
  switch (result.kind) {
    case 'open':
      return undefined;
    case 'refused':
      return renderProblems(result.title, result.problems);
    case 'preview':
      return renderPreview(result.preview, noun, readings);
    case 'recorded':
      return renderExisting(result);
    case 'outdated':
      return renderOutdated(result);
  }
}

/** Takes the focus, so it is read first. */
function renderSummary(title: string, body: Html): Html {
  return html`
    <section class="summary" tabindex="-1" autofocus aria-labelledby="summary-title">
      <h2 id="summary-title">${title}</h2>
      ${body}
    </section>`;
}

/** After a store failure it is unknown whether the event was added. Sending it again is safe in any case. */
function renderProblems(title: string | undefined, problems: readonly FormProblem[]): Html {
  const count = pluralize(problems.length, 'problem');
  const advice =
    title === undefined
      ? 'Nothing was added.'
      : 'Your input is still in the form. You can send it again: the event is never added twice.';
  return renderSummary(
    title ?? `${count} to fix`,
    html`
      <p>${advice}</p>
      <ul>${problems.map(problemItem)}</ul>`,
  );
}

function problemItem({ field, detail }: FormProblem): Html {
  const link = field && html`<a href="#${fieldId(field.name)}">${field.path}</a>: `;
  return html`<li>${link}<span dir="auto">${detail}</span></li>`;
}

/** Says what has changed, so that nobody undoes it unawares. */
function renderOutdated({ added, type, changes }: Extract<FormResult, { kind: 'outdated' }>): Html {
  return renderSummary(
    'The record has changed meanwhile',
    html`
      <p>
        Nothing was added. What you have typed is still below; all other fields show the present version. Check it, and
        send it again.
      </p>
      <ul>${added.map(addedItem)}</ul>
      ${changes.length > 0 && fieldChangesTable(type, changes, 'Changed meanwhile')}`,
  );
}

function addedItem({ id, type, recordedAt, actor }: DomainEvent): Html {
  return html`
    <li><a href="${eventUrl(id)}">${typeLabel(type)}</a>, ${formatInstant(recordedAt)}, by <bdi>${actor}</bdi></li>`;
}

function renderPreview(preview: EventPreview, noun: string, readings: readonly Html[]): Html {
  return html`
    <section class="preview" aria-labelledby="preview-title">
      <h2 id="preview-title" tabindex="-1" autofocus>Preview</h2>
      ${renderEventHead(preview)}
      <h3>Dates as they are read</h3>
      <dl class="fields">${readings}</dl>
      ${renderCuration(preview)}
      ${renderWarnings(preview.warnings)}
      <p class="actions"><button name="do" value="record">Add ${noun}</button></p>
      ${renderAffectedTimelines(preview)}
      ${renderEventContent(preview)}
    </section>`;
}

/** Shown when a form is sent again, for example after going back in the browser. */
function renderExisting({ id, headline, isSame }: Extract<FormResult, { kind: 'recorded' }>): Html {
  const link = html`<a href="${eventUrl(id)}" dir="auto">${headline}</a>`;
  if (isSame) return renderSummary('This event was already added', html`<p>${link}</p>`);
  return renderSummary(
    'Another event was already added with this form',
    html`
      <p>The form was sent before with other content. The event added then is: ${link}</p>
      <p>Nothing was added this time. If that event is wrong, add a correction. If this is another event, go on:</p>
      <p class="actions"><button name="do" value="renew">Preview as another event</button></p>`,
  );
}
