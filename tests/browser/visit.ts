import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import { startChromium } from './chromium.ts';

/** A browser, where there is one, and a server with the sample history. */
export interface Site {
  readonly browser: Browser | undefined;
  readonly server: RunningServer;
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  const browser = await startChromium();
  const dataDir = await mkdtemp(join(tmpdir(), 'chancery-browser-'));
  const server = await startServer(dataDir);
  await server.prints(/SAMPLE/);
  const close = async (): Promise<void> => {
    await browser?.close();
    await server.stop();
    await rm(dataDir, { recursive: true });
  };
  return { browser, server, close };
}

export interface Visit {
  readonly page: Page;
  /** What the browser complained of, and what it asked other hosts for. */
  readonly complaints: readonly string[];
}

export type VisitTest = (
  name: string,
  body: (visit: Visit) => Promise<void>,
  options?: BrowserContextOptions,
) => void;

/** Tests in a new window each, which fail as well when the browser has anything to complain of. */
export function visitsTo(site: () => Site): VisitTest {
  return (name, body, options = {}) => {
    test(name, async () => {
      const { browser, server } = site();
      if (browser === undefined) return;
      const context = await browser.newContext({ baseURL: server.url, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const complaints = complaintsOf(page, server.url);
      try {
        await body({ page, complaints });
        expect(complaints).toEqual([]);
      } finally {
        await context.close();
      }
    }, 60_000);
  };
}

function complaintsOf(page: Page, url: string): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('console', (message) => {
    if (/Security Policy|Trusted|Refused/i.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(request.url());
  });
  return complaints;
}

/** Runs in the page. */
const AXE_RUN = `axe.run().then(({ violations, passes }) => ({
  violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' ')),
  hasLooked: passes.length > 10,
}))`;

/** Nothing is wrong with the page as it stands, all that is folded opened, and it is no wider than the window. */
export async function expectAccessible(page: Page): Promise<void> {
  const file = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
  await page.evaluate(await readFile(file, 'utf8'));
  const found = await page.evaluate(AXE_RUN);
  const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  const address = page.url();
  expect([address, found, isWide]).toEqual([address, { violations: [], hasLooked: true }, false]);
}
