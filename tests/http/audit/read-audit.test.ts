import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { AccessRole } from '../../../src/access/permissions.ts';
import type { NewAuditEntry } from '../../../src/audit/audit-entry.ts';
import { entryHash, FIRST_HASH } from '../../../src/audit/entry-text.ts';
import { exportEntry, refusalEntry } from '../../audit/audit-entries.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask } from '../support/client.ts';

const ENTRIES = 7;
const HOSTILE = '/x\r\n2026-11-26 forged\u001b[31m<script>alert(1)</script>\u202e';

let chancery: Harness;
let role: AccessRole = 'auditor';

const at = (minute: number) => `2026-11-26T08:0${minute}:00.000Z`;
const recorded: readonly NewAuditEntry[] = Array.from({ length: ENTRIES }, (_, minute) => ({
  ...(minute % 2 === 0 ? exportEntry() : refusalEntry('192.0.2.7')),
  principal: { name: minute < 3 ? 'desk' : 'wire', authenticatedBy: 'key' },
  at: at(minute),
}));

beforeAll(async () => {
  chancery = await startHarness(undefined, {}, false, {
    authenticate: async () => {
      const authenticatedBy = role === 'visitor' ? 'public' : 'key';
      return { name: 'auditor', role, scope: [], authenticatedBy };
    },
  });
  for (const entry of recorded) chancery.audit.record(entry);
});

beforeEach(() => {
  role = 'auditor';
});

afterAll(() => chancery.close());

const read = (query: string, accept = 'application/json') =>
  ask(chancery.url, `/audit${query}`, { headers: { accept } });

/** The numbers of the entries that were recorded before the tests. */
async function numbersOf(query: string): Promise<readonly number[]> {
  const { json } = await read(query);
  return json.entries.map(({ number }: { number: number }) => number).filter((n: number) => n <= ENTRIES);
}

