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

const ASCII = /^[ -~]*$/;

/**
 * Returns a text that is equal for texts that differ in case only, also where case changes the length: STRASSE and
 * straße, ΣΊΣΥΦΟΣ and σίσυφος. It is the full case folding of Unicode (The Unicode Standard, D145), in NFC. The Turkish
 * letters İ and ı fold to i as well, since the language of a text is not known.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  // The first step turns ẞ into ß, which the second turns into SS.
  const folded = text.normalize('NFD').toLowerCase().toUpperCase().toLowerCase();
  return folded.replaceAll('ς', 'σ').replaceAll('i\u0307', 'i').normalize('NFC');
}

/** Returns a key under which spellings of a name are equal that differ in case, Unicode form, width or spacing. */
export function normalizeName(name: string): string {
  if (ASCII.test(name) && !UNEVEN.test(name)) return name.toLowerCase();
  return foldCase(name.normalize('NFKC')).normalize('NFKC').replace(/\s+/g, ' ').trim();
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
