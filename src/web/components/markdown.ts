import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { type Html, html } from '../shell/html.ts';

export interface Heading {
  readonly id: string;
  /** 1 to 6. */
  readonly depth: number;
  readonly text: string;
}

export interface RenderedMarkdown {
  /** The first heading of depth 1, which the body leaves out. */
  readonly title: string;
  /** The headings of the body, in order. */
  readonly headings: readonly Heading[];
  readonly body: Html;
}

/** Maps the target of a link, as the Markdown has it, to the one that the page gets. */
export type ResolveLink = (href: string) => string;

/**
 * Renders GitHub Flavored Markdown. Every text goes through the `html` tag, so HTML in the source is shown as text.
 * Headings get the ids that Git hosts give them.
 */
export function renderMarkdown(markdown: string, resolveLink: ResolveLink): RenderedMarkdown {
  return new MarkdownRenderer(resolveLink).render(lexer(markdown));
}

/** Returns the source below a heading, up to the next heading of the same or a lower depth. */
export function markdownSection(markdown: string, heading: string): string | undefined {
  const tokens = lexer(markdown);
  const start = tokens.findIndex((token) => isHeading(token) && plainText(token.tokens) === heading);
  const found = tokens[start];
  if (found === undefined || !isHeading(found)) return undefined;
  const rest = tokens.slice(start + 1);
  const end = rest.findIndex((token) => isHeading(token) && token.depth <= found.depth);
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .map(({ raw }) => raw)
    .join('')
    .trim();
}

/** Renders one document: ids of headings are unique in it. */
class MarkdownRenderer {
  readonly #resolveLink: ResolveLink;
  readonly #headings: Heading[] = [];
  readonly #idCounts = new Map<string, number>();

  constructor(resolveLink: ResolveLink) {
    this.#resolveLink = resolveLink;
  }

  render(tokens: readonly Token[]): RenderedMarkdown {
    const first = tokens.find((token) => isHeading(token) && token.depth === 1);
    const title = first !== undefined && isHeading(first) ? plainText(first.tokens) : '';
    const body = html`${tokens.filter((token) => token !== first).map((token) => this.#block(token))}`;
    return { title, headings: this.#headings, body };
  }

  #block(token: Token): Html | string {
    const block = token as MarkedToken;
    switch (block.type) {
      case 'heading':
        return this.#heading(block);
      case 'paragraph':
        return html`<p>${this.#inlines(block.tokens)}</p>`;
      case 'text':
        return html`${block.tokens === undefined ? block.text : this.#inlines(block.tokens)}`;
      case 'list':
        return this.#list(block);
      case 'table':
        return this.#table(block);
      case 'code':
        return html`<pre tabindex="0"><code>${block.text}</code></pre>`;
      case 'blockquote':
        return html`<blockquote>${block.tokens.map((inner) => this.#block(inner))}</blockquote>`;
      case 'hr':
        return html`<hr>`;
      case 'space':
      case 'def':
        return '';
      default:
        return html`<p>${token.raw}</p>`;
    }
  }

  #heading({ depth, tokens }: Tokens.Heading): Html {
    const text = plainText(tokens);
    const id = this.#uniqueId(headingId(text));
    this.#headings.push({ id, depth, text });
    const content = this.#inlines(tokens);
    if (depth <= 2) return html`<h2 id="${id}">${content}</h2>`;
    return depth === 3 ? html`<h3 id="${id}">${content}</h3>` : html`<h4 id="${id}">${content}</h4>`;
  }

  #uniqueId(id: string): string {
    const count = this.#idCounts.get(id) ?? 0;
    this.#idCounts.set(id, count + 1);
    return count === 0 ? id : `${id}-${count}`;
  }

  #list({ ordered, items }: Tokens.List): Html {
    const content = items.map((item) => html`<li>${item.tokens.map((inner) => this.#block(inner))}</li>`);
    return ordered ? html`<ol>${content}</ol>` : html`<ul>${content}</ul>`;
  }

  /**
   * A header without text has no row of its own: Markdown cannot leave the header out. Cells repeat their header for
   * narrow screens, where rows are stacked.
   */
  #table({ header, rows }: Tokens.Table): Html {
    const head = header.map((cell) => html`<th scope="col">${this.#inlines(cell.tokens)}</th>`);
    const hasHead = header.some(({ text }) => text !== '');
    const labels = header.map(({ tokens }) => plainText(tokens));
    const body = rows.map(
      (row) => html`<tr>${row.map((cell, column) => this.#cell(cell, labels[column] ?? ''))}</tr>`,
    );
    return html`<table>${hasHead && html`<thead><tr>${head}</tr></thead>`}<tbody>${body}</tbody></table>`;
  }

  #cell({ align, tokens }: Tokens.TableCell, label: string): Html {
    const content = this.#inlines(tokens);
    if (label === '') return html`<td>${content}</td>`;
    const className = align === 'right' && html` class="number"`;
    return html`<td data-label="${label}"${className}>${content}</td>`;
  }

  #inlines(tokens: readonly Token[]): readonly (Html | string)[] {
    return tokens.map((token) => this.#inline(token));
  }

  #inline(token: Token): Html | string {
    const inline = token as MarkedToken;
    switch (inline.type) {
      case 'text':
        return inline.tokens === undefined ? inline.text : html`${this.#inlines(inline.tokens)}`;
      case 'escape':
        return inline.text;
      case 'strong':
        return html`<strong>${this.#inlines(inline.tokens)}</strong>`;
      case 'em':
        return html`<em>${this.#inlines(inline.tokens)}</em>`;
      case 'codespan':
        return html`<code>${inline.text}</code>`;
      case 'br':
        return html`<br>`;
      case 'link':
        return html`<a href="${this.#resolveLink(inline.href)}">${this.#inlines(inline.tokens)}</a>`;
      default:
        return token.raw;
    }
  }
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading';
}

function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      const { tokens: inner, text, raw } = token as { tokens?: Token[]; text?: string; raw: string };
      return inner === undefined ? (text ?? raw) : plainText(inner);
    })
    .join('');
}

/** Lower case, without punctuation, with a hyphen for every space. */
function headingId(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}
