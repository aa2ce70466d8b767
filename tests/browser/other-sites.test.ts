import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { mou } from '../append/sent-events.ts';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import { startChromium } from './chromium.ts';
import { TEST_MS_MAX, WAIT_MS_MAX } from './visit.ts';

/** Names that resolve to this machine: one of a hostile site, and one that it has made resolve to the server. */
const RESOLVED = '--host-resolver-rules=MAP hostile.example 127.0.0.1, MAP rebound.example 127.0.0.1';

const PATHS = ['/events.ndjson', '/countries/PK.csv', '/countries/PK/changes', '/countries/PK.ics'];

let browser: Browser | undefined;
let server: RunningServer;
let dataDir: string;
let site: Server;
/** The markup that the hostile site serves. */
let markup = '';

beforeAll(async () => {
  browser = await startChromium([RESOLVED]);
  dataDir = await mkdtemp(join(tmpdir(), 'chancery-other-sites-'));
  server = await startServer(dataDir, ['--log-level', 'debug']);
  await server.waitForOutput(/SAMPLE/);
  site = createServer((_req, res) => {
    res.setHeader('Content-Type', 'text/html');
    res.end(`<!doctype html><title>Hostile</title>${markup}`);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
}, WAIT_MS_MAX);
afterAll(async () => {
  await browser?.close();
  site.close();
  await server.stop();
  await rm(dataDir, { recursive: true });
});

/** Defines a test that is skipped without a browser. */
function inBrowser(name: string, body: (page: Page) => Promise<void>): void {
  test(
    name,
    async () => {
      const context = await browser?.newContext();
      const page = await context?.newPage();
      page?.setDefaultTimeout(WAIT_MS_MAX);
      if (page !== undefined) await body(page);
      await context?.close();
    },
    TEST_MS_MAX,
  );
}

/** Opens a page of the hostile site. */
async function visitHostile(page: Page, content: string): Promise<void> {
  markup = content;
  await page.goto(`http://hostile.example:${(site.address() as AddressInfo).port}/`);
}

const countEvents = async (): Promise<number> => {
  const text = await (await fetch(`${server.url}/events.ndjson`)).text();
  return text.trimEnd().split('\n').length;
};

inBrowser('a site whose name was made to resolve to the server reads nothing from it', async (page) => {
  const { port } = new URL(server.url);
  const response = await page.goto(`http://rebound.example:${port}/countries/PK`);
  expect(response?.status()).toBe(421);
  const read = await page.evaluate(
    `Promise.all(['/events', '/countries/PK.csv', '/search?q=a'].map(async (path) => (await fetch(path)).status))`,
  );
  expect(read).toEqual([421, 421, 421]);
});

inBrowser('a page of another site adds nothing, by a form or by a script', async (page) => {
  const before = await countEvents();
  await visitHostile(
    page,
    `<form method="post" action="${server.url}/record/mou"><button name="do" value="record">Win</button></form>`,
  );
  const options = JSON.stringify({ method: 'POST', mode: 'no-cors', body: JSON.stringify(mou) });
  const sent = await page.evaluate(
    `fetch('${server.url}/events', ${options}).then(() => 'read', () => 'blocked')`,
  );
  expect(sent).toBe('blocked');
  await server.waitForOutput(/"method":"POST","route":"\/events","status":403/, 'stderr');
  await page.getByRole('button').click();
  await page.getByText('Pages of other sites may not change data here').waitFor();
  expect(await countEvents()).toBe(before);
});

inBrowser('a page of another site loads no export in the background', async (page) => {
  const [image, script, frame, download] = PATHS.map((path) => `${server.url}${path}`);
  await visitHostile(
    page,
    `<img src="${image}"><script src="${script}"></script><iframe src="${frame}"></iframe>`,
  );
  await visitHostile(page, `<meta http-equiv="refresh" content="0; url=${download}">`);
  for (const path of PATHS)
    await server.waitForOutput(new RegExp(`"route":"${path}","status":403`), 'stderr');
});

inBrowser('people follow links of another site to pages and downloads', async (page) => {
  await visitHostile(
    page,
    `<a href="${server.url}/countries/PK.csv">Download</a> <a href="${server.url}/countries/PK">Timeline</a>`,
  );
  const downloaded = page.waitForEvent('download');
  await page.getByText('Download').click();
  expect((await downloaded).suggestedFilename()).toMatch(/\.csv$/);
  await page.getByText('Timeline').click();
  await page.waitForURL(`${server.url}/countries/PK`);
  await page.getByRole('heading', { name: 'Pakistan' }).first().waitFor();
});
