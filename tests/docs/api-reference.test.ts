import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Harness, startHarness } from '../harness.ts';
import { type Answer, ask } from '../http/support/client.ts';
import { apiDocument } from '../http/support/openapi-document.ts';

const run = promisify(execFile);
const SAMPLE = 'src/sample/rare-earths-2025.ndjson';
/**
 * The harness has no rebuilds and no identity provider, and lets nobody embed. The sample has no shipments without an
 * agreement. Some ids are for the reader to give.
 */
const REFUSED = /\/rebuild['?]|\/oembed\?|\/mous\/unknown\/time(?:gate|map)[?']|\/sign-in\/oidc|\{/;

let chancery: Harness;
let page: Answer;

beforeAll(async () => {
  chancery = await startHarness();
  const headers = { 'content-type': 'application/x-ndjson' };
  const sent = { method: 'POST', headers, body: readFileSync(SAMPLE) };
  const lines = (await ask(chancery.url, '/events', sent)).text.trim().split('\n');
  const { position } = JSON.parse(lines.at(-2) ?? '');
  for (const projection of Object.values(chancery.projections)) await projection.waitFor(position, 10_000);
  page = await ask(chancery.url, '/docs/api', { headers: { accept: 'text/html' } });
});
afterAll(() => chancery.close());

function decoded(markup: string): string {
  return markup
    .replace(/&#(\d+);/g, (_reference, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

function commands(): readonly string[] {
  const blocks = [...page.text.matchAll(/<pre tabindex="0"><code>(.*?)<\/code><\/pre>/gs)];
  return blocks.map(([, command = '']) => decoded(command));
}

describe('/docs/api', () => {
  test('shows every operation, and the objects that answers consist of', async () => {
    const { paths, components } = await apiDocument();
    const ids = Object.values(paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    const objects = Object.keys(components.schemas).filter((name) => !name.startsWith('Event.'));
    const anchors = [...ids, ...objects.map((name) => `object-${name}`)];
    expect(page.status).toBe(200);
    expect(anchors.filter((anchor) => !page.text.includes(`id="${anchor}"`))).toEqual([]);
  });

  test('links to anchors that it has', () => {
    const targets = [...page.text.matchAll(/href="#([^"]+)"/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(50);
    expect(targets.filter((target) => !page.text.includes(`id="${target}"`))).toEqual([]);
  });

  test('runs no script but the one of all pages', () => {
    expect(page.text).not.toMatch(/<script(?! type="module" src="\/assets\/keyboard)/);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  });

  test('shows commands that succeed on this server', async () => {
    const shown = commands().filter((command) => command.startsWith('curl -s'));
    expect(shown.length).toBeGreaterThan(35);
    const failed: string[] = [];
    for (const command of shown) {
      const stops = command.includes(' -N ') ? ' --max-time 1 || true' : '';
      const report = ` -o /dev/null -w '%{http_code}'${stops}`;
      const { stdout: status } = await run('bash', ['-c', command + report]);
      if (!/^[23]/.test(status) && !REFUSED.test(command)) failed.push(`${status} ${command}`);
    }
    expect(failed).toEqual([]);
  });

  test('has links and forms that a browser can follow', async () => {
    const links = [...page.text.matchAll(/<a href="([^"]+)">Open /g)].map(([, href = '']) => decoded(href));
    const forms = [
      ...page.text.matchAll(/<form class="trial" method="get" action="([^"]+)">(.*?)<\/form>/gs),
    ].map(([, action = '', fields = '']) => {
      const inputs = [...fields.matchAll(/<input [^>]*name="([^"]+)" value="([^"]*)"/g)];
      const chosen = [...fields.matchAll(/name="([^"]+)">.*?<option selected>([^<]*)</gs)];
      const pairs = [...inputs, ...chosen].map(([, name = '', value = '']): [string, string] => [
        name,
        decoded(value),
      ]);
      return `${decoded(action)}?${new URLSearchParams(pairs)}`;
    });
    expect([links.length > 20, forms.length > 10]).toEqual([true, true]);
    const headers = { accept: 'text/html, */*;q=0.8' };
    for (const path of [...links, ...forms].filter((each) => !REFUSED.test(`${each}'`))) {
      const { status } = await ask(chancery.url, path, { headers });
      expect([path, [200, 302, 308].includes(status)]).toEqual([path, true]);
    }
  });

  test('is not sent again to a client that has it', async () => {
    const headers = { 'if-none-match': String(page.headers.etag) };
    expect((await ask(chancery.url, '/docs/api', { headers })).status).toBe(304);
  });

  test('is found from the other pages of the manual', async () => {
    const { text } = await ask(chancery.url, '/docs/http-api', { headers: { accept: 'text/html' } });
    expect(text).toContain('<a href="/docs/api">API reference</a>');
  });
});
