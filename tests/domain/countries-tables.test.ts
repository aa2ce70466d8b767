import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ambiguousNames } from '../../src/domain/countries/ambiguous-names.ts';
import { isWrongDisplayName } from '../../src/domain/countries/corrections.ts';
import { isCountryCode, resolveCountry } from '../../src/domain/countries/countries.ts';
import { formalNames } from '../../src/domain/countries/formal-names.ts';
import { displayLocales } from '../../src/domain/countries/locales.ts';
import { nameKey } from '../../src/domain/countries/name-key.ts';
import { aliases, shortNames } from '../../src/domain/countries/names.ts';
import {
  codesInUse,
  displaySpellings,
  librarySpellings,
  officialSpellings,
  ownSpellings,
  type Spelling,
} from '../../src/domain/countries/spellings.ts';
import { limits } from '../../src/domain/values/limits.ts';

function meaningOf(text: string): string | readonly string[] | undefined {
  const found = resolveCountry(text);
  if (found.outcome === 'resolved') return found.code;
  return found.reason === 'ambiguous' ? found.candidates : undefined;
}

describe('the tables of names', () => {
  const listed = new Set(ambiguousNames.flatMap(({ names }) => names.map(nameKey)));
  const meanings = (spellings: Iterable<Spelling>) => {
    const codes = new Map<string, Set<string>>();
    for (const [code, name] of spellings) {
      const key = nameKey(name);
      codes.set(key, (codes.get(key) ?? new Set()).add(code));
    }
    return codes;
  };

  const allSpellings = () => [
    ...ownSpellings(),
    ...officialSpellings(),
    ...librarySpellings(),
    ...displaySpellings(),
  ];

  test('agree: a name that is found in one of them means no other country in the other', () => {
    const common = meanings([...ownSpellings(), ...officialSpellings(), ...librarySpellings()]);
    const disagreeing = [...meanings(displaySpellings())].filter(([key, codes]) => {
      const known = common.get(key);
      return known !== undefined && !listed.has(key) && [...codes].some((code) => !known.has(code));
    });
    expect(disagreeing).toEqual([]);
  });

  test('give each of their names back as its country, or as one of several', () => {
    const wrong = allSpellings().filter(([code, name]) => {
      const meaning = meaningOf(name);
      return meaning !== code && !meaning?.includes(code) && !/^[A-Z.\s-]{2,5}$/.test(name);
    });
    expect(wrong).toEqual([]);
  });

  test('have as many names and languages as the documentation says', () => {
    const page = readFileSync('src/docs/events.md', 'utf8').replace(/\s+/g, ' ');
    const [, names = '', languages] =
      /more than ([\d,]+) such names in more than (\d+) languages/.exec(page) ?? [];
    const keys = new Set(allSpellings().map(([, name]) => nameKey(name)));
    expect(keys.size).toBeGreaterThan(Number(names.replace(',', '')));
    expect(new Set(displayLocales.map((tag) => tag.replace(/-.*/, ''))).size).toBeGreaterThan(
      Number(languages),
    );
  });

  test('have no name that is longer than a search allows', () => {
    const names = allSpellings().map(([, name]) => name);
    expect(names.filter((name) => name.normalize('NFKD').length > limits.countryNameCharsMax)).toEqual([]);
  });

  test('know only codes that are recorded', () => {
    const codes = [formalNames, aliases, shortNames].flatMap((table) => Object.keys(table));
    expect(codes.filter((code) => !isCountryCode(code))).toEqual([]);
    expect(
      ambiguousNames.flatMap(({ candidates }) => candidates).filter((code) => !isCountryCode(code)),
    ).toEqual([]);
  });

  test('hold every name of ICU, in all its languages, scripts and regional variants', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    const pairs = letters.flatMap((one) => letters.map((two) => one + two));
    const triples = pairs.flatMap((two) => letters.map((three) => two + three));
    // Some codes are deprecated, and their canonical form has a region: cnr is sr-ME.
    const supported = Intl.DisplayNames.supportedLocalesOf([...pairs, ...triples]);
    const languages = [...new Set(supported.map((tag) => tag.replace(/-.*/, '')))];
    const variants = ['Latn', 'Cyrl', 'Arab', 'Hans', 'Hant', 'Deva', 'Adlm', 'Telu', '419', ...codesInUse];
    const tags = languages.flatMap((language) => [
      language,
      ...variants.map((variant) => `${language}-${variant}`).filter(isLocaleOfIcu),
    ]);
    const known = new Set([...displaySpellings()].map(String));
    const missing = tags.flatMap((tag) => namesOfIcu(tag).filter((spelling) => !known.has(spelling)));
    expect(missing).toEqual([]);
  });
});

/** ICU answers for a variant that it lacks with the plain language. */
function isLocaleOfIcu(tag: string): boolean {
  return new Intl.DisplayNames([tag], { type: 'region' }).resolvedOptions().locale === tag;
}

function namesOfIcu(locale: string): readonly string[] {
  const names = (['long', 'short'] as const).flatMap((style) => {
    const inStyle = new Intl.DisplayNames([locale], { type: 'region', fallback: 'none', style });
    return codesInUse.flatMap((code) => {
      const name = isWrongDisplayName(locale, code) ? undefined : inStyle.of(code);
      return name === undefined ? [] : [String([code, name])];
    });
  });
  return names;
}
