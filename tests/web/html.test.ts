import { serialize } from 'node:v8';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Audience, type Html, html, onlyFor } from '../../src/web/shell/html.ts';

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onfocus='x",
    '&lt;',
    '</p>',
    '\n  a\n  b\n',
  ),
);

/** Decodes the character references that the tag writes, as an HTML parser does. */
function decode(markup: string): string {
  const characters: Record<string, string> = {
    '&amp;': '&',
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
  };
  return markup.replace(/&(?:amp|lt|gt|quot|#\d+);/g, (reference) => {
    return characters[reference] ?? String.fromCodePoint(Number(reference.slice(2, -1)));
  });
}

/** Returns how many bytes V8 takes for the text in memory, roughly. */
function bytesOf(text: string): number {
  return serialize(text).length;
}

describe('html', () => {
  test('escapes special characters', () => {
    expect(String(html`<p title="${'a "b"'}">${"<i> & 'c'"}</p>`)).toBe(
      '<p title="a &quot;b&quot;">&lt;i&gt; &amp; &#39;c&#39;</p>',
    );
  });

  test('writes characters beyond ASCII as references, in templates, texts and attributes', () => {
    expect(String(html`<p lang="ur" title="${'ü'}">– ${'中😀'}</p>`)).toBe(
      '<p lang="ur" title="&#252;">&#8211; &#20013;&#128512;</p>',
    );
  });

  test.each(['ascii', '中😀', 'control \u0085 and \u009f'])('encodes %j in UTF-8', (text) => {
    const markup = html`<p>${text}</p>`;
    expect(markup.encode(() => true).toString()).toBe(String(markup));
    expect(decode(markup.encode(() => true).toString())).toBe(`<p>${text}</p>`);
  });

  test.each(['ascii', '中😀', 'control \u0085 and \u009f'])('compacts %j without a change', (text) => {
    const markup = html`<p>${text}</p>${[text, text]}`;
    expect(String(markup.compact())).toBe(String(markup));
  });

  test.each([
    ['texts', (text: string) => html`<p>${text}</p>`],
    ['kept markup', (text: string) => html`<p>${text}</p>`.compact()],
    ['templates', () => html`<p>中</p>`],
  ])('takes one byte for each character of a page with wide characters in its %s', (_, render) => {
    const page = html`<main>${render('中😀')}${'ascii'}</main>`;
    expect(bytesOf(String(page))).toBeLessThan(String(page).length + 10);
    expect(bytesOf('中'.repeat(100))).toBeGreaterThan(200);
  });

  test.each([
    ['a template', (markup: Html) => markup],
    ['kept markup', (markup: Html) => markup.compact()],
  ])('leaves out of %s what is for other readers', (_, keep) => {
    const link = onlyFor('curate', html`<i>${'<mou>'}</i>`, 'mou-1');
    const markup = keep(html`<p>${onlyFor('record', html`a${link}b`)}${'c'}</p>`);
    const textFor = (...shown: readonly (readonly [Audience, string?])[]) =>
      markup
        .encode((audience, stream) => shown.some((each) => each[0] === audience && each[1] === stream))
        .toString();
    expect(textFor()).toBe('<p>c</p>');
    expect(textFor(['record'], ['curate'], ['curate', 'mou-2'])).toBe('<p>abc</p>');
    expect(textFor(['record'], ['curate', 'mou-1'])).toBe('<p>a<i>&lt;mou&gt;</i>bc</p>');
    expect(textFor(['curate', 'mou-1'])).toBe('<p>c</p>');
    expect(String(markup)).toBe('<p>a<i>&lt;mou&gt;</i>bc</p>');
  });

  test('inserts lists of markup without escaping them again', () => {
    const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
    expect(String(html`<ul>${items}</ul>`)).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>');
  });

  test('renders undefined, false and an empty list as nothing, and 0 as 0', () => {
    expect(String(html`[${undefined}${false}${[]}${0}]`)).toBe('[0]');
  });

  test('keeps every text inside its element', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const markup = String(html`<p>${text}</p>`);
        const inner = markup.slice(3, -4);
        expect(inner).not.toMatch(/[<>"']/);
        expect(inner.replace(/&(?:amp|lt|gt|quot|#\d+);/g, '')).not.toContain('&');
        expect(inner).not.toMatch(/[\xa0-\uffff]/);
        expect(decode(inner)).toBe(text);
      }),
    );
  });

  test('keeps every text inside its attribute, whichever quotes it has', () => {
    fc.assert(
      fc.property(HOSTILE, HOSTILE, (first, second) => {
        const [, a = '', b = ''] =
          /^<p a="([^"]*)" b='([^']*)'>$/.exec(String(html`<p a="${first}" b='${second}'>`)) ?? [];
        expect([decode(a), decode(b)]).toEqual([first, second]);
      }),
    );
  });

  test('escapes texts in nested lists', () => {
    fc.assert(
      fc.property(fc.array(fc.array(HOSTILE)), (texts) => {
        expect(String(html`<p>${texts}</p>`).slice(3, -4)).not.toMatch(/[<>]/);
      }),
    );
  });

  test('drops line breaks and indentation beside tags and values', () => {
    const markup = html`
      <ul>
        ${[1, 2].map((number) => html`<li>${number}</li>`)}
      </ul>
      ${'end'}
    `;
    expect(String(markup)).toBe('<ul><li>1</li><li>2</li></ul>end');
  });

  test('turns a line break between two words into a space', () => {
    const markup = html`
      <p>
        One sentence that
        goes on, <b>bold</b> and
        ${' '}<i>italic</i>
      </p>`;
    expect(String(markup)).toBe('<p>One sentence that goes on, <b>bold</b> and <i>italic</i></p>');
  });

  test('turns a line break between two attributes into a space', () => {
    const markup = html`
      <input
        name="${'a'}"
        value="${'b\n  c'}"
      >`;
    expect(String(markup)).toBe('<input name="a" value="b\n  c">');
  });

  test('keeps spaces within a line, and line breaks in values', () => {
    expect(String(html`<p> <b>a</b> b ${'c\n d'}</p>`)).toBe('<p> <b>a</b> b c\n d</p>');
  });
});
