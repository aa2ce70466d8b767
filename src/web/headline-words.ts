import { type HeadlineQuote, headline, headlineQuote } from '../domain/account.ts';
import type { RecordVersion } from '../domain/record.ts';
import { type Html, html } from './html.ts';

/** A headline in which somebody's own words stand in their language, and turn nothing around that is not theirs. */
export function headlineWords(line: string, quote: HeadlineQuote | undefined): Html {
  if (quote === undefined) return html`${line}`;
  const { from, language } = quote;
  return html`${line.slice(0, from)}<bdi lang="${language}">${line.slice(from)}</bdi>`;
}

export function headlineOf(version: RecordVersion): Html {
  return headlineWords(headline(version), headlineQuote(version));
}
