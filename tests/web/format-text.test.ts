import { describe, expect, test } from '@jest/globals';
import { excerpt, formatHeadline, renderAttribution } from '../../src/web/text/format-text.ts';

describe('formatHeadline', () => {
  test('marks the quotation with its language', () => {
    const line = 'Foreign Office, weekly briefing: یہ <درست>';
    expect(String(formatHeadline(line, { from: 33, language: 'ur' }))).toBe(
      'Foreign Office, weekly briefing: <bdi lang="ur">' +
        '&#1740;&#1729; &lt;&#1583;&#1585;&#1587;&#1578;&gt;</bdi>',
    );
  });

  test('renders a headline without a quotation as plain text', () => {
    expect(String(formatHeadline('Signed: A & B', undefined))).toBe('Signed: A &amp; B');
  });
});

describe('renderAttribution', () => {
  test.each<[chain: readonly string[], text: string]>([
    [['Lin Jian'], 'Lin Jian'],
    [['Lin Jian', 'Dawn'], 'Lin Jian, in Dawn'],
    [['Lin Jian', 'Xinhua', 'Dawn'], 'Lin Jian, as relayed by Xinhua, in Dawn'],
    [['Pakistan', 'Lin Jian', 'Xinhua', 'Dawn'], 'Pakistan, as relayed by Lin Jian and Xinhua, in Dawn'],
  ])('renders %j as “%s”', (chain, text) => {
    expect(String(renderAttribution(chain, true)).replace(/<\/?bdi>/g, '')).toBe(text);
  });
});

describe('renderAttribution without an outlet', () => {
  test('says of nobody that it was read there', () => {
    const text = String(renderAttribution(['Pakistan', 'Lin Jian', 'Xinhua'], false));
    expect(text.replace(/<\/?bdi>/g, '')).toBe('Pakistan, as relayed by Lin Jian and Xinhua');
  });
});

describe('excerpt', () => {
  test('keeps a short text', () => {
    expect(excerpt('one two three', 20)).toBe('one two three');
  });

  test('cuts after a word, or else after a whole character', () => {
    expect(excerpt('one two three', 10)).toBe('one two…');
    expect(excerpt('x'.repeat(20), 10)).toBe(`${'x'.repeat(10)}…`);
    expect(excerpt('😀'.repeat(10), 5)).toBe('😀😀…');
  });
});
