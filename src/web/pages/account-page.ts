import type { Permission } from '../../access/permissions.ts';
import { renderFact } from '../components/facts.ts';
import { type Html, html, onlyFor } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';

interface FeedUrlItem {
  readonly id: string;
  /** Path of the feed, with its filter. */
  readonly feed: string;
  readonly createdAt: string;
}

export interface AccountView {
  readonly name: string;
  readonly role: string;
  readonly scope: readonly string[];
  /** Undefined for somebody who has signed in without a key. */
  readonly feedUrls: readonly FeedUrlItem[] | undefined;
  /** What the form for a feed URL begins with. */
  readonly feed: string;
}

/** Shows who has signed in, and lists the feed URLs of the key. */
export function accountPage({ name, role, scope, feedUrls, feed }: AccountView): Html {
  const streams = scope.includes('') ? 'all records' : `records that begin with ${scope.join(' or ')}`;
  const main = html`
    <header class="page-header">
      <p class="kicker">Account</p>
      <h1><bdi>${name}</bdi></h1>
    </header>
    <ul class="facts">
      ${renderFact('Role', role)}
      ${onlyFor('record', renderFact('May add to', streams) ?? html``)}
    </ul>
    ${PLACES.map(([permission, url, label]) => onlyFor(permission, html`<p><a href="${url}">${label}</a></p>`))}
    ${onlyFor('signed-in', signOutForm())}
    ${onlyFor('signed-in', feedUrlSection(feedUrls, feed))}`;
  return layout({ title: 'Account', main, section: 'account' });
}

/** Pages that no other page leads to. */
const PLACES: readonly (readonly [permission: Permission, url: string, label: string])[] = [
  ['manage-webhooks', '/subscriptions', 'Webhooks'],
  ['remove', '/redactions', 'Removals by law'],
  ['read-audit', '/audit', 'Audit log'],
];

function signOutForm(): Html {
  return html`
    <form class="record-form" action="/sign-out" method="post">
      <p class="actions"><button type="submit" class="plain">Sign out</button></p>
    </form>`;
}

/** The only page that shows the URL. */
export function feedUrlPage({ feed, url }: FeedUrlItem & { readonly url: string }): Html {
  const main = html`
    <header class="page-header">
      <p class="kicker">Account</p>
      <h1>Feed URL</h1>
    </header>
    <p>Whoever has this URL can read <a href="${feed}">${feed}</a>, and nothing else, until you revoke it.</p>
    <p>Copy it now: <strong>it is not shown again.</strong></p>
    <p><code>${url}</code></p>
    <p><a href="/account">All feed URLs</a></p>`;
  return layout({ title: 'Feed URL', main, section: 'account' });
}

function feedUrlSection(feedUrls: AccountView['feedUrls'], feed: string): Html {
  if (feedUrls === undefined)
    return html`<p class="note">Feed URLs belong to keys: sign in with one to make some.</p>`;
  return html`
    <section aria-labelledby="feeds-title">
      <h2 id="feeds-title">Feed URLs</h2>
      <p>Readers of feeds and calendars cannot sign in. A feed URL lets them read one feed without a key.</p>
      ${
        feedUrls.length === 0
          ? html`<p class="note">There are no feed URLs.</p>`
          : html`<ul class="choices">${feedUrls.map(feedUrlItem)}</ul>`
      }
      <form class="record-form" action="/feed-urls" method="post">
        <div class="field">
          <label for="feed">Feed, with its filter</label>
          <input id="feed" name="feed" type="text" value="${feed}" required spellcheck="false" autocapitalize="none">
          <small>Its path on this server, such as /countries/PK.atom or /countries/PK.ics</small>
        </div>
        <p class="actions"><button type="submit">Make a feed URL</button></p>
      </form>
    </section>`;
}

function feedUrlItem({ id, feed, createdAt }: FeedUrlItem): Html {
  return html`
    <li>
      <a href="${feed}">${feed}</a>
      <p>Made ${formatInstant(createdAt)}</p>
      <form action="/feed-urls/${id}" method="post"><button type="submit" class="plain">Revoke</button></form>
    </li>`;
}
