import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { mou, shipment } from '../append/sent-events.ts';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import { startChromium } from './chromium.ts';

/** Of everything that is read, where it is in the window and what it says; and all that has moved by itself. */
const LOOK = `({
  text: [...document.querySelectorAll('h1, h2, h3, .extent, .entry, figure, .pages')].map((part) => {
    const { x, y, width, height } = part.getBoundingClientRect();
    return [part.textContent, x, y, width, height];
  }),
  scrolled: scrollY,
  shifts: window.shifts,
})`;
const WATCH_SHIFTS = `
  window.shifts = [];
  new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value)))
    .observe({ type: 'layout-shift', buffered: true });`;

let browser: Browser | undefined;
let server: RunningServer;
let dataDir: string;

beforeAll(async () => {
  browser = await startChromium();
}, 60_000);
afterAll(() => browser?.close());

/** A window on a server of its own, in which twenty shipments are recorded. */
function inWindow(
  name: string,
  body: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
): void {
  test(name, async () => {
    if (browser === undefined) return;
    dataDir = await mkdtemp(join(tmpdir(), 'chancery-live-news-'));
    server = await startServer(dataDir, ['--empty']);
    const context = await browser.newContext({ baseURL: server.url, ...options });
    try {
      await record(mou);
      for (let day = 10; day < 30; day += 1) await record({ ...shipment, occurred: `2025-10-${day}` });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await page.addInitScript(WATCH_SHIFTS);
      await body(page);
    } finally {
      await context.close();
      await server.stop();
      await rm(dataDir, { recursive: true });
    }
  }, 60_000);
}

/** As another window would; settles when the timelines have it. */
async function record(event: object): Promise<string> {
  const answer = await fetch(`${server.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  expect(answer.status).toBe(201);
  const [recorded] = ((await answer.json()) as { events: { position: string }[] }).events;
  const position = recorded?.position ?? '';
  for (const path of ['/countries/PK', '/mous/unknown', '/topics/rare-earths']) {
    await fetch(`${server.url}${path}?after=${position}`);
  }
  return position;
}

const news = (page: Page) => page.locator('.news a');
const told = (page: Page, words: string) => page.locator('.news a', { hasText: words }).waitFor();
const path = (page: Page) => page.url().slice(server.url.length);
const entries = (page: Page) => page.locator('.entry').count();

describe('A page of a timeline', () => {
  inWindow('tells what is new without moving what is read, and shows it on demand', async (page) => {
    await page.goto('/countries/PK');
    await page.locator('.entry').nth(15).scrollIntoViewIfNeeded();
    const before = await page.evaluate(LOOK);
    await record({ ...shipment, occurred: '2024-01-01' });
    await told(page, '1 new, show');
    await record({ ...mou, stream: undefined, occurred: '2026-01-01' });
    await told(page, '2 new, show');
    expect(await page.evaluate(LOOK)).toEqual(before);
    expect(before).toMatchObject({ shifts: [] });
    expect(await news(page).isVisible()).toBe(true);
    expect(await page.locator('.news').getAttribute('role')).toBe('status');
    await news(page).click();
    await page.locator('.entry', { hasText: '1 January 2024' }).waitFor();
    expect([path(page), await entries(page), await news(page).count()]).toEqual(['/countries/PK', 23, 0]);
    // then: the page that is shown now knows of these, and waits for more
    await record({ ...shipment, occurred: '2024-01-02' });
    await told(page, '1 new, show');
  });

  inWindow('tells what its filter lets through, and shows it from the first page on', async (page) => {
    await page.goto('/countries/PK?types=ShipmentAnnounced,MouSigned&from=2025-10-11&limit=5&order=desc');
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.waitForURL('**cursor=**');
    await record(shipment);
    await record({ ...mou, stream: undefined });
    await record({ ...shipment, occurred: '2025-10-20' });
    await told(page, '2 new, show');
    await news(page).click();
    await page.getByRole('link', { name: 'First page' }).waitFor({ state: 'detached' });
    expect(path(page)).toBe(
      '/countries/PK?types=ShipmentAnnounced,MouSigned&from=2025-10-11&limit=5&order=desc',
    );
  });

  inWindow('is any page of a timeline of the present, and no page of the past', async (page) => {
    for (const address of [
      '/topics/rare-earths',
      '/relations/PK/US',
      `/mous/${mou.stream}`,
      '/statements',
      '/mous/unknown',
    ]) {
      const asked = page.waitForRequest((request) => request.resourceType() === 'eventsource');
      await page.goto(address);
      const answer = await (await asked).response();
      expect([answer?.status(), answer?.url()]).toEqual([
        200,
        expect.stringMatching(`${address}/live\\?after=\\d+$`),
      ]);
    }
    await page.goto('/countries/PK?asOf=3');
    expect(await page.locator('.news').count()).toBe(0);
  });

  inWindow('lets go while it is left, and catches up when it is there again', async (page) => {
    await page.goto('/countries/PK');
    const first = await record(shipment);
    await told(page, '1 new, show');
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    await record({ ...shipment, occurred: '2024' });
    const again = page.waitForRequest((request) => request.resourceType() === 'eventsource');
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    expect((await again).url()).toBe(`${server.url}/countries/PK/live?after=${first}`);
    await told(page, '2 new, show');
  });

  inWindow('goes on when the server was started again', async (page) => {
    await page.goto('/countries/PK');
    await record(shipment);
    await told(page, '1 new, show');
    await server.stop();
    server = await startServer(dataDir, ['--empty', '--port', new URL(server.url).port]);
    await record({ ...shipment, occurred: '2024' });
    await told(page, '2 new, show');
  });

  inWindow(
    'gives axe nothing to complain of, and fits, with news on it',
    async (page) => {
      await page.goto('/countries/PK');
      await record(shipment);
      await told(page, '1 new, show');
      const file = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
      await page.evaluate(await readFile(file, 'utf8'));
      const found = 'axe.run().then(({ violations }) => violations.map(({ id }) => id))';
      expect(await page.evaluate(found)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
    },
    { viewport: { width: 360, height: 800 }, colorScheme: 'dark', bypassCSP: true },
  );

  inWindow(
    'keeps no place for it without scripts',
    async (page) => {
      await page.goto('/countries/PK');
      expect(await entries(page)).toBe(21);
      expect(await page.locator('.news').isVisible()).toBe(false);
    },
    { javaScriptEnabled: false },
  );
});
