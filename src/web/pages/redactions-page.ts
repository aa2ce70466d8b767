import { REDACTION_GROUNDS } from '../../domain/event-types/redaction.ts';
import { commaJoined, renderFact } from '../components/facts.ts';
import { errorText, inputDescription } from '../components/filter-form.ts';
import { eventLink } from '../components/links.ts';
import { CODE, REQUIRED_CODE, type SentForm, sentFormErrors, sentInput } from '../components/sent-form.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { labelFor, typeLabel } from '../text/vocabulary.ts';

interface NamedEvent {
  readonly id: string;
  readonly type: string;
}

/** A request for a removal as the API shows it. */
export interface RedactionView {
  readonly id: string;
  readonly event: string;
  readonly stream: string;
  readonly statement?: string;
  readonly ground: string;
  readonly basis: string;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly expiresAt: string;
  readonly state: string;
  readonly settledBy: string | null;
  readonly settledAt: string | null;
  readonly doneAt: string | null;
  readonly covers?: readonly NamedEvent[];
  readonly others?: readonly NamedEvent[];
  readonly linkedBy?: readonly string[];
}

const STATES: Readonly<Record<string, string>> = {
  asked: 'waits for confirmation',
  removing: 'being removed',
  failed: 'nothing was left to remove',
};

export function redactionsPage(redactions: readonly RedactionView[], form: SentForm): Html {
  const main = html`
    <header class="page-header">
      <h1>Removals</h1>
      <p class="lead">
        Content is removed by law when one administrator asks for it and another confirms it.${' '}
        <a href="/docs/removal">What a removal does</a>
      </p>
    </header>
    ${
      redactions.length === 0
        ? html`<p class="note">Nobody has asked for a removal.</p>`
        : html`<ul class="choices">${redactions.map(redactionItem)}</ul>`
    }
    <section aria-labelledby="ask-title">
      <h2 id="ask-title">Ask for a removal</h2>
      ${sentFormErrors(form, FIELD_LABELS)}
      ${askForm(form)}
    </section>`;
  return layout({ title: 'Removals', main });
}

/** What the reader of a request may decide. Who asked for a removal cannot confirm it. */
export interface PossibleDecisions {
  readonly mayConfirm: boolean;
  readonly mayReject: boolean;
}

export function redactionPage(redaction: RedactionView, possible: PossibleDecisions): Html {
  const main = html`
    <header class="page-header">
      <p class="kicker"><a href="/redactions">Removals</a></p>
      <h1 class="long">Removal from ${redaction.stream}</h1>
      <p class="subtitle">${labelFor(STATES, redaction.state)}</p>
    </header>
    <ul class="facts">${factsOf(redaction)}</ul>
    ${redaction.state === 'asked' && decisionSection(redaction, possible)}`;
  return layout({ title: 'Removal', main });
}

function redactionItem(redaction: RedactionView): Html {
  return html`
    <li>
      <a href="/redactions/${redaction.id}">Removal from ${redaction.stream}</a>
      <span class="badge">${labelFor(STATES, redaction.state)}</span>
      <ul class="facts">${factsOf(redaction)}</ul>
    </li>`;
}

function factsOf(redaction: RedactionView): readonly (Html | undefined)[] {
  const { event, statement, ground, basis, askedBy, askedAt, settledBy, settledAt, doneAt } = redaction;
  return [
    renderFact('Event', eventLink(event, event)),
    renderFact('Statement', statement),
    renderFact('Ground', labelFor(REDACTION_GROUNDS, ground)),
    renderFact('Basis', html`<bdi>${basis}</bdi>`),
    renderFact('Asked', html`${formatInstant(askedAt)} by <bdi>${askedBy}</bdi>`),
    settledAt === null
      ? undefined
      : renderFact('Settled', html`${formatInstant(settledAt)} by <bdi>${settledBy ?? 'the operator'}</bdi>`),
    doneAt === null ? undefined : renderFact('Done', formatInstant(doneAt)),
  ];
}

function decisionSection(
  { id, covers = [], others = [], linkedBy = [], expiresAt }: RedactionView,
  { mayConfirm, mayReject }: PossibleDecisions,
): Html {
  return html`
    <section aria-labelledby="decision-title">
      <h2 id="decision-title">Confirm</h2>
      <p>Until ${formatInstant(expiresAt)}. It cannot be undone. Content is removed from:</p>
      <ul>${covers.map(eventItem)}</ul>
      ${
        others.length + linkedBy.length > 0 &&
        html`
          <p>These stay. Read them, as they may repeat the content:</p>
          <ul>${others.map(eventItem)}${linkedBy.map((link) => html`<li>${eventLink(link, 'Link')}</li>`)}</ul>`
      }
      ${
        mayConfirm
          ? decisionForm(id, 'confirm', 'Remove the content')
          : html`<p class="note">Another administrator has to confirm it.</p>`
      }
      ${mayReject && decisionForm(id, 'reject', 'Reject')}
    </section>`;
}

function eventItem({ id, type }: NamedEvent): Html {
  return html`<li>${commaJoined([eventLink(id, typeLabel(type)), id])}</li>`;
}

function decisionForm(id: string, decision: string, label: string): Html {
  return html`
    <form class="record-form" action="/redactions/${id}" method="post">
      <input type="hidden" name="decision" value="${decision}">
      <button type="submit">${label}</button>
    </form>`;
}

const FIELD_LABELS = {
  event: 'Id of the event',
  statement: 'Key of the statement',
  ground: 'Ground',
  basis: 'Basis',
} as const;

const BASIS_HINT =
  'The order or request, such as its court and number. Everybody can read it, so it must not repeat what is removed.';

function askForm(form: SentForm): Html {
  const { event, statement, ground, basis } = FIELD_LABELS;
  return html`
    <form class="record-form" action="/redactions" method="post">
      ${sentInput('event', event, form, REQUIRED_CODE)}
      ${sentInput('statement', statement, form, CODE, 'Empty: all content of the event')}
      <div class="field">
        <label for="ground">${ground}</label>
        <select id="ground" name="ground" required${inputDescription('ground', form, false)}>
          ${Object.entries(REDACTION_GROUNDS).map(([value, text]) => {
            const isSelected = value === form.values['ground'];
            return html`<option value="${value}"${isSelected && html` selected`}>${text}</option>`;
          })}
        </select>
        ${errorText('ground', form)}
      </div>
      ${sentInput('basis', basis, form, html` required`, BASIS_HINT)}
      <button type="submit">Ask</button>
    </form>`;
}
