import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasTerms, parseTextQuery } from '../../../src/domain/search/text-query.ts';
import { searchableWords, wordsIn } from '../../../src/domain/search/words.ts';

function finds(query: string, ...texts: readonly string[]): boolean {
  const parsed = parseTextQuery(query);
  if (parsed.outcome === 'refused') throw new Error(parsed.detail);
  return hasTerms(searchableWords(texts), parsed.terms);
}

describe('Words are found', () => {
  test.each([
    ['in any case', 'PAKISTAN', 'Pakistan assured China'],
    ['without diacritics', 'Sao Tome', 'São Tomé e Príncipe'],
    ['with diacritics that the text lacks', 'Phạm', 'Pham Thu Hang'],
    ['with ss for ß', 'STRASSE', 'Die Straße'],
    ['with every Turkish i', 'istanbul', 'İSTANBUL'],
    ['with a dotless i', 'ISPARTA', 'ısparta'],
    ['with a slashed o', 'Storre', 'Jonas Gahr Større'],
    ['with е for ё', 'Королев', 'Королёв'],
    ['with й as a letter of its own', 'Китай', 'КИТАЙ'],
    ['in full width', 'ＵＳＡ', 'usa'],
    ['in Arabic with a plain alef', 'الامم', 'الأمم المتحدة'],
    ['in Arabic without harakat and tatweel', 'محمد', 'مُحَمَّـــد'],
    ['in Arabic with ha for ta marbuta', 'معاهده', 'معاهدة'],
    ['in Urdu typed on an Arabic keyboard', 'پاكستان كي', 'پاکستان کی'],
    ['in Persian without the zero-width non-joiner', 'میخواهم', 'می‌خواهم'],
    ['in Devanagari', 'भारत', 'भारत ने कहा'],
    ['in Thai, inside of a sentence', 'รัฐมนตรี', 'นายกรัฐมนตรีกล่าวว่า'],
    ['in Chinese, inside of a sentence', '稀土', '中方对稀土出口实施管制'],
    ['by one Chinese character', '土', '中方对稀土'],
    ['in Korean with a particle', '정부', '정부는 밝혔다'],
    ['in decomposed Hangul', '정부'.normalize('NFD'), '정부는'],
    ['in Japanese', '外務省', '日本の外務省は'],
    ['in half-width kana', 'ﾃﾛ', 'テロ対策'],
    ['by digits of another script', '2025', '۲۰۲۵ میں'],
    ['next to another script', 'US', '中国US关系'],
  ])('%s', (_, query, text) => {
    expect(finds(query, text)).toBe(true);
  });

  test('whole, unless the query ends with an asterisk', () => {
    expect(finds('sanct', 'sanctions')).toBe(false);
    expect(finds('sanct*', 'sanctions')).toBe(true);
    expect(finds('"rare ear"*', 'rare earths')).toBe(true);
  });

  test('in any order and in any text, but a phrase in one text and in order', () => {
    const texts = ['Lin Jian said', 'rare earths'];
    expect(finds('earths lin', ...texts)).toBe(true);
    expect(finds('"lin jian"', ...texts)).toBe(true);
    expect(finds('“Lin Jian”', ...texts)).toBe(true);
    expect(finds('"jian lin"', ...texts)).toBe(false);
    expect(finds('"said rare"', ...texts)).toBe(false);
    expect(finds('rare-earths', ...texts)).toBe(true);
    expect(finds('earths-rare', ...texts)).toBe(false);
  });

  test('but not across the characters of a Chinese word', () => {
    expect(finds('土出', '稀土 出口')).toBe(false);
    expect(finds('稀土出口', '稀土和煤出口')).toBe(false);
    expect(finds('稀土 出口', '稀土和煤出口')).toBe(true);
    expect(finds('"中国 外交部"', '中国 外交部')).toBe(true);
  });
});

test.each([
  ['"rare earths', /quotation mark/],
  ['""', /letter or digit/],
  ['— ! *', /letter or digit/],
  ['un*', /At least 3 letters/],
  ['s*nct', /end of a word/],
  ['x'.repeat(501), /500 characters/],
  ['ﷺ'.repeat(50), /500 characters/],
  [Array.from({ length: 17 }, (_, i) => `w${i}`).join(' '), /16 words/],
  ['"rare e"*', /3 letters/],
  ['ab* ', /3 letters/],
  ['one* two* three* four* five*', /4 beginnings/],
  ['中 国 稀 土 出', /4 beginnings/],
])('The query %s is refused with the reason', (query, reason) => {
  expect(parseTextQuery(query)).toEqual({ outcome: 'refused', detail: expect.stringMatching(reason) });
});

test('Every text is found by itself, as a phrase', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  fc.assert(
    fc.property(text, text, (before, value) => {
      const parsed = parseTextQuery(`"${value.replace(/["*“”„‟«»＂]/g, ' ')}"`);
      if (parsed.outcome === 'refused') return;
      expect(hasTerms(searchableWords([before, value.replace(/["*“”„‟«»＂]/g, ' ')]), parsed.terms)).toBe(
        true,
      );
    }),
  );
});

test('The words of a text are the same with and without their places, whatever is between them', () => {
  const word = fc.constantFrom('Pakistan', 'rare', '2025', 'é', 'Straße', '中国');
  const between = fc.constantFrom(..." -–—'’‘“”„…·«»".split(''), '\u00ad', '\u200d', '\u2028');
  fc.assert(
    fc.property(fc.array(fc.tuple(word, between), { minLength: 1, maxLength: 8 }), (parts) => {
      const text = parts.flat().join('');
      expect(searchableWords([text])).toBe(
        ` ${wordsIn(text.normalize('NFC'))
          .map((each) => each.word)
          .join(' ')} `,
      );
    }),
    { numRuns: 300 },
  );
});
