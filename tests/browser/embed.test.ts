import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import { startChromium } from './chromium.ts';
import { expectAccessible, TEST_MS_MAX, WAIT_MS_MAX } from './visit.ts';

let browser: Browser | undefined;
/** A site of another origin, whose page has the frame that its query asks for. */
let site: Server;
let siteUrl: string;

beforeAll(async () => {
  browser = await startChromium();
  site = createServer((req, res) => {
    const src = new URL(req.url ?? '', siteUrl).searchParams.get('src') ?? '';
    res.setHeader('Content-Type', 'text/html');
    res.end(
      `<!doctype html><title>Desk</title><iframe src="${src.replaceAll('&', '&amp;')}" width="340"></iframe>`,
    );
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
}, WAIT_MS_MAX);
afterAll(async () => {
  await browser?.close();
  site.close();
});

/** Defines a test with a server of its own, whose timelines these origins may embed. */
function whenAllowed(
  name: string,
  origins: () => string,
  body: (page: Page, server: RunningServer) => Promise<void>,
  options: BrowserContextOptions = {},
): void {
  test(
    name,
    async () => {
      if (browser === undefined) return;
      const dataDir = await mkdtemp(join(tmpdir(), 'chancery-embed-'));
      const server = await startServer(dataDir, [], { variables: { EMBED_ORIGINS: origins() } });
      const context = await browser.newContext(options);
      try {
        await server.waitForOutput(/SAMPLE/);
        const page = await context.newPage();
        page.setDefaultTimeout(WAIT_MS_MAX);
        await body(page, server);
      } finally {
        await context.close();
        await server.stop();
        await rm(dataDir, { recursive: true });
      }
    },
    TEST_MS_MAX,
  );
}

const framing = (url: string): string => `${siteUrl}/?src=${encodeURIComponent(url)}`;

/** Opens a page that frames the URL, and expects that the browser refuses to show it. */
async function expectRefused(page: Page, url: string): Promise<void> {
  const refusal = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  await page.goto(framing(url));
  expect((await refusal).text()).toContain(new URL(url).origin);
}

whenAllowed(
  'a page of an origin that is allowed shows a timeline in a frame, whose links replace the page',
  () => `https://elsewhere.example ${siteUrl}`,
  async (page, server) => {
    await page.goto(framing(`${server.url}/embed/countries/PK?order=desc`));
    const frame = page.frameLocator('iframe');
    await frame.getByText('As of').last().waitFor();
    await frame.getByRole('link', { name: 'Pakistan' }).first().click();
    await page.waitForURL(`${server.url}/countries/PK?order=desc`);
    await expectRefused(page, `${server.url}/countries/PK`);
  },
);

whenAllowed(
  'no page is framed by default',
  () => '',
  async (page, server) => {
    await expectRefused(page, `${server.url}/embed/countries/PK`);
    await expectRefused(page, `${server.url}/countries/PK`);
  },
);

whenAllowed(
  'a page of another origin than those that are allowed shows no timeline',
  () => 'https://elsewhere.example',
  (page, server) => expectRefused(page, `${server.url}/embed/countries/PK`),
);

for (const colorScheme of ['light', 'dark'] as const) {
  whenAllowed(
    `the framed page is accessible and fits 320 pixels, ${colorScheme}`,
    () => '*',
    async (page, server) => {
      for (const path of [
        '/countries/PK',
        '/relations/CN/PK',
        '/statements?country=CN',
        '/mous/mou-ussm-fwo-2025',
      ]) {
        await page.goto(`${server.url}/embed${path}`);
        await expectAccessible(page);
      }
      await page.goto(`${server.url}/countries/PK`);
      await expectAccessible(page);
      expect(await page.getByLabel('Markup for a page of another site').inputValue()).toContain(
        `src="${server.url}/embed/countries/PK"`,
      );
    },
    { colorScheme, viewport: { width: 320, height: 480 } },
  );
}
