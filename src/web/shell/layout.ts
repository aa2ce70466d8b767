import { type AssetName, assetUrl } from './assets.ts';
import { type Html, html } from './html.ts';

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
  readonly section?: Section;
  readonly islands?: readonly AssetName[];
  /** URL of the same content as JSON, if there is any. */
  readonly json?: string;
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

/** Renders a whole page. It loads nothing from other servers. */
export function layout({ title, main, section, islands = [], json }: PageParts): Html {
  return html`<!doctype html>
    <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>${title === '' ? 'Chancery' : `${title} – Chancery`}</title>
      <link rel="stylesheet" href="${assetUrl('styles.css')}">
      <link rel="icon" type="image/svg+xml" href="${assetUrl('icon.svg')}">
      ${json !== undefined && html`<link rel="alternate" type="application/json" href="${json}">`}
      ${islands.map((island) => html`<script type="module" src="${assetUrl(island)}"></script>`)}
    </head>
    <body>
      <a class="skip" href="#main">Skip to the content</a>
      <header class="masthead">
        <p class="wordmark"><a href="/">Chancery</a></p>
        <nav aria-label="Main">
          <ul>${Object.entries(SECTION_LABELS).map(([path, label]) => sectionLink(path, label, section))}</ul>
        </nav>
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

function sectionLink(path: string, label: string, section: Section | undefined): Html {
  return html`<li><a href="/${path}"${path === section && html` aria-current="true"`}>${label}</a></li>`;
}
