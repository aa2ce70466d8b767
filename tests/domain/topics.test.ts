import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalTopic, resolveTopic, slugOf } from '../../src/domain/fields/topic.ts';

const ZWNJ = '\u200c';
const ZWJ = '\u200d';

function topicOf(text: string): string | undefined {
  const found = resolveTopic(text);
  return found.outcome === 'resolved' ? found.topic : undefined;
}

describe('a topic', () => {
  test.each(['rare-earths', '5g', 'терроризм', '稀土', 'قرضہ', 'señales-de-radio', 'ελλάς'])(
    'is kept as it is if it is a slug: %s',
    (slug) => {
      expect(topicOf(slug)).toBe(slug);
    },
  );

  test.each([
    ['rare earths', 'rare-earths'],
    ['Rare Earths', 'rare-earths'],
    ['rare_earths', 'rare-earths'],
    ['-rare--earths-', 'rare-earths'],
    ['China–Pakistan Economic Corridor', 'china-pakistan-economic-corridor'],
    ['  5G / 6G ', '5g-6g'],
    ['Терроризм', 'терроризм'],
  ])('is made a slug from what a person types: %j is %s', (text, slug) => {
    expect(topicOf(text)).toBe(slug);
  });

  test.each([
    ['full width', 'ＲＡＲＥ　ＥＡＲＴＨＳ', 'rare-earths'],
    ['half-width katakana', 'ﾚｱｱｰｽ', 'レアアース'],
    ['a ligature', 'ﬁsheries', 'fisheries'],
    ['Arabic presentation forms', 'ﻗﺮض', 'قرض'],
    ['decomposed letters', 'sen\u0303ales', 'se\u00f1ales'],
    ['sharp s', 'Straßenbau', 'strassenbau'],
    ['the Turkish I', 'İHRACAT', 'ihracat'],
    ['the final sigma', 'ΦΌΡΟΣ ΧΏΡΑΣ', 'φόρος-χώρας'],
  ])('is the same in another Unicode form or case: %s', (_form, text, slug) => {
    expect(topicOf(text)).toBe(slug);
  });

  test.each([
    ['Persian', `می${ZWNJ}شود`],
    ['Kannada', `ರ${ZWNJ}್ಯ`],
    ['Bengali', `র${ZWJ}্যাব`],
    ['Sinhala', `ශ්${ZWJ}රී-ලංකා`],
    ['Malayalam', `ന്${ZWJ}റെ`],
  ])('keeps the joiners that %s is written with', (_language, slug) => {
    expect(topicOf(slug)).toBe(slug);
  });

  test.each([
    ['a joiner between Latin letters', `rare${ZWNJ}earths`, 'U+200C', 'rareearths'],
    ['a joiner at the end of a word', `می${ZWNJ} شود`, 'U+200C', 'می-شود'],
    ['two joiners in a row', `می${ZWNJ}${ZWNJ}شود`, 'U+200C', 'میشود'],
    ['a zero-width joiner in Persian', `می${ZWJ}شود`, 'U+200D', 'میشود'],
    ['a zero-width space', 'rare\u200bearths', 'U+200B', 'rareearths'],
    ['a soft hyphen', 'ra\u00adre earths', 'U+00AD', 'rare-earths'],
    ['a byte order mark', '\ufeffrare earths', 'U+FEFF', 'rare-earths'],
    ['a direction mark', '\u202eshtrae erar', 'U+202E', 'shtrae-erar'],
    ['a variation selector', 'rare\ufe0f earths', 'U+FE0F', 'rare-earths'],
    ['a Hangul filler', 'rare\u3164earths', 'U+1160', 'rareearths'],
  ])('is refused with %s', (_character, text, codePoint, suggestion) => {
    const detail = `The topic has an invisible character, ${codePoint}; send ${suggestion} without it.`;

    expect(resolveTopic(text)).toEqual({ outcome: 'refused', detail });
  });

  test.each(['', ' ', '…', '☢', '\u0301', '\u200b'])('is refused without letters and digits: %j', (text) => {
    expect(resolveTopic(text)).toEqual({
      outcome: 'refused',
      detail: 'A topic is one or more words of letters and digits, such as rare-earths.',
    });
  });

  test.each([['x'.repeat(81)], [`rare${' '.repeat(3_000)}earths`]])(
    'is refused if it is too long',
    (text) => {
      expect(resolveTopic(text)).toEqual({
        outcome: 'refused',
        detail: 'A topic is a few words, such as rare-earths, at most 80 characters.',
      });
    },
  );

  test('has no marks without a letter', () => {
    expect(topicOf('rare \u0301 earths')).toBe('rare-earths');
  });

  test('stays the same once it is a slug', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const slug = topicOf(text);
        fc.pre(slug !== undefined);
        expect(topicOf(slug ?? '')).toBe(slug);
      }),
      { numRuns: 2_000 },
    );
  });
});

test.each([
  ['se\u006e\u0303ales', 'señales'],
  ['rare\u200bearths', 'rareearths'],
  ['…', ''],
])('the slug of %j is %j', (text, slug) => {
  expect(slugOf(text)).toBe(slug);
});

test('a recorded topic that would be refused today is kept', () => {
  expect(canonicalTopic('ｒａｒｅ-earths')).toBe('rare-earths');
  expect(canonicalTopic('rare\ufe0f-earths')).toBe('rare\ufe0f-earths');
});
