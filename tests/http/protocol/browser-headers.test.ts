import { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import helmet from 'helmet';
import { type Harness, startHarness } from '../../harness.ts';
import { ask } from '../support/client.ts';

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness();
});
afterAll(() => chancery.close());

/** What helmet sends and this server does not. */
const NOT_SENT: Readonly<Record<string, string>> = {
  'strict-transport-security': 'The proxy that does TLS sends it, as in src/docs/publishing.md.',
  'x-frame-options': 'frame-ancestors, which all browsers prefer, says more.',
  'x-download-options': 'Internet Explorer only.',
  'x-permitted-cross-domain-policies': 'Flash and old Acrobat only.',
  'x-xss-protection': 'No browser has the filter any more that it turns off.',
};

/** The headers that helmet recommends for an application that says nothing else. */
function recommended(): Readonly<Record<string, unknown>> {
  const res = new ServerResponse({ method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 } as never);
  helmet()({} as never, res, () => {});
  return res.getHeaders();
}

const directivesOf = (policy: unknown): ReadonlyMap<string, string> =>
  new Map(
    String(policy)
      .split(';')
      .map((directive) => directive.trim().split(/\s+(.*)/s, 2) as [string, string]),
  );

test('pages have each header that helmet recommends, or there is a reason', async () => {
  const { headers } = await ask(chancery.url, '/countries', { headers: { accept: 'text/html' } });
  const names = Object.keys(recommended());
  expect(names.filter((name) => headers[name] === undefined).sort()).toEqual(Object.keys(NOT_SENT).sort());
  expect(headers).toMatchObject({
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
  });
  expect(headers['x-powered-by']).toBeUndefined();
});

test('the content security policy of pages allows less than that of helmet', async () => {
  const { headers } = await ask(chancery.url, '/countries', { headers: { accept: 'text/html' } });
  const own = directivesOf(headers['content-security-policy']);
  expect(own.get('default-src')).toBe("'none'");
  const sources = [...own].filter(([name]) => name.endsWith('-src') || name === 'form-action');
  for (const [, allowed] of sources) expect(["'self'", "'none'"]).toContain(allowed);
  const others = [...directivesOf(recommended()['content-security-policy']).keys()].filter(
    (name) => !name.endsWith('-src') && !own.has(name),
  );
  // script-src stands for script-src-attr as well, and all that is loaded comes from the same server.
  expect(others).toEqual(['script-src-attr', 'upgrade-insecure-requests']);
});

test.each(['/countries/PK', '/events.ndjson', '/countries/PK.csv', '/nothing', '/openapi.json'])(
  'the data at %s cannot be framed, run or loaded by a page of another site',
  async (path) => {
    const { headers } = await ask(chancery.url, path);
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
  },
);
