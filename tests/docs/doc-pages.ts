import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** A fenced code block. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
}

/** The README and the pages of the documentation, as paths from the root of the project. */
export const DOC_PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'src/docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('src/docs', file))
    .sort(),
];

export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

export function codeBlocks(page: string): readonly CodeBlock[] {
  return [...readPage(page).matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** The Markdown without its code blocks. */
export function proseOf(page: string): string {
  return readPage(page).replace(/^```\w*\n.*?^```$/gms, '');
}
