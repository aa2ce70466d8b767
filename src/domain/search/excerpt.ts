import type { SearchTerm } from './text-query.ts';
import { type FoundWord, wordsIn } from './words.ts';

/** A part of a text that has terms of a query. */
export interface Excerpt {
  readonly text: string;
  /** Where it has them: the first character, and the one after the last (UTF-16 code units). */
  readonly marks: readonly (readonly [start: number, end: number])[];
}

type Mark = Excerpt['marks'][number];

const EXCERPTS_MAX = 3;
const CHARS_BEFORE = 60;
const CHARS_MAX = 240;

/** Returns parts of the first few texts that have a term which none before has. */
export function excerptsOf(texts: readonly string[], terms: readonly SearchTerm[]): readonly Excerpt[] {
  const excerpts: Excerpt[] = [];
  let missing = terms;
  for (const each of texts) {
    if (missing.length === 0 || excerpts.length === EXCERPTS_MAX) break;
    const text = each.normalize('NFC');
    const words = wordsIn(text);
    const found = missing.filter((term) => marksOf(words, term).length > 0);
    if (found.length === 0) continue;
    excerpts.push(
      excerptOf(
        text,
        terms.flatMap((term) => marksOf(words, term)),
      ),
    );
    missing = missing.filter((term) => !found.includes(term));
  }
  return excerpts;
}

function marksOf(words: readonly FoundWord[], { words: wanted, isPrefix }: SearchTerm): readonly Mark[] {
  const marks: Mark[] = [];
  for (let index = 0; index + wanted.length <= words.length; index += 1) {
    const isFound = wanted.every((word, offset) => {
      const actual = words[index + offset]?.word;
      return offset === wanted.length - 1 && isPrefix ? actual?.startsWith(word) : actual === word;
    });
    const [first, last] = [words[index], words[index + wanted.length - 1]];
    if (!isFound || first === undefined || last === undefined) continue;
    // A single character is searched as the beginning of a pair.
    const isCharacter = isPrefix && wanted.length === 1 && last.word.length > 1 && wanted[0]?.length === 1;
    marks.push([first.start, isCharacter ? first.start + 1 : last.end]);
  }
  return marks;
}

/** Cuts the text between words, where it has spaces. */
function excerptOf(text: string, found: readonly Mark[]): Excerpt {
  const marks = merged(found);
  const first = marks[0]?.[0] ?? 0;
  const space = text.indexOf(' ', first - CHARS_BEFORE);
  const start = first <= CHARS_BEFORE ? 0 : space >= 0 && space < first ? space + 1 : first;
  const whole = start + CHARS_MAX >= text.length;
  const lastSpace = text.lastIndexOf(' ', start + CHARS_MAX);
  const end = whole ? text.length : lastSpace > first ? lastSpace : start + CHARS_MAX;
  const before = start === 0 ? '' : '…';
  const kept = marks.filter((mark) => mark[1] <= end);
  return {
    text: `${before}${text.slice(start, end).toWellFormed()}${whole ? '' : '…'}`,
    marks: kept.map(([from, to]) => [from - start + before.length, to - start + before.length]),
  };
}

/** Returns the marks in order, those that overlap as one. */
function merged(marks: readonly Mark[]): readonly Mark[] {
  const result: Mark[] = [];
  for (const mark of marks.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && mark[0] <= last[1]) result.splice(-1, 1, [last[0], Math.max(last[1], mark[1])]);
    else result.push(mark);
  }
  return result;
}
