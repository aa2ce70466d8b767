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

const HTML = { headers: { accept: 'text/html' } };

let chancery: Harness;
let index: Answer;
/** The pages of the areas and of the objects, by their paths. */
let pages: ReadonlyMap<string, Answer>;

beforeAll(async () => {
  chancery = await startHarness();
  const headers = { 'content-type': 'application/x-ndjson' };
  const sent = { method: 'POST', headers, body: readFileSync(SAMPLE) };
  const lines = (await ask(chancery.url, '/events', sent)).text.trim().split('\n');
  const { position } = JSON.parse(lines.at(-2) ?? '');
  for (const projection of Object.values(chancery.projections)) await projection.waitFor(position, 10_000);
  index = await ask(chancery.url, '/docs/api', HTML);
  const paths = [...index.text.matchAll(/<h2 id="[^"]+"><a href="([^"]+)"/g)].map(([, path = '']) => path);
  pages = new Map(
    await Promise.all(paths.map(async (path) => [path, await ask(chancery.url, path, HTML)] as const)),
  );
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

/** The markup of all pages but the index. */
function reference(): string {
  return [...pages.values()].map(({ text }) => text).join('\n');
}

function commands(): readonly string[] {
  const blocks = [...reference().matchAll(/<pre tabindex="0"><code>(.*?)<\/code><\/pre>/gs)];
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
    expect([index, ...pages.values()].map(({ status }) => status)).toEqual(Array(pages.size + 1).fill(200));
    expect(anchors.filter((anchor) => !reference().includes(`id="${anchor}"`))).toEqual([]);
    expect(ids.filter((id) => !index.text.includes(`#${id}"`))).toEqual([]);
  });

  test('has pages of a size that a phone can show', () => {
    for (const [path, { text }] of pages) expect([path, text.length < 1_000_000]).toEqual([path, true]);
  });

  test('links to anchors that it has', () => {
    const links = [index, ...pages.values()].flatMap(({ text }) => [
      ...text.matchAll(/href="(\/docs\/api\/[^"#]+)#([^"]+)"/g),
    ]);
    expect(links.length).toBeGreaterThan(200);
    const isBroken = ([, path = '', id]: RegExpMatchArray) => !pages.get(path)?.text.includes(`id="${id}"`);
    expect(links.filter(isBroken).map(([link]) => link)).toEqual([]);
    for (const { text } of pages.values()) {
      const own = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id = '']) => id);
      expect(own.filter((id) => !text.includes(`id="${id}"`))).toEqual([]);
    }
  });

  test('says once which errors all operations of an area answer with', () => {
    const [own = '', common = ''] = (pages.get('/docs/api/removal')?.text ?? '').split(
      '<h2 id="common-errors">',
    );
    const has = (text: string) => [200, 429].map((status) => text.includes(`<code>${status}</code>`));
    expect([has(own), has(common)]).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  test('shows every answer of an operation that is alone in its area', () => {
    const text = pages.get('/docs/api/search')?.text ?? '';
    expect(text.includes('common-errors')).toBe(false);
    const isShown = (status: number) => text.includes(`<code>${status}</code>`);
    expect([200, 302, 400, 429].map(isShown)).toEqual([true, true, true, true]);
  });

  test('has no page for an area that there is not', async () => {
    expect((await ask(chancery.url, '/docs/api/none', HTML)).status).toBe(404);
  });

  test('runs no script but the one of all pages', () => {
    expect(reference()).not.toMatch(/<script(?! type="module" src="\/assets\/keyboard)/);
    expect(index.headers['content-security-policy']).toContain("default-src 'none'");
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
    const links = [...reference().matchAll(/<a href="([^"]+)">Open /g)].map(([, href = '']) => decoded(href));
    const forms = [
      ...reference().matchAll(/<form class="trial" method="get" action="([^"]+)">(.*?)<\/form>/gs),
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
    for (const [path, { headers }] of [['/docs/api', index] as const, ...pages]) {
      const known = { headers: { 'if-none-match': String(headers.etag) } };
      expect([path, (await ask(chancery.url, path, known)).status]).toEqual([path, 304]);
    }
  });

  test('is found from the other pages of the manual', async () => {
    const { text } = await ask(chancery.url, '/docs/http-api', { headers: { accept: 'text/html' } });
    expect(text).toContain('<a href="/docs/api">API reference</a>');
  });
});
