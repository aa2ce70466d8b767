import { expect, test } from '@jest/globals';
import { headlineWords } from '../../src/web/headline-words.ts';

test('what is quoted in a headline stands in its language, apart from the words before it', () => {
  const line = 'Foreign Office, weekly briefing: یہ <درست> نہیں';
  expect(String(headlineWords(line, { from: 33, language: 'ur' }))).toBe(
    'Foreign Office, weekly briefing: <bdi lang="ur">یہ &lt;درست&gt; نہیں</bdi>',
  );
});

test('a headline without a quotation is plain text', () => {
  expect(String(headlineWords('Signed: A & B', undefined))).toBe('Signed: A &amp; B');
});
