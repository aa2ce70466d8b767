import type { Permission } from '../../access/permissions.ts';
import { type AssetName, assetUrl } from './assets.ts';
import { type Html, html, onlyFor } from './html.ts';
import { memoize } from './memoize.ts';

/** First path segment of a part of the site. */
export type Section =
  | 'countries'
  | 'topics'
  | 'relations'
  | 'actors'
  | 'mous'
  | 'statements'
  | 'search'
  | 'record';

export interface PageParts {
  /** The name of the site follows it. Empty on the front page. */
  readonly title: string;
  readonly main: Html;
  readonly section?: Section | 'account';
  /** What the first link of the page leads to, besides the content. */
  readonly skipTo?: { readonly id: string; readonly label: string };
  /** Scripts besides the one that all pages have. */
  readonly islands?: readonly AssetName[];
  /** The same content in other formats. */
  readonly alternates?: readonly Alternate[];
  /** One sentence for search engines, and for sites that preview links (https://ogp.me). */
  readonly description?: string;
  /** Absolute URL of the page, for the same. */
  readonly url?: string;
}

export interface Alternate {
  readonly title: string;
  readonly mediaType: string;
  readonly url: string;
  /** What it needs besides the permission for the page. */
  readonly permission?: Permission | undefined;
}

const SECTION_LABELS: Readonly<Record<Section, string>> = {
  countries: 'Countries',
  topics: 'Topics',
  relations: 'Relations',
  actors: 'Actors',
  mous: 'Agreements',
  statements: 'Statements',
  search: 'Search',
  record: 'Add',
};

/** The script that all pages have. */
const KEYBOARD: AssetName = 'keyboard.js';

/** Renders a whole page. It loads nothing from other servers. */
export function layout(parts: PageParts): Html {
  const { title, main, section, skipTo, islands = [], alternates = [] } = parts;
  return html`<!doctype html>
    <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>${title === '' ? 'Chancery' : `${title} – Chancery`}</title>
      <link rel="stylesheet" href="${assetUrl('styles.css')}">
      <link rel="icon" type="image/svg+xml" href="${assetUrl('icon.svg')}">
      ${previewTags(parts)}
      ${alternates.map(alternateLink)}
      ${[KEYBOARD, ...islands].map((island) => html`<script type="module" src="${assetUrl(island)}"></script>`)}
    </head>
    <body>
      ${skipTo !== undefined && html`<a class="skip" href="#${skipTo.id}">${skipTo.label}</a>`}
      <a class="skip" href="#main">Skip to the content</a>
      <header class="masthead">
        <p class="wordmark"><a href="/">Chancery</a></p>
        ${navigation(section ?? 'none')}
      </header>
      <main id="main" tabindex="-1">${main}</main>
      <footer class="colophon">
        <p>
          Chancery is an event store for the diplomatic record: who said, signed and sent what, when, and who reported
          it. Events are corrected, never overwritten. <a href="/docs">Documentation</a>
        </p>
      </footer>
    </body>
    </html>${'\n'}`;
}

/** Open Graph (https://ogp.me), which needs an absolute URL. */
function previewTags({ title, description, url }: PageParts): Html | undefined {
  if (description === undefined) return undefined;
  return html`
    <meta name="description" content="${description}">
    <meta property="og:title" content="${title}">
    <meta property="og:description" content="${description}">
    <meta property="og:type" content="article">
    <meta property="og:site_name" content="Chancery">
    ${url !== undefined && html`<meta property="og:url" content="${url}">`}`;
}

function alternateLink({ title, mediaType, url, permission }: Alternate): Html {
  const link = html`<link rel="alternate" type="${mediaType}" title="${title}" href="${url}">`;
  return permission === undefined ? link : onlyFor(permission, link);
}

/** All pages of a section share it. */
const navigation = memoize((section: NonNullable<PageParts['section']> | 'none'): Html => {
  return html`
    <nav aria-label="Main">
      <ul>
        ${Object.keys(SECTION_LABELS).map((path) => sectionLink(path as Section, section))}
        ${onlyFor('signed-in', accountLink('/account', 'Account', section))}
        ${onlyFor('signed-out', accountLink('/sign-in', 'Sign in', section))}
      </ul>
    </nav>`.compact();
});

function sectionLink(path: Section, section: string): Html {
  return onlyFor(
    path === 'record' ? 'record' : 'read',
    navigationLink(`/${path}`, SECTION_LABELS[path], path === section),
  );
}

function accountLink(url: string, label: string, section: string): Html {
  return navigationLink(url, label, section === 'account');
}

function navigationLink(url: string, label: string, isCurrent: boolean): Html {
  return html`<li><a href="${url}"${isCurrent && html` aria-current="true"`}>${label}</a></li>`;
}
