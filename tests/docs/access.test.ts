import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { KEY_ROLES } from '../../src/access/keys.ts';
import { hasPermission, PERMISSIONS, type Permission } from '../../src/access/permissions.ts';
import { type DocumentedRequest, documentedRequests } from '../http/access/permissions.ts';
import { apiDocument } from '../http/support/openapi-document.ts';
import { ROOT, readPage } from './doc-pages.ts';

const PAGE = 'src/docs/access.md';
const TABLES = /(?<=The tables are made from the routes\.\n\n)[\s\S]*?(?=\n## )/;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [line(head), `|${head.map(() => '---|').join('')}\n`, ...rows.map(line)].join('');
}

function permissionRow(permission: Permission): readonly string[] {
  const roles = KEY_ROLES.map((role) => (hasPermission(role, permission) ? '✓' : ''));
  return [`\`${permission}\``, PERMISSIONS[permission], ...roles];
}

/** One row for the methods of a URL that need the same permission. All forms are one row. */
function requestRows(requests: readonly DocumentedRequest[]): readonly (readonly string[])[] {
  const rows = new Map<string, { readonly cells: readonly string[]; readonly methods: Set<string> }>();
  for (const { method, template, format, permission = 'no key' } of requests) {
    const form = template.replace(/^\/record\/[a-z-]+$/, '/record/{form}');
    const cells = [`\`${form}${format === undefined ? '' : `.${format}`}\``, permission];
    const row = rows.get(cells.join()) ?? { cells, methods: new Set() };
    rows.set(cells.join(), row);
    row.methods.add(method);
  }
  return [...rows.values()].map(({ cells: [url = '', permission = ''], methods }) => {
    return [[...methods].join(', '), url, permission];
  });
}

test('the tables of permissions are those of the route table', async () => {
  const requests = documentedRequests(await apiDocument());
  const order = ['no key', ...Object.keys(PERMISSIONS)];
  const rows = requestRows(requests).toSorted(
    (a, b) => order.indexOf(a[2] ?? '') - order.indexOf(b[2] ?? ''),
  );
  const permissions = table(
    ['permission', 'lets its holder', ...KEY_ROLES],
    (Object.keys(PERMISSIONS) as Permission[]).map(permissionRow),
  );
  const expected = `${permissions}\n${table(['method', 'URL', 'permission'], rows)}`;
  const page = readPage(PAGE);
  if (process.env['RECORD_ANSWERS'] === 'true') {
    writeFileSync(
      join(ROOT, PAGE),
      page.replace(TABLES, () => expected),
    );
    return;
  }
  expect(TABLES.exec(page)?.[0]).toBe(expected);
});
