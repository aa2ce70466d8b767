import { expect, test } from '@jest/globals';
import { formatHeadline } from '../../src/web/text/format-text.ts';

test('what is quoted in a headline stands in its language, apart from the words before it', () => {
  const line = 'Foreign Office, weekly briefing: یہ <درست> نہیں';
  expect(String(formatHeadline(line, { from: 33, language: 'ur' }))).toBe(
    'Foreign Office, weekly briefing: <bdi lang="ur">یہ &lt;درست&gt; نہیں</bdi>',
  );
});

test('a headline without a quotation is plain text', () => {
  expect(String(formatHeadline('Signed: A & B', undefined))).toBe('Signed: A &amp; B');
});
