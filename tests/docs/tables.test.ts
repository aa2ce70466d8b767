import { expect, test } from '@jest/globals';
import { AUDIT_ACTIONS } from '../../src/audit/audit-entry.ts';
import { LEVELS } from '../../src/observability/pino-sink.ts';
import { markdownSection } from '../../src/web/components/markdown.ts';
import { readPage } from './doc-pages.ts';

/** The cells of each row of a section's table, without its header. */
function rows(page: string, heading: string): readonly (readonly string[])[] {
  const [, body = ''] = (markdownSection(readPage(page), heading) ?? '').split(/^[|-]+$/m);
  const lines = body.match(/^\|.*\|$/gm) ?? [];
  return lines.map((line) => line.slice(2, -2).split(' | '));
}

function codesIn(cell = ''): readonly string[] {
  return [...cell.matchAll(/`([\w-]+)`/g)].map(([, code = '']) => code);
}

test('audit.md lists every action', () => {
  const listed = rows('src/docs/audit.md', 'What is recorded').flatMap(([actions]) => codesIn(actions));
  expect(listed.toSorted()).toEqual([...AUDIT_ACTIONS].sort());
});

test('operations.md lists every line of the log with its level', () => {
  const listed = rows('src/docs/operations.md', 'Logs').flatMap(([names, cell = '']) => {
    const levels = cell.split(', ');
    return codesIn(names).map((name, index) => [name, levels[index] ?? levels[0]]);
  });
  expect(Object.fromEntries(listed)).toEqual(LEVELS);
});
