import { limits } from '../values/limits.ts';
import {
  type CountryCode,
  countryName,
  countrySpellings,
  isCountryCode,
  normalizedWords,
} from './countries.ts';

/** A country found by a search, and the name that matched. */
export interface CountryMatch {
  readonly code: CountryCode;
  readonly name: string;
}

/**
 * Finds the countries that have a name, in any language of the library, with a word that begins with the text, and the
 * country whose code it is. Names that begin with the text rank first. If several names of a country match, the English
 * one is returned.
 */
export function searchCountries(text: string): readonly CountryMatch[] {
  const query = normalizedWords(text.slice(0, limits.nameCharsMax)).join(' ');
  if (query === '') return [];
  const found = new Map<CountryCode, CountryMatch & { readonly isWithin: boolean }>();
  const capitals = text.trim().toUpperCase();
  if (isCountryCode(capitals)) {
    found.set(capitals, { code: capitals, name: countryName(capitals), isWithin: false });
  }
  for (const { code, name, words } of spellings()) {
    const isStart = words.startsWith(query);
    const known = found.get(code);
    if (!isStart && !isWordIn(query, words)) continue;
    if (known === undefined || (known.isWithin && isStart))
      found.set(code, { code, name, isWithin: !isStart });
  }
  const ranked = [...found.values()].sort((a, b) => Number(a.isWithin) - Number(b.isWithin));
  return ranked.map(({ code, name }) => ({ code, name }));
}

/** Chinese and Japanese names have no spaces between words, so any part of them matches. */
function isWordIn(query: string, words: string): boolean {
  return words.includes(` ${query}`) || (/\p{Script=Han}/u.test(query) && words.includes(query));
}

interface Spelling extends CountryMatch {
  readonly words: string;
}

let known: readonly Spelling[] | undefined;

/** Returns about 12,000 spellings. Built once. */
function spellings(): readonly Spelling[] {
  known ??= [...countrySpellings()].flatMap(([code, names]) =>
    names.map((name) => ({ code, name, words: normalizedWords(name).join(' ') })),
  );
  return known;
}
