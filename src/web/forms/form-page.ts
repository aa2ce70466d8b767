import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { eventUrl } from '../text/url.ts';
import {
  affectedTimelines,
  type EventPreview,
  eventContent,
  eventHead,
  noticeList,
} from './event-preview.ts';
import { type FormState, fieldId, formFields } from './form-controls.ts';
import type { RecordForm } from './form-field.ts';

/** Something wrong with what was sent. */
export interface FormProblem {
  readonly detail: string;
  /** Where it is; absent: nowhere in the form. */
  readonly field?: { readonly name: string; readonly path: string } | undefined;
}

/** What came of the form when it was sent last. */
export type FormAnswer =
  /** It was not sent yet, or only for another row. */
  | { readonly kind: 'open' }
  /** `title`: what it is about, where it is not single fields. */
  | { readonly kind: 'refused'; readonly title?: string; readonly problems: readonly FormProblem[] }
  | { readonly kind: 'preview'; readonly preview: EventPreview }
  /** An event has the id of the form already: this very one, or another. */
  | { readonly kind: 'recorded'; readonly id: string; readonly headline: string; readonly isSame: boolean };

export interface FormView {
  readonly form: RecordForm;
  readonly state: FormState;
  readonly answer: FormAnswer;
}

const TITLES = {
  open: '',
  refused: 'Error: ',
  preview: 'Preview: ',
  recorded: 'Recorded already: ',
} as const;

export function formPage({ form, state, answer }: FormView): Html {
  const { title, lead, path } = form;
  const fields = formFields(form.fields, state);
  const main = html`<header class="subject"><p class="kicker">Recording by hand</p><h1>${title}</h1><p class="lead">${lead}</p></header>
<form class="record" method="post" action="/record/${path}" novalidate>
<button hidden name="do" value="preview">Preview</button>
<input type="hidden" name="/id" value="${state.values.get('/id') ?? ''}" autocomplete="off">
${answered(answer)}${answer.kind === 'preview' ? html`<details class="change"><summary>Change something</summary>${fields}${buttons()}</details>` : html`${fields}${buttons()}`}
</form>`;
  return layout({ title: TITLES[answer.kind] + title, section: 'record', main });
}

function buttons(): Html {
  return html`<p class="actions"><button name="do" value="preview">Preview</button> <button class="plain" name="do" value="record">Record</button></p>
<p class="note">A preview records nothing. What is recorded is not changed any more; a correction is an event of its own.</p>`;
}

function answered(answer: FormAnswer): Html | undefined {
  switch (answer.kind) {
    case 'open':
      return undefined;
    case 'refused':
      return summary(answer.title, answer.problems);
    case 'preview':
      return panel(answer.preview);
    case 'recorded':
      return recorded(answer);
  }
}

/**
 * Takes the focus, so that it is read first. Of a log that failed on the way nobody knows whether it took the event;
 * that it is safe to send it again can be said in any case.
 */
function summary(title: string | undefined, problems: readonly FormProblem[]): Html {
  const count = problems.length === 1 ? 'One thing is' : `${problems.length} things are`;
  return html`<section class="summary" tabindex="-1" autofocus aria-labelledby="summary-title"><h2 id="summary-title">${title ?? `${count} not right yet`}</h2>
<p>${title === undefined ? 'Nothing was recorded.' : 'What was typed is still here. However often it is sent, it is recorded once.'}</p>
<ul>${problems.map(({ field, detail }) => html`<li>${field === undefined ? html`<span dir="auto">${detail}</span>` : html`<a href="#${fieldId(field.name)}">${field.path}</a>: <span dir="auto">${detail}</span>`}</li>`)}</ul></section>
`;
}

function panel(preview: EventPreview): Html {
  return html`<section class="preview" aria-labelledby="preview-title"><h2 id="preview-title" tabindex="-1" autofocus>This will be recorded</h2>
${eventHead(preview)}
${noticeList(preview.notices)}<p class="actions"><button name="do" value="record">Record</button></p>
${affectedTimelines(preview)}
${eventContent(preview)}</section>
`;
}

/** The way on for somebody who came back to a form and used it again. */
function recorded({ id, headline, isSame }: Extract<FormAnswer, { kind: 'recorded' }>): Html {
  const link = html`<a href="${eventUrl(id)}" dir="auto">${headline}</a>`;
  if (isSame) {
    return html`<section class="summary" tabindex="-1" autofocus aria-labelledby="summary-title"><h2 id="summary-title">This is recorded already</h2>
<p>Just as it stands here: ${link}</p></section>
`;
  }
  return html`<section class="summary" tabindex="-1" autofocus aria-labelledby="summary-title"><h2 id="summary-title">Something else was recorded with this form</h2>
<p>It was sent before and says otherwise now. Recorded is: ${link}</p>
<p>Nothing was recorded this time. If that event is wrong, it wants a correction. If this is another event, go on with it:</p>
<p class="actions"><button name="do" value="renew">Preview as another event</button></p></section>
`;
}
