import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';
import { mou, shipment } from '../append/sent-events.ts';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import { startChromium } from './chromium.ts';
import { expectAccessible, TEST_MS_MAX, WAIT_MS_MAX } from './visit.ts';

/** Text and place of everything that is read, and all layout shifts so far. */
const READ_LAYOUT = `({
  parts: [...document.querySelectorAll('h1, h2, h3, .subtitle, .entry, figure, .pager')].map((part) => {
    const { x, y, width, height } = part.getBoundingClientRect();
    return [part.textContent, x, y, width, height];
  }),
  scrolled: scrollY,
  shifts: window.shifts,
})`;
const OBSERVE_SHIFTS = `
  window.shifts = [];
  new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value)))
    .observe({ type: 'layout-shift', buffered: true });`;

let browser: Browser | undefined;
let server: RunningServer;
let dataDir: string;

beforeAll(async () => {
  browser = await startChromium();
}, WAIT_MS_MAX);
afterAll(() => browser?.close());

/** Defines a test with a server of its own that has an agreement and twenty shipments. */
function inWindow(
  name: string,
  body: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
): void {
  test(
    name,
    async () => {
      if (browser === undefined) return;
      dataDir = await mkdtemp(join(tmpdir(), 'chancery-live-updates-'));
      server = await startServer(dataDir, ['--empty']);
      const context = await browser.newContext({ baseURL: server.url, ...options });
      try {
        await add(mou);
        for (let day = 10; day < 30; day += 1) await add({ ...shipment, occurred: `2025-10-${day}` });
        const page = await context.newPage();
        page.setDefaultTimeout(WAIT_MS_MAX);
        await page.addInitScript(OBSERVE_SHIFTS);
        await body(page);
      } finally {
        await context.close();
        await server.stop();
        await rm(dataDir, { recursive: true });
      }
    },
    TEST_MS_MAX,
  );
}

/** Appends an event, as another client would, and waits until the timelines show it. Resolves to its position. */
async function add(event: object): Promise<string> {
  const response = await fetch(`${server.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  expect(response.status).toBe(201);
  const [recorded] = ((await response.json()) as { events: { position: string }[] }).events;
  const position = recorded?.position ?? '';
  for (const path of ['/countries/PK', '/mous/unknown', '/topics/rare-earths']) {
    await fetch(`${server.url}${path}?after=${position}`);
  }
  return position;
}

const badge = (page: Page) => page.locator('.live-badge a');
const badgeShows = (page: Page, text: string) => page.locator('.live-badge a', { hasText: text }).waitFor();
const path = (page: Page) => page.url().slice(server.url.length);
const entryCount = (page: Page) => page.locator('.entry').count();
const isEventStream = (request: Request) => request.resourceType() === 'eventsource';

describe('the page of a timeline', () => {
  inWindow('counts new entries without moving the page, and shows them on click', async (page) => {
    await page.goto('/countries/PK');
    await page.locator('.entry').nth(15).scrollIntoViewIfNeeded();
    const before = await page.evaluate(READ_LAYOUT);
    await add({ ...shipment, occurred: '2024-01-01' });
    await badgeShows(page, '1 new, show');
    await add({ ...mou, stream: undefined, occurred: '2026-01-01' });
    await badgeShows(page, '2 new, show');
    expect(await page.evaluate(READ_LAYOUT)).toEqual(before);
    expect(before).toMatchObject({ shifts: [] });
    expect(await badge(page).isVisible()).toBe(true);
    expect(await page.locator('.live-badge').getAttribute('role')).toBe('status');
    await badge(page).click();
    await page.locator('.entry', { hasText: '1 January 2024' }).waitFor();
    await page.waitForLoadState('load');
    expect([path(page), await entryCount(page), await badge(page).count()]).toEqual(['/countries/PK', 23, 0]);
    // then: the new page counts from its own state
    await add({ ...shipment, occurred: '2024-01-02' });
    await badgeShows(page, '1 new, show');
  });

  inWindow('counts what matches its filter, and shows it from the first page on', async (page) => {
    await page.goto('/countries/PK?types=ShipmentAnnounced,MouSigned&from=2025-10-11&limit=5&order=desc');
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.waitForURL('**cursor=**');
    await add(shipment);
    await add({ ...mou, stream: undefined });
    await add({ ...shipment, occurred: '2025-10-20' });
    await badgeShows(page, '2 new, show');
    await badge(page).click();
    await page.getByRole('link', { name: 'First page' }).waitFor({ state: 'detached' });
    expect(path(page)).toBe(
      '/countries/PK?types=ShipmentAnnounced,MouSigned&from=2025-10-11&limit=5&order=desc',
    );
  });

  inWindow('opens an event stream for the present only', async (page) => {
    const paths = [
      '/topics/rare-earths',
      '/relations/PK/US',
      `/mous/${mou.stream}`,
      '/statements',
      '/mous/unknown',
    ];
    for (const timeline of paths) {
      const request = page.waitForRequest(isEventStream);
      await page.goto(timeline);
      const response = await (await request).response();
      expect([response?.status(), response?.url()]).toEqual([
        200,
        expect.stringMatching(`${timeline}/live\\?after=\\d+\\.[0-9a-f.]+$`),
      ]);
    }
    await page.goto('/countries/PK?asOf=3');
    expect(await page.locator('.live-badge').count()).toBe(0);
  });

  inWindow('closes its event stream when it is left, and catches up when it is shown again', async (page) => {
    await page.goto('/countries/PK');
    const first = await add(shipment);
    await badgeShows(page, '1 new, show');
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    await add({ ...shipment, occurred: '2024' });
    const request = page.waitForRequest(isEventStream);
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    expect((await request).url()).toContain(`${server.url}/countries/PK/live?after=${first}.`);
    await badgeShows(page, '2 new, show');
  });

  inWindow('reconnects after a restart of the server', async (page) => {
    await page.goto('/countries/PK');
    await add(shipment);
    await badgeShows(page, '1 new, show');
    await server.stop();
    server = await startServer(dataDir, ['--empty', '--port', new URL(server.url).port]);
    await add({ ...shipment, occurred: '2024' });
    await badgeShows(page, '2 new, show');
  });

  inWindow(
    'passes axe on a small screen while the badge shows new entries',
    async (page) => {
      await page.goto('/countries/PK');
      await add(shipment);
      await badgeShows(page, '1 new, show');
      await expectAccessible(page);
    },
    { viewport: { width: 360, height: 800 }, colorScheme: 'dark', bypassCSP: true },
  );

  inWindow(
    'hides the badge without scripts',
    async (page) => {
      await page.goto('/countries/PK');
      expect(await entryCount(page)).toBe(21);
      expect(await page.locator('.live-badge').isVisible()).toBe(false);
    },
    { javaScriptEnabled: false },
  );
});
