import { renderFact } from '../components/facts.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { formatNumber, pluralize } from '../text/vocabulary.ts';

/** A message that was given up. */
export interface DeadLetterView {
  readonly id: string;
  readonly title: string;
  /** `entry.added`, for example. */
  readonly type: string;
  /** Id of the event that caused it. */
  readonly cause: string;
  readonly attempts: number;
  readonly failedAt: string;
  readonly reason: string;
  /** As it is sent. */
  readonly payload: unknown;
}

interface Subscription {
  readonly id: string;
  readonly query: { readonly text: string };
}

const SHOWN_MAX = 100;

/** @param deadLetters the oldest first */
export function deadLettersPage(subscription: Subscription, deadLetters: readonly DeadLetterView[]): Html {
  const more = deadLetters.length - SHOWN_MAX;
  const items = deadLetters
    .slice(0, SHOWN_MAX)
    .map((each) => html`<li>${summary(subscription.id, each)}</li>`);
  const main = html`
    <header class="page-header">
      <p class="kicker"><a href="/subscriptions/${subscription.id}">Subscription to ${subscription.query.text}</a></p>
      <h1>Dead letters</h1>
      <p class="lead">Messages that the receiver did not accept, the oldest first.</p>
    </header>
    ${items.length === 0 ? html`<p class="note">There are none.</p>` : html`<ul class="choices">${items}</ul>`}
    ${more > 0 && html`<p class="note">And ${formatNumber(more)} more.</p>`}`;
  return layout({ title: 'Dead letters', main });
}

/** One message, as it is sent. */
export function deadLetterPage(subscription: string, deadLetter: DeadLetterView): Html {
  const { title, cause, payload } = deadLetter;
  const main = html`
    <header class="page-header">
      <p class="kicker"><a href="/subscriptions/${subscription}/dead-letters">Dead letters</a></p>
      <h1 class="long" dir="auto">${title}</h1>
    </header>
    ${facts(deadLetter)}
    <p><a href="/events/${cause}">The event that caused it</a></p>
    ${actions(subscription, deadLetter)}
    <div class="docs"><pre><code>${JSON.stringify(payload, undefined, 2)}</code></pre></div>`;
  return layout({ title: 'Dead letter', main });
}

function summary(subscription: string, deadLetter: DeadLetterView): Html {
  const { id, title } = deadLetter;
  return html`
    <a href="/subscriptions/${subscription}/dead-letters/${id}" dir="auto">${title}</a>
    ${facts(deadLetter)}
    ${actions(subscription, deadLetter)}`;
}

function facts({ type, attempts, failedAt, reason }: DeadLetterView): Html {
  return html`
    <ul class="facts">
      ${renderFact('Message', type)}
      ${renderFact('Given up', `${formatInstant(failedAt)}, after ${pluralize(attempts, 'attempt')}`)}
      ${renderFact('Reason', reason)}
    </ul>`;
}

function actions(subscription: string, { id }: DeadLetterView): Html {
  return html`
    <form class="record-form" action="/subscriptions/${subscription}/dead-letters/${id}" method="post">
      <p class="actions">
        <button name="do" value="send">Send again</button>
        ${' '}<button class="plain" name="do" value="discard">Discard</button>
      </p>
    </form>`;
}
