import { countryNames } from './countries.ts';
import { normalizedWords } from './name-key.ts';
import {
  displaySpellings,
  displaySpellingsIn,
  hasLibraryLanguage,
  librarySpellings,
  librarySpellingsIn,
  officialSpellings,
  ownSpellings,
  type Spelling,
} from './spellings.ts';

/** A name as searches compare it. */
export interface SearchableName {
  readonly code: string;
  readonly name: string;
  /** The words of the name, normalised, with spaces between them. */
  readonly words: string;
  readonly isEnglish: boolean;
}

interface SearchIndex {
  readonly english: readonly SearchableName[];
  /** In any language, the English ones first. */
  readonly all: readonly SearchableName[];
}

let index: SearchIndex | undefined;

/** Returns the distinct names of all countries, about 36,000. Built for the first search. */
export function searchIndex(): SearchIndex {
  index ??= buildIndex();
  return index;
}

function buildIndex(): SearchIndex {
  const seen = new Set<string>();
  const isNew = ({ code, words }: SearchableName) => {
    const before = seen.size;
    return seen.add(`${code} ${words}`).size > before;
  };
  const english = [...englishNames()].filter(isNew);
  const foreign = [librarySpellings(), displaySpellings(), officialSpellings(), ownSpellings()];
  const others = foreign.flatMap((spellings) => [...searchable(spellings)]).filter(isNew);
  return { english, all: [...english, ...others] };
}

/** The tables of this program hold some names in other languages; those in Latin script pass for English. */
function* englishNames(): Generator<SearchableName> {
  for (const spellings of [countryNames(), librarySpellingsIn('en'), ownSpellings()]) {
    for (const known of searchable(spellings)) {
      if (/^\p{Script=Latin}/u.test(known.name)) yield { ...known, isEnglish: true };
    }
  }
}

/** Yields the names that these countries have in a language, BCP 47. */
export function* namesInLanguage(language: string, codes: ReadonlySet<string>): Generator<SearchableName> {
  const [primary = ''] = language.split('-');
  yield* searchable(displaySpellingsIn(language, codes));
  if (!hasLibraryLanguage(primary)) return;
  for (const [code, name] of librarySpellingsIn(primary)) {
    if (codes.has(code)) yield* searchable([[code, name]]);
  }
}

function* searchable(spellings: Iterable<Spelling>): Generator<SearchableName> {
  for (const [code, name] of spellings) {
    yield { code, name, words: normalizedWords(name).join(' '), isEnglish: false };
  }
}
