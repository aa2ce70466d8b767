import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { markdownSection, renderMarkdown } from '../../web/components/markdown.ts';
import { type DocsView, docsPage } from '../../web/pages/docs-page.ts';
import type { Html } from '../../web/shell/html.ts';
import { eventTypeReference } from './event-reference.ts';

/** One page of the documentation. */
export interface DocsPage {
  /** As it is written, with the generated parts. */
  readonly markdown: string;
  readonly html: Html;
  /** Changes with the Markdown. */
  readonly hash: string;
}

/** What `errors.md` says about one problem. */
export interface ProblemDocs {
  /** The whole section. */
  readonly html: Html;
  readonly cause: string;
  readonly fix: string;
}

/** Compiled code finds a copy in the same place; see `build.mjs`. */
const FOLDER = new URL('../../docs/', import.meta.url);
const INDEX = 'README';
/** Where `events.md` gets the sections that are generated from the definitions. On a Git host it is a comment. */
const EVENT_TYPES_MARK = '<!-- event types -->';
/** A page that is not in the folder: it is made from the routes. */
export const API_REFERENCE = { name: 'api', title: 'API reference' } as const;
/** The pages that every page links to, in this order. */
const NAVIGATION = [
  'http-api',
  API_REFERENCE.name,
  'formats',
  'import',
  'clients',
  'search',
  'tasks',
  'webhooks',
  'pages',
  'events',
  'vocabularies',
  'errors',
  'projections',
  'testing',
  'access',
  'operations',
  'publishing',
  'guarantees',
  'integrity',
  'backup',
  'eventstoredb',
  'performance',
  'glossary',
  'decisions/README',
];

let sources: ReadonlyMap<string, string> | undefined;
const pages = new Map<string, DocsPage>();

/** Path below `src/docs`, without `.md` → Markdown. Read once: event types are registered before the server starts. */
function docsSources(): ReadonlyMap<string, string> {
  sources ??= readSources();
  return sources;
}

function readSources(): ReadonlyMap<string, string> {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.md'),
  );
  return new Map(
    files.map((file) => {
      const markdown = readFileSync(new URL(file, FOLDER), 'utf8');
      // A function, as a replacement text may contain `$`.
      return [file.slice(0, -'.md'.length), markdown.replace(EVENT_TYPES_MARK, () => eventTypeReference())];
    }),
  );
}

/**
 * Finds the page at a path below `/docs/`, such as `events` or `decisions`; the empty path is the index. Pages are
 * rendered on the first request and kept.
 */
export function findDocsPage(path: string): DocsPage | undefined {
  const name = nameOf(path);
  const kept = name === undefined ? undefined : pages.get(name);
  if (name === undefined || kept !== undefined) return kept;
  const page = render(name);
  pages.set(name, page);
  return page;
}

/** A folder is shown by its README, which has no other URL. */
function nameOf(path: string): string | undefined {
  if (isIndex(path)) return undefined;
  return [path, posix.join(path, INDEX)].find((name) => docsSources().has(name));
}

function isIndex(name: string): boolean {
  return posix.basename(name) === INDEX;
}

function render(name: string): DocsPage {
  const markdown = docsSources().get(name) ?? '';
  const { title, headings, body } = renderMarkdown(markdown, (href) => docsLink(name, href));
  const hash = createHash('sha256').update(markdown).digest('hex').slice(0, 12);
  return { markdown, html: docsPage({ title, headings, body, navigation: docsNavigation(name) }), hash };
}

/** @param name of the page that shows it */
export function docsNavigation(name: string): DocsView['navigation'] {
  return NAVIGATION.map((each) => ({ url: urlOf(each), title: titleOf(each), isCurrent: each === name }));
}

function titleOf(name: string): string {
  if (name === API_REFERENCE.name) return API_REFERENCE.title;
  return /^# (.+)$/m.exec(docsSources().get(name) ?? '')?.[1] ?? name;
}

/** A link to another file of the documentation becomes a link to its page; every other link stays as it is. */
function docsLink(from: string, href: string): string {
  const [path = '', fragment] = href.split('#');
  if (!path.endsWith('.md') || URL.canParse(href)) return href;
  const name = posix.join(posix.dirname(from), path.slice(0, -'.md'.length));
  return fragment === undefined ? urlOf(name) : `${urlOf(name)}#${fragment}`;
}

function urlOf(name: string): string {
  const path = isIndex(name) ? posix.dirname(name) : name;
  return path === '.' ? '/docs' : `/docs/${path}`;
}

/** Returns the section of `errors.md` about a problem; undefined for codes that it does not document. */
export function findProblemDocs(code: string): ProblemDocs | undefined {
  const markdown = markdownSection(docsSources().get('errors') ?? '', code);
  if (markdown === undefined) return undefined;
  const link = (href: string) => docsLink('errors', href.startsWith('#') ? `errors.md${href}` : href);
  const { body } = renderMarkdown(markdown, link);
  return { html: body, cause: labelled(markdown, 'Cause'), fix: labelled(markdown, 'Fix') };
}

const LINK = /\[([^\]]+)\]\([^)]*\)/g;

/** Returns the paragraph that begins with the label as text, without the label and the targets of links. */
function labelled(markdown: string, label: string): string {
  const paragraphs = markdown.split(/\n{2,}/);
  const found = paragraphs.find((paragraph) => paragraph.startsWith(`**${label}.**`)) ?? '';
  return found.slice(`**${label}.**`.length).replaceAll('\n', ' ').replace(LINK, '$1').trim();
}
