import type { Heading } from '../components/markdown.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';

interface DocsLink {
  readonly url: string;
  readonly title: string;
  readonly isCurrent: boolean;
}

export interface DocsView {
  readonly title: string;
  /** The page above this one. By default the index of the documentation. */
  readonly parent?: Pick<DocsLink, 'url' | 'title'>;
  readonly headings: readonly Heading[];
  readonly body: Html;
  /** The main pages of the documentation. */
  readonly navigation: readonly DocsLink[];
}

const INDEX = { url: '/docs', title: 'Documentation' };
/** Shorter pages have no table of contents. */
const CONTENTS_MIN = 4;

export function docsPage({ title, parent = INDEX, headings, body, navigation }: DocsView): Html {
  const current = parent === INDEX ? html` aria-current="page"` : html` aria-current="true"`;
  const links = navigation.map(
    ({ url, title: name, isCurrent }) => html`<li><a href="${url}"${isCurrent && current}>${name}</a></li>`,
  );
  const main = html`
    <header class="page-header">
      ${title !== INDEX.title && html`<p class="kicker"><a href="${parent.url}">${parent.title}</a></p>`}
      <h1>${title}</h1>
    </header>
    <nav class="docs-nav" aria-label="${INDEX.title}"><ul>${links}</ul></nav>
    ${contents(headings)}
    <article class="docs">${body}</article>`;
  return layout({ title: title === INDEX.title ? title : `${title} – ${parent.title}`, main });
}

/** Lists the headings of depth 2 and 3. */
function contents(headings: readonly Heading[]): Html | undefined {
  const listed = headings.filter(({ depth }) => depth <= 3);
  if (listed.length < CONTENTS_MIN) return undefined;
  const items = listed.map(
    ({ id, depth, text }) => html`<li${depth === 3 && html` class="sub"`}><a href="#${id}">${text}</a></li>`,
  );
  return html`
    <nav class="contents" aria-labelledby="contents-title">
      <h2 id="contents-title">On this page</h2>
      <ul>${items}</ul>
    </nav>`;
}

export interface ProblemDocsView {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly body: Html;
}

/** The page behind the `type` of a problem (RFC 9457). */
export function problemDocsPage({ code, status, title, body }: ProblemDocsView): Html {
  const main = html`
    <header class="page-header">
      <p class="kicker"><a href="/docs/errors#${code}">Errors</a></p>
      <h1 class="long">${title}</h1>
      <p class="subtitle">Problem <code>${code}</code>, HTTP status ${status}</p>
    </header>
    <article class="docs">${body}</article>
    <p><a href="/docs/errors">All problems</a></p>`;
  return layout({ title: code, main });
}
