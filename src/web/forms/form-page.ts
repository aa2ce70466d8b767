import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { draftUrl, eventUrl } from '../text/url.ts';
import { pluralize } from '../text/vocabulary.ts';
import {
  type EventPreview,
  renderAffectedTimelines,
  renderEventContent,
  renderEventHead,
  renderWarnings,
} from './event-preview.ts';
import { type FormState, fieldId, formFields } from './form-controls.ts';
import type { RecordForm } from './form-field.ts';
import { DRAFT_FIELD, ID_FIELD } from './form-values.ts';

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
  | { readonly kind: 'recorded'; readonly id: string; readonly headline: string; readonly isSame: boolean };

export interface FormView {
  readonly form: RecordForm;
  readonly state: FormState;
  readonly result: FormResult;
}

const TITLE_PREFIXES: Readonly<Record<FormResult['kind'], string>> = {
  open: '',
  refused: 'Error: ',
  preview: 'Preview: ',
  recorded: 'Already added: ',
};

export function formPage({ form, state, result }: FormView): Html {
  const { title, lead, path } = form;
  const draft = state.values.get(DRAFT_FIELD) ?? '';
  const fields = html`${formFields(form.fields, state)}${buttons()}`;
  const main = html`
    <header class="page-header">
      <p class="kicker">Add an event</p>
      <h1>${title}</h1>
      <p class="lead">${lead}</p>
      ${draft !== '' && html`<p><a href="${draftUrl(draft)}">The draft in the inbox</a></p>`}
    </header>
    <form class="record-form" method="post" action="/record/${path}" novalidate>
      <button hidden name="do" value="preview">Preview</button>
      <input type="hidden" name="${ID_FIELD}" value="${state.values.get(ID_FIELD) ?? ''}" autocomplete="off">
      ${draft !== '' && html`<input type="hidden" name="${DRAFT_FIELD}" value="${draft}" autocomplete="off">`}
      ${renderResult(result)}
      ${
        result.kind === 'preview'
          ? html`<details class="edit"><summary>Edit</summary>${fields}</details>`
          : fields
      }
    </form>`;
  return layout({ title: TITLE_PREFIXES[result.kind] + title, section: 'record', main });
}

function buttons(): Html {
  return html`
    <p class="actions">
      <button name="do" value="preview">Preview</button>
      ${' '}<button class="plain" name="do" value="record">Add event</button>
    </p>
    <p class="note">
      A preview adds nothing. An event cannot be changed once it is added; a correction is an event of its own.
    </p>`;
}

function renderResult(result: FormResult): Html | undefined {
  switch (result.kind) {
    case 'open':
      return undefined;
    case 'refused':
      return renderProblems(result.title, result.problems);
    case 'preview':
      return renderPreview(result.preview);
    case 'recorded':
      return renderExisting(result);
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

function renderPreview(preview: EventPreview): Html {
  return html`
    <section class="preview" aria-labelledby="preview-title">
      <h2 id="preview-title" tabindex="-1" autofocus>Preview</h2>
      ${renderEventHead(preview)}
      ${renderWarnings(preview.warnings)}
      <p class="actions"><button name="do" value="record">Add event</button></p>
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
