import { renderFact } from '../components/facts.ts';
import { REQUIRED_CODE, type SentForm, sentFormErrors, sentInput } from '../components/sent-form.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { pluralize } from '../text/vocabulary.ts';
import {
  FIELD_LABELS,
  queryField,
  receiverField,
  type SubscriptionView,
  subscriptionFacts,
} from './subscriptions-page.ts';

/**
 * A subscription, and forms that change it.
 *
 * @param sent the form that was refused; absent if none was
 */
export function subscriptionPage(subscription: SubscriptionView, sent?: SentForm): Html {
  const { id, query, url, state, reason } = subscription;
  const form = { values: { query, url, ...sent?.values }, errors: sent?.errors ?? [] };
  const main = html`
    <header class="page-header">
      <p class="kicker"><a href="/subscriptions">Subscriptions</a></p>
      <h1 class="long">What matches ${query}</h1>
    </header>
    ${sentFormErrors(form, FIELD_LABELS)}
    ${reason !== null && html`<p class="note">${reason}</p>`}
    <ul class="facts">
      ${renderFact('State', state)}
      ${subscriptionFacts(subscription)}
      ${renderFact('Id', html`<code>${id}</code>`)}
    </ul>
    <p><a href="${query}">The timeline</a></p>
    ${stateForm(subscription)}
    <section aria-labelledby="replay-title">
      <h2 id="replay-title">Replay</h2>
      ${replayForm(subscription, form)}
    </section>
    <section aria-labelledby="change-title">
      <h2 id="change-title">Change</h2>
      ${changeForm(id, form)}
      ${removal(subscription)}
    </section>`;
  return layout({ title: `Subscription to ${query}`, main });
}

/** A subscription that is detached from the log needs a replay first. */
function stateForm({ id, state }: SubscriptionView): Html | undefined {
  if (state === 'detached') return undefined;
  const [value, label, effect] =
    state === 'active'
      ? ['paused', 'Pause', 'Nothing is matched and nothing is sent until it is resumed.']
      : ['active', 'Resume', 'It goes on from where it stopped.'];
  return postForm(id, html`<p>${effect}</p><button name="state" value="${value}">${label}</button>`);
}

const START_HINT = 'A position, a state token, or “start” for everything that was ever recorded';

function replayForm({ id, cursor }: SubscriptionView, sent: SentForm): Html {
  const matched =
    cursor !== null &&
    html` Events up to position ${cursor.position}, of ${formatInstant(cursor.instant)}, were matched.`;
  return postForm(
    id,
    html`
      <p>Everything that matches and was recorded after a position is sent again, with the same ids.${matched}</p>
      ${sentInput('after', FIELD_LABELS.after, sent, REQUIRED_CODE, START_HINT)}
      <p class="actions"><button type="submit">Replay</button></p>`,
  );
}

function changeForm(id: string, sent: SentForm): Html {
  const button = html`<p class="actions"><button type="submit">Change</button></p>`;
  return postForm(id, html`${queryField(sent)}${receiverField(sent)}${button}`);
}

function removal({ id, queued, deadLetters }: SubscriptionView): Html {
  const lost = [pluralize(queued, 'waiting message'), pluralize(deadLetters, 'dead letter')].join(' and ');
  return html`
    <details>
      <summary>Remove the subscription</summary>
      ${postForm(id, html`<p>${lost} will be removed with it.</p><button name="do" value="remove">Remove</button>`)}
    </details>`;
}

function postForm(id: string, content: Html): Html {
  return html`<form class="record-form" action="/subscriptions/${id}" method="post">${content}</form>`;
}
