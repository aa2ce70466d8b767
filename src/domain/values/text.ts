/** Lists the first few names in words: “a, b and 3 more”. */
export function enumerate(names: readonly string[], shownMax = 3): string {
  const shown = names.slice(0, names.length > shownMax ? shownMax - 1 : shownMax);
  const rest = names.length - shown.length;
  const parts = rest > 0 ? [...shown, `${rest} more`] : shown;
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

/** Matches white space other than single spaces between words. It rarely matches, and testing is cheap. */
const UNEVEN = /\s\s|[^\S ]|^ | $/;

/** Returns the text as one line of at most `charsMax` characters, cut with “…” between words where there are spaces. */
export function oneLine(text: string, charsMax: number): string {
  const start = text.slice(0, charsMax * 4);
  const line = UNEVEN.test(start) ? start.replace(/\s+/g, ' ').trim() : start;
  if (line.length <= charsMax && text.length <= charsMax * 4) return line;
  const head = line.slice(0, charsMax);
  const space = head.lastIndexOf(' ');
  const cut = space > charsMax / 2 ? head.slice(0, space) : head.slice(0, -1);
  return `${cut.replace(/[\s,;:.(–—-]+$/u, '').replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const STARTS_THAT_TAKE_ARTICLE = [
  'Bahamas',
  'Central African',
  'Comoros',
  'Dominican',
  'European',
  'Gambia',
  'Holy',
  'Isle',
  'Maldives',
  'Netherlands',
  'Philippines',
  'Seychelles',
  'Soviet',
  'US ',
  'United',
];
const TAKES_ARTICLE = new RegExp(`^(?:${STARTS_THAT_TAKE_ARTICLE.join('|')})|(?:Islands|Territory)$`);

/** Returns the name of a country as used in a sentence: “Pakistan”, “the United States”. */
export function withArticle(country: string): string {
  return TAKES_ARTICLE.test(country) ? `the ${country}` : country;
}