describe('GET /audit', () => {
  test('lists the entries, the newest first, and is not cached', async () => {
    const { status, headers, json } = await read('?to=2027-01-01T00:00:00Z');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(json).toMatchObject({ next: null });
    expect(json.entries.at(-1)).toEqual({ number: 1, ...recorded[0], hash: expect.any(String) });
    expect(await numbersOf('?order=desc')).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  test.each([
    ['principal=desk', [1, 2, 3]],
    ['action=refusal&principal=wire', [4, 6]],
    [`from=${at(2)}&to=${at(4)}`, [3, 4]],
    ['from=2026-11-26T09:03:00%2B01:00&action=export', [5, 7]],
    ['principal=nobody', []],
    ['principal=&action=all&from=&to=', [1, 2, 3, 4, 5, 6, 7]],
  ])('filters by %s', async (query, numbers) => {
    expect(await numbersOf(`?order=asc&${query}`)).toEqual(numbers);
  });

  test.each(['asc', 'desc'])('pages with a cursor and a link, order %s', async (order) => {
    const numbers: number[] = [];
    let url = `/audit?limit=2&order=${order}&to=${at(6)}`;
    for (;;) {
      const { json, headers } = await ask(chancery.url, url);
      numbers.push(...json.entries.map(({ number }: { number: number }) => number));
      if (json.next === null) break;
      url = /<([^>]+)>; rel="?next/.exec(String(headers['link']))?.[1] ?? '';
      expect(new URL(url, chancery.url).searchParams.get('cursor')).toBe(json.next);
      url = url.replace(chancery.url, '');
    }
    expect(order === 'asc' ? numbers : numbers.reverse()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each([
    ['action=everything', 'action'],
    ['from=yesterday', 'from'],
    ['to=2026-02-30T00:00:00Z', 'to'],
    ['limit=0', 'limit'],
    ['order=up', 'order'],
    ['cursor=xyz', 'cursor'],
    ['user=desk', 'user'],
  ])('refuses %s, and names the parameter', async (query, parameter) => {
    const { status, json } = await read(`?${query}`);
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ parameter }]);
  });

  test('refuses the cursor of another audit log', async () => {
    const other = await startHarness();
    try {
      for (const entry of recorded) other.audit.record({ ...entry, target: '/other' });
      const { json } = await ask(other.url, '/audit?limit=2');
      expect((await read(`?cursor=${json.next}`)).status).toBe(400);
    } finally {
      await other.close();
    }
  });

  test.each([
    ['auditor', 200],
    ['admin', 200],
    ['visitor', 401],
    ['reader', 403],
    ['recorder', 403],
    ['curator', 403],
    ['operator', 403],
  ] as const)('answers a principal with the role %s with %d', async (as, status) => {
    role = as;
    for (const path of ['/audit', '/audit.csv', '/audit.ndjson']) {
      expect((await ask(chancery.url, path)).status).toBe(status);
    }
  });
});

describe('A downloaded audit log', () => {
  test('as NDJSON has every entry, and lets its chain be checked', async () => {
    const { text } = await read('.ndjson?order=asc');
    const lines = text.trim().split('\n');
    let hash = FIRST_HASH;
    for (const [index, line] of lines.entries()) {
      const [, number, stored, stated] = /^\{"number":(\d+),(.*),"hash":"(\w{64})"\}$/.exec(line) ?? [];
      expect(Number(number)).toBe(index + 1);
      hash = entryHash(hash, `{${stored}}`);
      expect(stated).toBe(hash);
    }
    expect(lines.length).toBeGreaterThanOrEqual(ENTRIES);
  });

  test('as CSV has a row for each entry that matches', async () => {
    const { text } = await read('.csv?order=asc&principal=wire');
    const rows: Record<string, string>[] = parse(text, { columns: true, bom: true });
    expect(rows.map(({ number }) => number)).toEqual(['4', '5', '6', '7']);
    expect(rows[0]).toMatchObject({
      at: at(3),
      action: 'refusal',
      principal: 'wire',
      authenticated_by: 'key',
      address: '192.0.2.7',
      details: '{"code":"not-permitted"}',
    });
  });
});

describe('What a client sends', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const ACTIVE = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202e]/;

  test('neither adds a line to the audit log nor acts on the page or the terminal that shows it', async () => {
    chancery.audit.record(exportEntry({ target: HOSTILE, query: '?x=\u001b]0;t\u0007\n=1+1' }));
    for (const [path, accept] of [
      ['', 'application/json'],
      ['', 'text/html'],
      ['.csv', '*/*'],
      ['.ndjson', '*/*'],
    ] as const) {
      const { text } = await read(path, accept);
      expect(text).not.toMatch(ACTIVE);
      expect(text).not.toMatch(/^2026-11-26 forged/m);
      expect(text).toContain('forged');
    }
    const { text } = await read('', 'text/html');
    expect(text).not.toContain('<script>alert');
  });

  test('is shortened', async () => {
    chancery.audit.record(exportEntry({ target: `/${'a b '.repeat(5_000)}` }));
    const { json } = await read('?limit=1');
    expect(json.entries[0].target.length).toBeLessThan(1_100);
  });

  test('as a password or a key is masked', async () => {
    const key = `chancery_key_0123456789ab_${'5e'.repeat(32)}`;
    await ask(chancery.url, `/audit.csv?principal=${key}`);
    const { text } = await read('.ndjson');
    expect(text).toContain('?principal=chancery_key_0123456789ab_***');
    expect(text).not.toContain('5e5e5e');
  });
});

describe('The page of the audit log', () => {
  test('shows entries, a filter with its values, and links to the downloads', async () => {
    const { text } = await read('?principal=wire&action=refusal&limit=1', 'text/html');
    expect(text).toContain('Refused');
    expect(text).toContain('not-permitted');
    expect(text).toMatch(/name="principal"[^>]*value="wire"/);
    expect(text).toMatch(/<option value="refusal" selected>/);
    expect(text).toMatch(/href="\/audit\.csv\?[^"]*principal=wire/);
    expect(text).toMatch(/href="\/audit\?[^"]*cursor=/);
  });

  test('of a query that is refused shows the form with what was typed, and what is wrong', async () => {
    const { status, text } = await read('?principal=wire&from=soon', 'text/html');
    expect(status).toBe(400);
    expect(text).toMatch(/name="principal"[^>]*value="wire"/);
    expect(text).toMatch(
      /name="from"[^>]*value="soon"[^>]*aria-describedby="hint-from error-from" aria-invalid="true"/,
    );
    expect(text).toContain('<a href="#f-from">From</a>: <span dir="auto">Expected an instant');
    expect(text).not.toContain('class="entries"');
  });
});
