import { renderFact } from '../components/facts.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { pluralize } from '../text/vocabulary.ts';
import { queryField, receiverField, type SubscriptionView, subscriptionFacts } from './subscriptions-page.ts';

/** A subscription, and forms that change it. */
export function subscriptionPage(subscription: SubscriptionView): Html {
  const { id, query, state, reason } = subscription;
  const main = html`
    <header class="page-header">
      <p class="kicker"><a href="/subscriptions">Subscriptions</a></p>
      <h1 class="long">What matches ${query}</h1>
    </header>
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
      ${replayForm(subscription)}
    </section>
    <section aria-labelledby="change-title">
      <h2 id="change-title">Change</h2>
      ${changeForm(subscription)}
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
  return form(id, html`<p>${effect}</p><button name="state" value="${value}">${label}</button>`);
}

function replayForm({ id, cursor }: SubscriptionView): Html {
  const matched =
    cursor !== null &&
    html` Events up to position ${cursor.position}, of ${formatInstant(cursor.instant)}, were matched.`;
  return form(
    id,
    html`
      <p>Everything that matches and was recorded after a position is sent again, with the same ids.${matched}</p>
      <div class="field">
        <label for="after">After</label>
        <input id="after" name="after" type="text" required spellcheck="false" autocapitalize="none">
        <small>A position, a state token, or “start” for everything that was ever recorded</small>
      </div>
      <p class="actions"><button type="submit">Replay</button></p>`,
  );
}

function changeForm({ id, query, url }: SubscriptionView): Html {
  const button = html`<p class="actions"><button type="submit">Change</button></p>`;
  return form(id, html`${queryField(query)}${receiverField(url)}${button}`);
}

function removal({ id, queued, deadLetters }: SubscriptionView): Html {
  const lost = [pluralize(queued, 'waiting message'), pluralize(deadLetters, 'dead letter')].join(' and ');
  return html`
    <details>
      <summary>Remove the subscription</summary>
      ${form(id, html`<p>${lost} will be removed with it.</p><button name="do" value="remove">Remove</button>`)}
    </details>`;
}

function form(id: string, content: Html): Html {
  return html`<form class="record-form" action="/subscriptions/${id}" method="post">${content}</form>`;
}
