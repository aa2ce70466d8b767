import type { RecordVersion } from '../../domain/record/record-version.ts';
import { type HeadlineQuote, headline, headlineQuote } from '../../domain/record/summary.ts';
import { type Html, html } from '../shell/html.ts';

/** Marks the quotation in a headline with its language, and isolates its direction from the text around it. */
export function formatHeadline(line: string, quote: HeadlineQuote | undefined): Html {
  if (quote === undefined) return html`${line}`;
  const { from, language } = quote;
  return html`${line.slice(0, from)}<bdi lang="${language}">${line.slice(from)}</bdi>`;
}

export function headlineOf(version: RecordVersion): Html {
  return formatHeadline(headline(version), headlineQuote(version));
}

/**
 * Renders an attribution chain, from the person who said it to the outlet that was read: “X, as relayed by Y, in Z”.
 *
 * @param chain names, or links to those who have timelines
 * @param hasOutlet false if the chain ends with one who relayed it
 */
export function renderAttribution(chain: readonly (string | Html)[], hasOutlet: boolean): Html {
  const outlet = hasOutlet ? chain.length - 1 : chain.length;
  return html`${chain.map((name, index) => html`${connective(index, outlet)}<bdi>${name}</bdi>`)}`;
}

function connective(index: number, outlet: number): string {
  if (index === 0) return '';
  if (index === outlet) return ', in ';
  return index === 1 ? ', as relayed by ' : ' and ';
}

/** Cuts a long text after a word, or at least not within a character, and appends “…”. */
export function excerpt(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const head = text.slice(0, charsMax);
  const space = head.lastIndexOf(' ');
  const cut = space > charsMax / 2 ? head.slice(0, space) : head.replace(/[\uD800-\uDBFF]$/, '');
  return `${cut}…`;
}

/** Returns the text without a capital at its start, but for abbreviations: “HS code”. */
export function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
}

export function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
