import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { html } from '../../src/web/shell/html.ts';

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onfocus='x",
    '&lt;',
    '</p>',
  ),
);

/** What a parser of HTML reads from markup that has no character references but those of the tag. */
function read(markup: string): string {
  const characters: Record<string, string> = {
    '&amp;': '&',
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
  };
  return markup.replace(/&(?:amp|lt|gt|quot|#39);/g, (reference) => characters[reference] ?? '');
}

describe('the tag for markup', () => {
  test('escapes what would be markup', () => {
    expect(String(html`<p title="${'a "b"'}">${"<i> & 'c'"}</p>`)).toBe(
      '<p title="a &quot;b&quot;">&lt;i&gt; &amp; &#39;c&#39;</p>',
    );
  });

  test('lets markup of its own through, one after the other', () => {
    const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
    expect(String(html`<ul>${items}</ul>`)).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>');
  });

  test('leaves out what is not there, and shows 0', () => {
    expect(String(html`[${undefined}${false}${[]}${0}]`)).toBe('[0]');
  });

  test('keeps every text in its element', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const markup = String(html`<p>${text}</p>`);
        const inner = markup.slice(3, -4);
        expect(inner).not.toMatch(/[<>"']/);
        expect(inner.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
        expect(read(inner)).toBe(text);
      }),
    );
  });

  test('keeps every text in its attribute, whichever quotes it has', () => {
    fc.assert(
      fc.property(HOSTILE, HOSTILE, (one, other) => {
        const [, a = '', b = ''] =
          /^<p a="([^"]*)" b='([^']*)'>$/.exec(String(html`<p a="${one}" b='${other}'>`)) ?? [];
        expect([read(a), read(b)]).toEqual([one, other]);
      }),
    );
  });

  test('takes no text for markup, however deep in lists it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.array(HOSTILE)), (texts) => {
        expect(String(html`<p>${texts}</p>`).slice(3, -4)).not.toMatch(/[<>]/);
      }),
    );
  });
});
