import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import { startChromium } from './chromium.ts';

/** Generous limits for a loaded machine. Every wait is for a condition and ends as soon as it holds. */
export const WAIT_MS_MAX = 60_000;
export const TEST_MS_MAX = 300_000;

/** A server with the sample data, and a browser if one is installed. */
export interface Site {
  readonly browser: Browser | undefined;
  readonly server: RunningServer;
  readonly dataDir: string;
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  const browser = await startChromium();
  const dataDir = await mkdtemp(join(tmpdir(), 'chancery-browser-'));
  const server = await startServer(dataDir);
  await server.waitForOutput(/SAMPLE/);
  const close = async (): Promise<void> => {
    await browser?.close();
    await server.stop();
    await rm(dataDir, { recursive: true });
  };
  return { browser, server, dataDir, close };
}

export type VisitTest = (
  name: string,
  body: (page: Page) => Promise<void>,
  options?: BrowserContextOptions,
) => void;

/**
 * Returns a function that defines a test in a new browser context. The test also fails if a script throws, the content
 * security policy blocks something, or the page requests anything from another server.
 */
export function visitsTo(site: () => Site): VisitTest {
  return (name, body, options = {}) => {
    test(
      name,
      async () => {
        const { browser, server } = site();
        if (browser === undefined) return;
        const context = await browser.newContext({ baseURL: server.url, ...options });
        try {
          const page = await context.newPage();
          page.setDefaultTimeout(WAIT_MS_MAX);
          const problems = collectProblems(page, server.url);
          await body(page);
          expect(problems).toEqual([]);
        } finally {
          await context.close();
        }
      },
      TEST_MS_MAX,
    );
  };
}

/** Defines a test that each of the pages passes axe in a window of this width. */
export function testAccessibility(
  inBrowser: VisitTest,
  pages: readonly string[],
  { width, colorScheme }: { readonly width: number; readonly colorScheme: 'light' | 'dark' },
): void {
  inBrowser(
    `pass axe, ${width} pixels wide, ${colorScheme}`,
    async (page) => {
      for (const url of pages) {
        await page.goto(url);
        await expectAccessible(page);
      }
    },
    { viewport: { width, height: 800 }, colorScheme, bypassCSP: true },
  );
}

function collectProblems(page: Page, url: string): readonly string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('dialog', (dialog) => problems.push(`dialog: ${dialog.message()}`));
  page.on('console', (message) => {
    if (/Security Policy|Trusted|Refused/i.test(message.text())) problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) problems.push(request.url());
  });
  return problems;
}

/**
 * Runs in the page. Axe leaves out the size of targets, which WCAG 2.2 has, unless it is told to check it. It describes
 * only the elements that violate a rule, which is much faster than to describe all.
 */
const RUN_AXE = `axe.run({
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
}).then(({ violations, passes }) => ({
  violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' ')),
  hasChecked: passes.length > 10,
}))`;

/** Opens all details of the page, and expects that axe finds nothing and that the page fits the width of the window. */
export async function expectAccessible(page: Page): Promise<void> {
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.waitForLoadState('load');
  await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
  await page.evaluate(await readFile(axe, 'utf8'));
  const result = await page.evaluate(RUN_AXE);
  const url = page.url();
  expect([url, result, await isTooWide(page)]).toEqual([url, { violations: [], hasChecked: true }, false]);
}

/** Resolves to true if the page has to be scrolled sideways. */
export async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > innerWidth');
}
