import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { renderMarkdown } from '../../src/web/components/markdown.ts';
import { DOC_PAGES, proseOf, ROOT, readPage } from './doc-pages.ts';

const LINKED_PAGES = [...DOC_PAGES, 'CONTRIBUTING.md', 'CHANGELOG.md', 'src/README.md'];

interface Link {
  readonly page: string;
  readonly href: string;
}

const links: readonly Link[] = LINKED_PAGES.flatMap((page) =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, href = '']) => ({ page, href })),
);
const internal = links.filter(({ href }) => !URL.canParse(href));

function idsOf(file: string): readonly string[] {
  return renderMarkdown(readFileSync(join(ROOT, file), 'utf8'), (href) => href).headings.map(({ id }) => id);
}

describe('The links of the documentation', () => {
  test('point to files that exist', () => {
    const targets = internal.map(({ page, href }) => [page, href, targetOf(page, href)] as const);
    expect(targets.length).toBeGreaterThan(100);
    expect(targets.filter(([, , file]) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('point to headings that exist', () => {
    const missing = internal.filter(({ page, href }) => {
      const fragment = href.split('#')[1];
      // The generated headings are checked on the served page, in docs-pages.test.ts.
      return (
        fragment !== undefined && !isGenerated(page, href) && !idsOf(targetOf(page, href)).includes(fragment)
      );
    });
    expect(missing).toEqual([]);
  });

  test('stay below src/docs in its pages, as only that folder is served', () => {
    const outside = internal.filter(
      ({ page, href }) => page.startsWith('src/docs/') && !targetOf(page, href).startsWith('src/docs/'),
    );
    expect(outside).toEqual([]);
  });
});

describe('The maps for developers', () => {
  const NAMED_PATH = /`([\w./-]+(?:\/|\.(?:ts|json|md|css)))`/g;

  test.each(['CONTRIBUTING.md', 'src/README.md'])('%s names files that exist', (page) => {
    const paths = [...proseOf(page).matchAll(NAMED_PATH)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(10);
    const exists = (path: string) => [dirname(page), '.'].some((from) => existsSync(join(ROOT, from, path)));
    expect(paths.filter((path) => !exists(path))).toEqual([]);
  });

  test('name scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const named = LINKED_PAGES.flatMap((page) => [...readPage(page).matchAll(/npm run (?:-s )?([\w:]+)/g)]);
    expect(named.filter(([, script = '']) => !(script in scripts)).map(([text]) => text)).toEqual([]);
  });
});

/** Returns the file that a link points to, relative to the root of the project. */
function targetOf(page: string, href: string): string {
  const [path = ''] = href.split('#');
  return path === '' ? page : normalize(join(dirname(page), path));
}

function isGenerated(page: string, href: string): boolean {
  return targetOf(page, href) === 'src/docs/events.md' && /#[a-z]+$/.test(href) && !isWritten(href);
}

function isWritten(href: string): boolean {
  return idsOf('src/docs/events.md').includes(href.split('#')[1] ?? '');
}
