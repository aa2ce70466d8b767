import { limits } from '../values/limits.ts';
import { type CountryCode, countryName, countrySpellings, isCountryCode, wordsOfName } from './countries.ts';

/** A country that is found by what somebody has typed, and the name by which it is. */
export interface NamedCountry {
  readonly code: CountryCode;
  readonly name: string;
}

/**
 * Countries of which a name, in any of the library's languages, or a word in it begins with the text, or whose code it
 * is; each once. Those come first whose name begins so, and of the names of one country the English one.
 */
export function countriesNamedLike(text: string): readonly NamedCountry[] {
  const sought = wordsOfName(text.slice(0, limits.nameCharsMax)).join(' ');
  if (sought === '') return [];
  const found = new Map<CountryCode, NamedCountry & { readonly isWithin: boolean }>();
  const capitals = text.trim().toUpperCase();
  if (isCountryCode(capitals)) {
    found.set(capitals, { code: capitals, name: countryName(capitals), isWithin: false });
  }
  for (const { code, name, words } of spellings()) {
    const isStart = words.startsWith(sought);
    const known = found.get(code);
    if (!isStart && !isWordIn(sought, words)) continue;
    if (known === undefined || (known.isWithin && isStart))
      found.set(code, { code, name, isWithin: !isStart });
  }
  const ranked = [...found.values()].sort((a, b) => Number(a.isWithin) - Number(b.isWithin));
  return ranked.map(({ code, name }) => ({ code, name }));
}

/** Chinese and Japanese put no spaces between words. */
function isWordIn(sought: string, words: string): boolean {
  return words.includes(` ${sought}`) || (/\p{Script=Han}/u.test(sought) && words.includes(sought));
}

interface Spelling extends NamedCountry {
  readonly words: string;
}

let known: readonly Spelling[] | undefined;

/** Some 12,000, read once. */
function spellings(): readonly Spelling[] {
  known ??= [...countrySpellings()].flatMap(([code, names]) =>
    names.map((name) => ({ code, name, words: wordsOfName(name).join(' ') })),
  );
  return known;
}
