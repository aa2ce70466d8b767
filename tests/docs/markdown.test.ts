import { describe, expect, test } from '@jest/globals';
import { markdownSection, renderMarkdown } from '../../src/web/components/markdown.ts';

const render = (markdown: string) => renderMarkdown(markdown, (href) => href);
const body = (markdown: string) => String(render(markdown).body).trim();

describe('renderMarkdown', () => {
  test('takes the first heading of depth 1 as the title', () => {
    const { title, headings, body: rest } = render('# The `log`\n\nText.\n');
    expect([title, headings, String(rest)]).toEqual(['The log', [], '<p>Text.</p>']);
  });

  test('gives headings the ids that Git hosts give them, each once', () => {
    const { headings } = render(
      '## What is `asOf`, really?\n\n### Two_words\n\n## 稀土 & more\n\n## Two_words\n',
    );
    expect(headings).toEqual([
      { id: 'what-is-asof-really', depth: 2, text: 'What is asOf, really?' },
      { id: 'two_words', depth: 3, text: 'Two_words' },
      { id: '稀土--more', depth: 2, text: '稀土 & more' },
      { id: 'two_words-1', depth: 2, text: 'Two_words' },
    ]);
  });

  test.each([
    ['<script>alert(1)</script>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
    ['a <b>b</b> & c', '<p>a &lt;b&gt;b&lt;/b&gt; &amp; c</p>'],
    ['[x](<" onclick="alert(1)>)', '<p><a href="&quot; onclick=&quot;alert(1)">x</a></p>'],
    ['`<i>`', '<p><code>&lt;i&gt;</code></p>'],
    ['```html\n<img src=x>\n```', '<pre tabindex="0"><code>&lt;img src=x&gt;</code></pre>'],
    ['![<img>](x.png)', '<p>![&lt;img&gt;](x.png)</p>'],
  ])('shows HTML as text: %s', (markdown, expected) => {
    expect(body(markdown)).toBe(expected);
  });

  test.each([
    ['*a* **b** ~~c~~', '<p><em>a</em> <strong>b</strong> ~~c~~</p>'],
    ['a\\*b', '<p>a*b</p>'],
    ['- a\n- b\n', '<ul><li>a</li><li>b</li></ul>'],
    ['1. a\n', '<ol><li>a</li></ol>'],
    ['> a', '<blockquote><p>a</p></blockquote>'],
    ['---', '<hr>'],
    [
      '|a|\n|-:|\n|1|',
      '<table><thead><tr><th scope="col">a</th></tr></thead>' +
        '<tbody><tr><td data-label="a" class="number">1</td></tr></tbody></table>',
    ],
    ['| | |\n|-|-|\n|a|b|', '<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>'],
  ])('renders %j', (markdown, expected) => {
    expect(body(markdown)).toBe(expected);
  });

  test('maps the targets of links', () => {
    const { body: linked } = renderMarkdown('[a](b.md#c) <https://d.example/>', (href) => href.toUpperCase());
    expect(String(linked)).toBe(
      '<p><a href="B.MD#C">a</a> <a href="HTTPS://D.EXAMPLE/">https://d.example/</a></p>',
    );
  });
});

describe('markdownSection', () => {
  const markdown = '# A\n\n## B\n\nb\n\n```sh\n# C\n```\n\n### C\n\nc\n\n## D\n\nd\n';

  test.each([
    ['B', 'b\n\n```sh\n# C\n```\n\n### C\n\nc'],
    ['C', 'c'],
    ['D', 'd'],
    ['E', undefined],
  ])('returns what is below the heading %s', (heading, expected) => {
    expect(markdownSection(markdown, heading)).toBe(expected);
  });
});
