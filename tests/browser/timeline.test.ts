import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { generateEvents } from '../bench/generate-events.ts';
import { expectAccessible, openSite, type Site, visitsTo, WAIT_MS_MAX } from './visit.ts';

const EVENTS = 600;
const PAGES = [
  '/countries/US',
  '/topics/trade',
  '/relations/CN/US',
  '/countries/US?from=zz&roles=x',
  '/compare?countries=CN,US,PK',
  '/compare?countries=Nowhere',
];

let site: Site;

beforeAll(async () => {
  site = await openSite();
  const response = await fetch(`${site.server.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: [...generateEvents(EVENTS)].map((event) => JSON.stringify(event)).join('\n'),
  });
  expect(await response.text()).toContain(`"recorded":${EVENTS}`);
  const { events } = (await (await fetch(`${site.server.url}/events.json?order=desc&limit=1`)).json()) as {
    events: readonly { position: string }[];
  };
  await fetch(`${site.server.url}/countries/US?after=${events[0]?.position}`);
}, WAIT_MS_MAX);

afterAll(() => site.close());

const inBrowser = visitsTo(() => site);
const path = (page: Page) => page.url().slice(site.server.url.length);
const focused = (page: Page) => page.evaluate('document.activeElement.textContent');

/** Counts the entries that are wholly within the window. */
function entriesOnScreen(page: Page): Promise<number> {
  return page.evaluate(
    '[...document.querySelectorAll(".entry")].filter((e) => e.getBoundingClientRect().bottom <= innerHeight).length',
  );
}

describe('a timeline', () => {
  for (const [width, height, entries] of [
    [1440, 900, 8],
    [390, 844, 3],
  ] as const) {
    inBrowser(
      `shows ${entries} entries on the first screen, ${width} pixels wide`,
      async (page) => {
        for (const url of ['/countries/IN', '/topics/trade', '/relations/CN/US', '/actors/cn~lin-jian']) {
          await page.goto(url);
          expect([url, (await entriesOnScreen(page)) >= entries]).toEqual([url, true]);
        }
      },
      { viewport: { width, height } },
    );
  }

  inBrowser('is narrowed by its chart, moved along, and zoomed out again', async (page) => {
    await page.goto('/countries/US?types=MouSigned');
    await page.locator('.chart a').first().click();
    await page.waitForURL('**/countries/US?types=MouSigned&from=*');
    const narrowed = path(page);
    expect(await page.locator('.entry').count()).toBeGreaterThan(0);
    await page.locator('.range a', { hasText: '→' }).click();
    await page.waitForURL((url) => url.search !== new URL(narrowed, site.server.url).search);
    await page.locator('.range a', { hasText: '←' }).click();
    await page.waitForURL(`**${narrowed}`);
    await page.locator('.range a', { hasText: 'Zoom out' }).click();
    await page.waitForURL((url) => url.search !== new URL(narrowed, site.server.url).search);
    await page.getByRole('link', { name: 'All dates' }).click();
    await page.waitForURL('**/countries/US?types=MouSigned');
    await page.getByLabel('Remove Event types: Signing').click();
    await page.waitForURL('**/countries/US');
  });

  inBrowser('is compared with those of other countries, on one axis', async (page) => {
    await page.goto('/countries/US');
    await page.getByRole('link', { name: 'Compare with other countries' }).click();
    await page.waitForURL('**/compare?countries=US');
    await page.getByLabel('Countries', { exact: true }).fill('United States, China, Pakistan');
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.waitForURL('**/compare?countries=United+States,China,Pakistan');
    expect(await page.locator('.compared h3 a').allTextContents()).toEqual([
      'United States',
      'China',
      'Pakistan',
    ]);
    const ticks = await page
      .locator('.compared svg.chart')
      .evaluateAll((charts) =>
        charts.map((chart) =>
          [...chart.querySelectorAll('.mark')].map((mark) => mark.getAttribute('x')).join(),
        ),
      );
    expect(new Set(ticks).size).toBe(1);
    await page.locator('.compared h3 a', { hasText: 'China' }).click();
    await page.waitForURL('**/countries/CN');
  });

  inBrowser('is read by the keyboard', async (page) => {
    await page.goto('/countries/US');
    const headlines = await page.locator('.entry .headline a').allTextContents();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await focused(page)).toBe(headlines[1]);
    await page.keyboard.press('k');
    expect(await focused(page)).toBe(headlines[0]);
    const bars = await page.locator('.chart a').allTextContents();
    await page.locator('.chart a').first().focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toBe(bars[1]);
    expect(await page.locator('.chart a:not([tabindex])').count()).toBe(1);
    await page.keyboard.press('?');
    await page.locator('dialog.keys[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog.keys[open]').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.waitForURL('**/search#q');
    await page.locator('input[name="q"]:focus').waitFor();
    await page.keyboard.type('j/k?');
    expect(await page.locator('input[name="q"]').inputValue()).toBe('j/k?');
  });

  inBrowser('takes no keys from those who turn them off', async (page) => {
    await page.goto('/countries/US');
    await page.getByRole('button', { name: 'Keys' }).click();
    await page.getByLabel('Use these keys').uncheck();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.keyboard.press('j');
    expect(await page.locator('.entry :focus').count()).toBe(0);
  });

  inBrowser(
    'is narrowed by its table without scripts',
    async (page) => {
      await page.goto('/countries/US');
      await page.getByText('Show as table').click();
      await page.locator('.table tbody a').first().click();
      await page.waitForURL('**/countries/US?from=*');
      await page.getByRole('link', { name: 'All dates' }).click();
      await page.waitForURL('**/countries/US');
    },
    { javaScriptEnabled: false },
  );
});

describe('the pages of timelines with many entries', () => {
  for (const [width, colorScheme] of [
    [1440, 'light'],
    [320, 'dark'],
  ] as const) {
    inBrowser(
      `pass axe, ${width} pixels wide, ${colorScheme}`,
      async (page) => {
        for (const url of PAGES) {
          await page.goto(url);
          await expectAccessible(page);
        }
      },
      { viewport: { width, height: 800 }, colorScheme, bypassCSP: true },
    );
  }
});
