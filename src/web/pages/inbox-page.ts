import { renderFact } from '../components/facts.ts';
import { eventLink, externalLink } from '../components/links.ts';
import { pager } from '../components/pager.ts';
import type { RecordForm } from '../forms/form-field.ts';
import { formChoices } from '../forms/receipt-page.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant, renderDate } from '../text/format-date.ts';
import { excerpt } from '../text/format-text.ts';
import { draftUrl, type PageUrl } from '../text/url.ts';
import { pluralize } from '../text/vocabulary.ts';

/** A draft as the API shows it. */
export interface DraftView {
  readonly id: string;
  readonly title: string;
  readonly link: string | null;
  readonly publishedAt: string | null;
  readonly publishedOn: string | null;
  readonly outlet: string | null;
  readonly excerpt: string;
  readonly language: string | null;
  readonly addedAt: string;
  readonly events: readonly string[];
}

/** What became of the items of a feed. */
export interface AddedFeed {
  readonly items: number;
  readonly added: number;
  readonly known: number;
  readonly refused: readonly { readonly item: number; readonly detail: string }[];
}

export interface InboxView {
  readonly drafts: readonly DraftView[];
  /** Cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
  readonly url: PageUrl;
}

const LISTED_CHARS_MAX = 300;
const REFUSALS_SHOWN_MAX = 20;

export function inboxPage({ drafts, next, url }: InboxView): Html {
  const main = html`
    <header class="page-header">
      <h1>Inbox</h1>
      <p class="lead">
        Items of feeds. They are not events yet: record those that matter, and dismiss the rest.${' '}
        <a href="#feed-title">Add a feed</a> · <a href="/docs/import#feeds">How it works</a>
      </p>
    </header>
    ${
      drafts.length === 0
        ? html`<p class="note">There are no drafts.</p>`
        : html`<ol class="entries">${drafts.map(draftItem)}</ol>`
    }
    ${pager(url, url.get('cursor') === undefined, next)}
    <section aria-labelledby="feed-title">
      <h2 id="feed-title">Add a feed</h2>
      ${uploadForm()}
    </section>`;
  return layout({ title: 'Inbox', section: 'record', main });
}

export function draftPage(draft: DraftView, forms: readonly RecordForm[]): Html {
  const { id, title, outlet, language } = draft;
  const published = publication(draft);
  const lang = language !== null && html` lang="${language}"`;
  const main = html`
    <header class="page-header">
      <p class="kicker"><a href="/inbox">Inbox</a></p>
      <h1 class="long" dir="auto"${lang}>${title}</h1>
      <p class="subtitle">
        ${outlet !== null && html`<bdi>${outlet}</bdi>`}
        ${outlet !== null && published !== undefined && ', '}
        ${published}
      </p>
    </header>
    ${draft.excerpt !== '' && html`<p dir="auto"${lang}>${draft.excerpt}</p>`}
    ${facts(draft)}
    ${dismissForm(id)}
    <section aria-labelledby="record-title">
      <h2 id="record-title">Record it</h2>
      <p class="note">The form begins with title, date and source of the draft.</p>
      ${formChoices(forms, `?${new URLSearchParams({ draft: id })}`)}
    </section>`;
  return layout({ title, section: 'record', main });
}

export function feedAddedPage({ items, added, known, refused }: AddedFeed): Html {
  const shown = refused.slice(0, REFUSALS_SHOWN_MAX);
  const more = refused.length - shown.length;
  const main = html`
    <header class="page-header">
      <p class="kicker"><a href="/inbox">Inbox</a></p>
      <h1>Feed added</h1>
    </header>
    <p>
      Of ${pluralize(items, 'item')}, ${added} ${added === 1 ? 'is a new draft' : 'are new drafts'}, ${known} known
      already, ${refused.length} refused.
    </p>
    ${
      shown.length > 0 &&
      html`<ul>${shown.map(({ item, detail }) => html`<li>Item ${item}: ${detail}</li>`)}</ul>`
    }
    ${more > 0 && html`<p class="note">And ${more} more.</p>`}
    <p><a href="/inbox">To the inbox</a></p>`;
  return layout({ title: 'Feed added', section: 'record', main });
}

function draftItem(draft: DraftView): Html {
  const { id, title, outlet, events } = draft;
  return html`
    <li class="entry">
      <p class="date">${publication(draft) ?? 'undated'}</p>
      <div class="body">
        <p class="kind">
          ${outlet !== null && html`<bdi>${outlet}</bdi>`}
          ${events.length > 0 && html` <span class="badge">recorded</span>`}
        </p>
        <p class="headline"><a href="${draftUrl(id)}" dir="auto">${title}</a></p>
        ${draft.excerpt !== '' && html`<p dir="auto">${excerpt(draft.excerpt, LISTED_CHARS_MAX)}</p>`}
        ${facts(draft)}
        ${dismissForm(id)}
      </div>
    </li>`;
}

/** In the time zone of the feed, as a form has it. */
function publication({ publishedOn }: DraftView): Html | undefined {
  return publishedOn === null ? undefined : renderDate({ edtf: publishedOn });
}

function facts({ link, addedAt, events }: DraftView): Html {
  return html`
    <ul class="facts">
      ${renderFact('Added', formatInstant(addedAt))}
      ${link !== null && renderFact('Link', externalLink(link, new URL(link).hostname))}
      ${events.map((event) => renderFact('Recorded as', eventLink(event, `event ${event.slice(0, 8)}…`)))}
    </ul>`;
}

function dismissForm(id: string): Html {
  return html`
    <form action="${draftUrl(id)}" method="post">
      <button class="plain" name="do" value="dismiss">Dismiss</button>
    </form>`;
}

function uploadForm(): Html {
  return html`
    <form class="record-form" action="/inbox" method="post" enctype="multipart/form-data">
      <div class="field">
        <label for="file">File</label>
        <input id="file" name="file" type="file" required>
        <small>RSS, Atom, RDF or JSON Feed, as a browser saves it. Nothing is fetched.</small>
      </div>
      <p class="actions"><button type="submit">Add feed</button></p>
    </form>`;
}
