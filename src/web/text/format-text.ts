import type { RecordVersion } from '../../domain/record/record.ts';
import { type HeadlineQuote, headline, headlineQuote } from '../../domain/record/summary.ts';
import { type Html, html } from '../shell/html.ts';

/** A headline in which somebody's own words stand in their language, and turn nothing around that is not theirs. */
export function formatHeadline(line: string, quote: HeadlineQuote | undefined): Html {
  if (quote === undefined) return html`${line}`;
  const { from, language } = quote;
  return html`${line.slice(0, from)}<bdi lang="${language}">${line.slice(from)}</bdi>`;
}

export function headlineOf(version: RecordVersion): Html {
  return formatHeadline(headline(version), headlineQuote(version));
}

/** “X, as relayed by Y, in Z”: through whom a claim came, from the one who made it to the outlet that was read. */
export function attributionParts(
  chain: readonly string[],
): readonly (readonly [words: string, name: string])[] {
  return chain.map((name, at) => {
    if (at === 0) return ['', name];
    if (at === chain.length - 1) return [', in ', name];
    return [at === 1 ? ', as relayed by ' : ' and ', name];
  });
}

/** The beginning of a long text, up to a space or at least a whole character, with “…”; a short one as it is. */
export function excerpt(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const head = text.slice(0, charsMax);
  const space = head.lastIndexOf(' ');
  const cut = space > charsMax / 2 ? head.slice(0, space) : head.replace(/[\uD800-\uDBFF]$/, '');
  return `${cut}…`;
}
