import { limits } from '../values/limits.ts';
import { type CountryCode, codeInAnyCase, countryName } from './countries.ts';
import { normalizedWords } from './name-key.ts';
import { namesInLanguage, type SearchableName, searchIndex } from './search-index.ts';

/** A country found by a search, and the name that matched. */
export interface CountryMatch {
  readonly code: CountryCode;
  readonly name: string;
  /** How well the best of its names matches; 0 is an exact name. */
  readonly rank: number;
}

const EXACT = 0;
const ENGLISH_PREFIX = 1;
const PREFIX = 2;
const WITHIN = 3;
const NONE = 4;

/**
 * Finds the countries that have a name, in any language, with a word that begins with the text, and the country whose
 * code it is. Ranks exact names first, then English names that begin with the text, names in other languages that do,
 * and names that contain it. If several names of a country match, returns the one in the first of the languages that
 * has one, then the English one, then the best match.
 *
 * @param languages BCP 47 tags of the reader, the preferred one first
 */
export function searchCountries(text: string, languages: readonly string[] = []): readonly CountryMatch[] {
  const query = parseQuery(text);
  if (query === undefined) return [];
  const index = searchIndex();
  const found = bestMatches(query, index.all);
  const code = codeInAnyCase(text.trim());
  if (code !== undefined) addMatch(found, ENGLISH_PREFIX, code, countryName(code));
  const english = bestMatches(query, index.english);
  const codes = new Set(found.keys());
  const named = languages.map((language) =>
    /^en(-|$)/.test(language) ? english : bestMatches(query, namesInLanguage(language, codes)),
  );
  return [...found.values()]
    .map((match) => nameForReader(match, [...named, english]))
    .sort((a, b) => a.rank - b.rank);
}

interface Query {
  readonly words: string;
  /** Chinese and Japanese names have no spaces between words, so any part of them matches. */
  readonly hasHan: boolean;
}

/**
 * Returns undefined if the text is no part of a name. No name is longer than the limit, which is checked before the
 * text is normalised and again after it, as one character may stand for eighteen (U+FDFA).
 */
function parseQuery(text: string): Query | undefined {
  const trimmed = text.trim();
  if (trimmed.length > limits.countryNameCharsMax) return undefined;
  const words = normalizedWords(trimmed).join(' ');
  if (words === '' || words.length > limits.countryNameCharsMax) return undefined;
  return { words, hasHan: /\p{Script=Han}/u.test(words) };
}

type Matches = Map<string, CountryMatch>;

function bestMatches(query: Query, names: Iterable<SearchableName>): Matches {
  const found: Matches = new Map();
  for (const known of names) addMatch(found, rankOf(query, known), known.code, known.name);
  return found;
}

function addMatch(found: Matches, rank: number, code: string, name: string): void {
  if (rank < (found.get(code)?.rank ?? NONE)) found.set(code, { code: code as CountryCode, name, rank });
}

function rankOf({ words: query, hasHan }: Query, { words, isEnglish }: SearchableName): number {
  const at = words.indexOf(query);
  if (at < 0) return NONE;
  if (at === 0 && words.length === query.length) return EXACT;
  if (at === 0) return isEnglish ? ENGLISH_PREFIX : PREFIX;
  return hasHan || words.includes(` ${query}`) ? WITHIN : NONE;
}

function nameForReader(match: CountryMatch, named: readonly Matches[]): CountryMatch {
  const preferred = named.map((matches) => matches.get(match.code)).find((known) => known !== undefined);
  return preferred === undefined ? match : { ...match, name: preferred.name };
}
