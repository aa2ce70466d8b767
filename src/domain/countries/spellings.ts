import { createRequire } from 'node:module';
import library from 'i18n-iso-countries/index.js';
import { isWrongDisplayName, isWrongRow, movedNames } from './corrections.ts';
import { formalNames } from './formal-names.ts';
import { displayLocales } from './locales.ts';
import { aliases, shortNames } from './names.ts';
import { arabicNames } from './official-names/ar.ts';
import { spanishNames } from './official-names/es.ts';
import { frenchNames } from './official-names/fr.ts';
import { russianNames } from './official-names/ru.ts';
import { chineseNames } from './official-names/zh.ts';

/** A code and one of the names of its country. */
export type Spelling = readonly [code: string, name: string];

type NamesByCode = Readonly<Record<string, readonly string[]>>;

const require = createRequire(import.meta.url);

/** ISO 3166-1 alpha-2 codes in use, with `XK` and `EU`. ICU reads withdrawn codes as codes of their successors. */
export const codesInUse: readonly string[] = [...Object.keys(library.getAlpha2Codes()), 'XK', 'EU'];

/** The names of this program's own tables; most are English. */
export function* ownSpellings(): Generator<Spelling> {
  for (const spelling of Object.entries(shortNames)) yield spelling;
  yield* spellingsIn(aliases);
  yield* spellingsIn(formalNames);
  yield* spellingsIn(movedNames);
}

/** The names of the United Nations in the official languages other than English. */
export function* officialSpellings(): Generator<Spelling> {
  for (const table of [arabicNames, chineseNames, frenchNames, russianNames, spanishNames]) {
    yield* spellingsIn(table);
  }
}

/** The names of i18n-iso-countries in all its languages, about 20,000. */
export function* librarySpellings(): Generator<Spelling> {
  for (const language of library.getSupportedLanguages()) yield* librarySpellingsIn(language);
}

/** True if i18n-iso-countries has names in this language. */
export function hasLibraryLanguage(language: string): boolean {
  return library.getSupportedLanguages().includes(language);
}

/** The names of i18n-iso-countries in one of its languages, the common name of each country first. */
export function* librarySpellingsIn(language: string): Generator<Spelling> {
  const { countries } = require(`i18n-iso-countries/langs/${language}.json`) as {
    countries: Readonly<Record<string, string | readonly string[]>>;
  };
  for (const [code, names] of Object.entries(countries)) {
    if (isWrongRow(language, code)) continue;
    for (const name of [names].flat()) yield [code, name];
  }
}

/** The distinct names of ICU (CLDR) in all its locales, about 31,000. */
export function* displaySpellings(): Generator<Spelling> {
  const seen = new Set<string>();
  const codes = new Set(codesInUse);
  for (const locale of displayLocales) {
    for (const spelling of displaySpellingsIn(locale, codes)) {
      const text = spelling.join(' ');
      if (seen.has(text)) continue;
      seen.add(text);
      yield spelling;
    }
  }
}

/** Codes with a short name in some locale, such as “Bosnia” or “UK”. To ask for all would take twice as long. */
const SHORTENED = ['BA', 'CC', 'GB', 'HK', 'KR', 'MM', 'MO', 'PN', 'PS', 'SA', 'US'];

/** The names of ICU in one locale, long ones first. */
export function* displaySpellingsIn(locale: string, codes: ReadonlySet<string>): Generator<Spelling> {
  const styles = [
    ['long', codesInUse],
    ['short', SHORTENED],
  ] as const;
  for (const [style, candidates] of styles) {
    const names = new Intl.DisplayNames([locale], { type: 'region', fallback: 'none', style });
    for (const code of candidates) {
      const name = codes.has(code) ? names.of(code) : undefined;
      if (name !== undefined && !isWrongDisplayName(locale, code)) yield [code, name];
    }
  }
}

function* spellingsIn(table: NamesByCode): Generator<Spelling> {
  for (const [code, names] of Object.entries(table)) {
    for (const name of names) yield [code, name];
  }
}
