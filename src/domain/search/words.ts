import { foldCase } from '../values/text.ts';

/*
 * The words of a text, in the form in which they are searched. Recorded texts are in any language, and often in
 * several, so the language of a word is not known: there are no stems and no stop words. `docs/search.md` has what is
 * folded, and what that finds.
 */

/** A word as it is searched, and where the text has it (UTF-16 code units; the end is exclusive). */
export interface FoundWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** True for the last character of a text without spaces, which the word before it has as well. */
  readonly isLastCharacter?: true;
}

/** Scripts that put no spaces between words, and Korean, which writes particles onto them: pairs of characters. */
const PAIRED =
  '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}ー\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}';
const IS_PAIRED = new RegExp(`[${PAIRED}]`, 'u');
/** Letters, digits and their marks, with the characters that may be invisible in a word. */
const RUN = /[\p{L}\p{N}\p{M}\u00ad\u200c\u200d]+/gu;
const CHARACTER = /\P{M}[\p{M}\u00ad\u200c\u200d]*/gu;
/** Characters beyond ASCII, but for typographic dashes and quotation marks, which separate words as those of ASCII. */
const BEYOND_ASCII = /[^\0-\x7f\u2010-\u2027]/;
const ASCII_WORD = /[a-z0-9]+/g;

/** Diacritics of Latin, Greek and Cyrillic, vowel signs of Arabic and Hebrew, and the tatweel. */
const MARKS = /(?<!и)[\u0300-\u036f]|[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/g;
const INVISIBLE = /[\u00ad\u200c\u200d]/g;

/** Letters that are typed for each other, but that Unicode does not decompose. */
const ALIKE: Readonly<Record<string, string>> = {
  ...{ ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe' },
  // Persian, Urdu and Arabic keyboards have different letters for the same ones.
  ...{ ٱ: 'ا', ى: 'ي', ی: 'ي', ې: 'ي', ے: 'ي', ک: 'ك', ة: 'ه', ۃ: 'ه', ہ: 'ه', ھ: 'ه', ە: 'ه' },
};
const ALIKE_LETTERS = new RegExp(`[${Object.keys(ALIKE).join('')}]`, 'g');
const DIGIT = /\p{Nd}/gu;

/**
 * Returns the words of texts, one line for each text, such as ` lin jian \n rare earths `. A phrase of a text is a part
 * of it, with a space before and after each word. A text whose words a line before has already gets no line.
 */
export function searchableWords(texts: readonly string[]): string {
  let words = '';
  for (const line of texts.map(lineOf)) {
    if (line !== '' && !words.includes(` ${line} `)) words += `${words === '' ? '' : '\n'} ${line} `;
  }
  return words;
}

function lineOf(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase().match(ASCII_WORD)?.join(' ') ?? '';
  return wordsIn(text)
    .map(({ word }) => word)
    .join(' ');
}

/** @param text in NFC, so that the places are those of this text */
export function wordsIn(text: string): readonly FoundWord[] {
  const normal = text.normalize('NFC');
  return [...normal.matchAll(RUN)].flatMap(({ 0: run, index }) =>
    IS_PAIRED.test(run.normalize('NFKC')) ? pairedWords(run, index) : plainWords(run, index),
  );
}

function plainWords(run: string, start: number): readonly FoundWord[] {
  const words = fold(run).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.map((word) => ({ word, start, end: start + run.length }));
}

/** Returns pairs of the characters of such scripts, then the last one alone, and the words of other scripts whole. */
function pairedWords(run: string, offset: number): readonly FoundWord[] {
  const words: FoundWord[] = [];
  let [before, plain]: [FoundWord | undefined, FoundWord | undefined] = [undefined, undefined];
  const endPair = () => {
    if (before !== undefined) words.push({ ...before, isLastCharacter: true });
    before = undefined;
  };
  const endPlain = () => {
    if (plain !== undefined) words.push(plain);
    plain = undefined;
  };
  for (const { 0: text, index } of run.matchAll(CHARACTER)) {
    const found = { word: fold(text), start: offset + index, end: offset + index + text.length };
    if (IS_PAIRED.test(found.word)) {
      endPlain();
      if (before !== undefined) words.push(joined(before, found));
      before = found;
    } else {
      endPair();
      plain = plain === undefined ? found : joined(plain, found);
    }
  }
  endPair();
  endPlain();
  return words;
}

function joined(a: FoundWord, b: FoundWord): FoundWord {
  return { word: a.word + b.word, start: a.start, end: b.end };
}

function fold(text: string): string {
  return foldCase(text.replace(INVISIBLE, '').normalize('NFKC'))
    .normalize('NFD')
    .replace(MARKS, '')
    .normalize('NFC')
    .replace(ALIKE_LETTERS, (letter) => ALIKE[letter] ?? letter)
    .replace(DIGIT, asciiDigit);
}

/** Unicode has the digits of each script in order; the digit before the first one is of no script. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return String(value);
}
