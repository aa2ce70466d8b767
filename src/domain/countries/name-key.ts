const ABBREVIATIONS: Readonly<Record<string, string>> = {
  rep: 'republic',
  dem: 'democratic',
  st: 'saint',
  n: 'north',
  s: 'south',
};
const STOP_WORDS: ReadonlySet<string> = new Set(['the', 'of']);

/**
 * Returns a key that is equal for spellings of a name that differ in case, diacritics, punctuation or abbreviation. Up
 * to three Latin letters keep their diacritics, and capitals stay capitals: “Ý”, Vietnamese for Italy, is not the
 * letter Y, and SIN, a code of Singapore, is not “Sin”, China in Hausa.
 */
export function nameKey(name: string): string {
  const kept = normalizedWords(name).filter((word) => !STOP_WORDS.has(word));
  if (/^[a-z]{1,3}$/.test(kept.join(''))) return briefKey(name);
  return kept.map((word) => (Object.hasOwn(ABBREVIATIONS, word) ? ABBREVIATIONS[word] : word)).join(' ');
}

function briefKey(name: string): string {
  const words = name.normalize('NFC').split(/[^\p{L}\p{M}\p{N}]+/u);
  const letters = words.filter((word) => !STOP_WORDS.has(word.toLowerCase())).join('');
  return /^[A-Z]+$/.test(letters) ? letters : letters.toLowerCase();
}

/** True for one or two Latin letters, which are a code or an abbreviation rather than a name. */
export function isAbbreviation(key: string): boolean {
  return /^[a-z]{1,2}$/i.test(key);
}

/**
 * Splits a name into words without case, Latin, Greek and Cyrillic diacritics and punctuation. Upper case first folds
 * what lower case alone keeps apart: ß and ss, ı and i.
 */
export function normalizedWords(name: string): readonly string[] {
  const plain = name
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .replace(/[\u0300-\u036f.'’`]/g, '');
  const words = plain
    .normalize('NFC')
    .replaceAll('&', ' and ')
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  return words.filter((word) => word !== '');
}
