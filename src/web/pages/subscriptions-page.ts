import { renderFact } from '../components/facts.ts';
import { REQUIRED_CODE, type SentForm, sentFormErrors, sentInput } from '../components/sent-form.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { formatNumber } from '../text/vocabulary.ts';

/** A subscription as the API shows it. */
export interface SubscriptionView {
  readonly id: string;
  /** The URL of a timeline of this server. */
  readonly query: string;
  readonly url: string;
  readonly state: string;
  readonly reason: string | null;
  readonly queued: number;
  readonly deadLetters: number;
  /** The last event that was matched; null before the first event of the log. */
  readonly cursor: { readonly position: string; readonly instant: string } | null;
  /** RFC 3339; null if no message waits. */
  readonly nextAttemptAt: string | null;
  readonly lastDeliveredAt: string | null;
  readonly lastFailure: { readonly at: string; readonly reason: string } | null;
}

export function subscriptionsPage(subscriptions: readonly SubscriptionView[], form: SentForm): Html {
  const main = html`
    <header class="page-header">
      <h1>Subscriptions</h1>
      <p class="lead">
        What matches a saved filter is sent to a URL, corrections and retractions included.${' '}
        <a href="/docs/webhooks">How to receive it</a>
      </p>
    </header>
    ${
      subscriptions.length === 0
        ? html`<p class="note">There are no subscriptions.</p>`
        : html`<ul class="choices">${subscriptions.map(subscriptionItem)}</ul>`
    }
    <section aria-labelledby="subscribe-title">
      <h2 id="subscribe-title">Subscribe</h2>
      ${sentFormErrors(form, FIELD_LABELS)}
      ${subscriptionForm(form)}
    </section>`;
  return layout({ title: 'Subscriptions', main });
}

/** The only page that shows the secret. */
export function subscribedPage({ id, query, url }: SubscriptionView, secret: string): Html {
  const main = html`
    <header class="page-header">
      <p class="kicker">Subscriptions</p>
      <h1>Subscribed</h1>
    </header>
    <p>What matches <a href="${query}">${query}</a> from now on is sent to <bdi>${url}</bdi>.</p>
    <p>Messages are signed with this secret. Copy it now: <strong>it is not shown again.</strong></p>
    <p><code>${secret}</code></p>
    <p><a href="/subscriptions/${id}">The subscription</a> · <a href="/subscriptions">All subscriptions</a></p>`;
  return layout({ title: 'Subscribed', main });
}

function subscriptionItem(subscription: SubscriptionView): Html {
  const { id, query, state, reason } = subscription;
  return html`
    <li>
      <a href="/subscriptions/${id}">${query}</a>
      ${state !== 'active' && html` <span class="badge">${state}</span>`}
      ${reason !== null && html`<p>${reason}</p>`}
      <ul class="facts">${subscriptionFacts(subscription)}</ul>
    </li>`;
}

export function subscriptionFacts(subscription: SubscriptionView): Html {
  const { id, url, queued, deadLetters, nextAttemptAt, lastDeliveredAt, lastFailure } = subscription;
  const list = html`<a href="/subscriptions/${id}/dead-letters">${formatNumber(deadLetters)}</a>`;
  return html`
    ${renderFact('To', html`<bdi>${url}</bdi>`)}
    ${renderFact('Waiting', formatNumber(queued))}
    ${renderFact('Next attempt', nextAttemptAt === null ? undefined : formatInstant(nextAttemptAt))}
    ${renderFact('Dead letters', deadLetters === 0 ? '0' : list)}
    ${renderFact('Last accepted', lastDeliveredAt === null ? 'never' : formatInstant(lastDeliveredAt))}
    ${renderFact('Last failure', lastFailure === null ? undefined : lastFailure.reason)}`;
}

/** What pages call the fields of a subscription. */
export const FIELD_LABELS = {
  query: 'Timeline, with its filters',
  url: 'URL of the receiver',
  after: 'After',
} as const;

function subscriptionForm(form: SentForm): Html {
  return html`
    <form class="record-form" action="/subscriptions" method="post">
      ${queryField(form)}
      ${receiverField(form)}
      <p class="actions"><button type="submit">Subscribe</button></p>
    </form>`;
}

export function queryField(form: SentForm): Html {
  const hint = 'Its URL on this server, such as /countries/PK?types=MouSigned';
  return sentInput('query', FIELD_LABELS.query, form, REQUIRED_CODE, hint);
}

export function receiverField(form: SentForm): Html {
  return sentInput('url', FIELD_LABELS.url, form, html` inputmode="url"${REQUIRED_CODE}`);
}
