import { type AssetName, assetUrl } from './assets.ts';
import { type Html, html } from './html.ts';

export type Section = 'countries' | 'topics' | 'relations' | 'mous' | 'statements' | 'search' | 'record';

export interface PageParts {
  readonly title: string;
  readonly main: Html;
  /** The part of the record that the page belongs to. */
  readonly section?: Section;
  readonly islands?: readonly AssetName[];
  /** Address of the same in JSON; absent where there is none. */
  readonly json?: string;
}

const SECTIONS: Readonly<Record<Section, string>> = {
  countries: 'Countries',
  topics: 'Topics',
  relations: 'Pairs',
  mous: 'Agreements',
  statements: 'Statements',
  search: 'Search',
  record: 'Record',
};

/** A whole page. Everything that it loads comes from this server. */
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
<nav aria-label="The record"><ul>${Object.entries(SECTIONS).map(([path, name]) => sectionLink(path, name, section))}</ul></nav>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer class="colophon"><p>Chancery keeps the diplomatic record: who said, signed and sent what, when, and who reported it. Nothing in it is overwritten.</p></footer>
</body>
</html>
`;
}

function sectionLink(path: string, name: string, section: Section | undefined): Html {
  const current = path === section ? html` aria-current="true"` : undefined;
  return html`<li><a href="/${path}"${current}>${name}</a></li>`;
}
