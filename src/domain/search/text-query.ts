import { type FoundWord, wordsIn } from './words.ts';

/** Words that follow each other in one text. */
export interface SearchTerm {
  readonly words: readonly string[];
  /** True if the last word is a prefix. */
  readonly isPrefix: boolean;
}

export type TextQueryOutcome =
  | { readonly outcome: 'parsed'; readonly terms: readonly SearchTerm[] }
  | { readonly outcome: 'refused'; readonly detail: string };

const QUERY_CHARS_MAX = 500;
const TERMS_MAX = 16;
const WORDS_MAX = 64;
/** The shortest beginning of a word that can be searched. Shorter ones are in nearly all texts. */
const PREFIX_CHARS_MIN = 3;
/** Beginnings of words, single characters of Chinese and the like included. Each costs as much as many words. */
const PREFIXES_MAX = 4;

const QUOTES = /[“”„‟«»＂]/g;
const ITEM = /"([^"]*)"(\*?)|[^\s"]+/g;

/**
 * Parses a query: words, each of which an entry must have; `"words in quotes"`, which must follow each other; and
 * `begin*`, which words begin with. Words with a hyphen or an apostrophe count as quoted.
 */
export function parseTextQuery(text: string): TextQueryOutcome {
  if (text.length > QUERY_CHARS_MAX) return refused(`Expected at most ${QUERY_CHARS_MAX} characters.`);
  // U+FDFA, for example, stands for eighteen characters.
  if (text.normalize('NFKC').length > QUERY_CHARS_MAX) {
    return refused(
      `Expected at most ${QUERY_CHARS_MAX} characters, counting those that ligatures stand for.`,
    );
  }
  const query = text.normalize('NFC').replace(QUOTES, '"');
  if (query.split('"').length % 2 === 0) return refused('A quotation mark has no counterpart.');
  const terms: SearchTerm[] = [];
  for (const [item, quoted, star = ''] of query.matchAll(ITEM)) {
    const body = quoted ?? item.replace(/\*$/, '');
    if (body.includes('*')) return refused('An asterisk can only be at the end of a word.');
    const term = termOf(wordsIn(body), star === '*' || (quoted === undefined && item.endsWith('*')));
    if (term === 'short') return refused(`At least ${PREFIX_CHARS_MIN} letters must be before an asterisk.`);
    if (term !== undefined) terms.push(term);
  }
  if (terms.length === 0) return refused('Expected at least one letter or digit.');
  const words = terms.reduce((sum, term) => sum + term.words.length, 0);
  if (terms.length > TERMS_MAX || words > WORDS_MAX) {
    return refused(`Expected at most ${TERMS_MAX} words and phrases, of ${WORDS_MAX} words together.`);
  }
  if (terms.filter(({ isPrefix }) => isPrefix).length > PREFIXES_MAX) {
    return refused(`Expected at most ${PREFIXES_MAX} beginnings of words.`);
  }
  return { outcome: 'parsed', terms: withoutRepeated(terms) };
}

function refused(detail: string): TextQueryOutcome {
  return { outcome: 'refused', detail };
}

/** Undefined without a word. */
function termOf(found: readonly FoundWord[], hasStar: boolean): SearchTerm | 'short' | undefined {
  const last = found.at(-1);
  if (last === undefined) return undefined;
  const words = found.map(({ word }) => word);
  if (last.isLastCharacter !== true) {
    const isShort = hasStar && last.word.length < PREFIX_CHARS_MIN;
    return isShort ? 'short' : { words, isPrefix: hasStar };
  }
  // The pair before has the character already. Without one, every pair that begins with it is meant.
  const isAlone = found.at(-2)?.end !== last.end;
  return isAlone ? { words, isPrefix: true } : { words: words.slice(0, -1), isPrefix: false };
}

function withoutRepeated(terms: readonly SearchTerm[]): readonly SearchTerm[] {
  return [...new Map(terms.map((term) => [wordsText(term), term])).values()];
}

/** Returns a text that `searchableWords` contains if and only if it has the term. */
export function wordsText({ words, isPrefix }: SearchTerm): string {
  return ` ${words.join(' ')}${isPrefix ? '' : ' '}`;
}

/** @param words what `searchableWords` returned */
export function hasTerms(words: string, terms: readonly SearchTerm[]): boolean {
  return terms.every((term) => words.includes(wordsText(term)));
}
