import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { countryName } from '../../src/domain/countries/countries.ts';
import { generateEvents } from '../bench/generate-events.ts';
import { expectAccessible, openSite, type Site, testAccessibility, visitsTo, WAIT_MS_MAX } from './visit.ts';

const EVENTS = 600;
const PAGES = [
  '/countries/US',
  '/topics/trade',
  '/relations/CN/US',
  '/countries/US?from=zz&roles=x',
  '/compare?countries=CN,US,PK',
  '/compare?countries=Nowhere',
  '/countries/US/facets',
  '/countries/US?asOf=300',
  '/relations',
  '/contradictions?state=all',
  '/search?q=rare+earths',
  '/search?q=nothing-of-the-kind',
];

const DENIED = 'shipment-ussm-samples-2025';

/** A spokesperson denies the shipment of the sample data; one agency relays it, and a newspaper prints that. */
const denial = {
  type: 'BriefingHeld',
  stream: 'briefing-china-mfa-2025-10-14',
  occurred: '2025-10-14',
  data: {
    institution: { name: 'Foreign Ministry of China', kind: 'government-body', country: 'CN' },
    format: 'regular',
    statements: [
      {
        key: 'no-such-samples',
        speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
        speechAct: 'reject',
        text: [{ language: 'en', value: 'There were no such samples.' }],
        quoted: 'paraphrase',
        about: [DENIED],
        attribution: [
          { name: 'Lin Jian', kind: 'person', country: 'CN' },
          { name: 'Xinhua', kind: 'media' },
          { name: 'Dawn', kind: 'media' },
        ],
      },
      {
        key: 'nor-any-other',
        speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
        speechAct: 'reject',
        text: [{ language: 'en', value: 'Nor were there any other.' }],
        quoted: 'paraphrase',
        about: [DENIED],
        attribution: [
          { name: 'Reuters', kind: 'media' },
          { name: 'Dawn', kind: 'media' },
        ],
      },
    ],
  },
  sources: [{ outlet: 'Dawn', url: 'https://www.dawn.com/news/3' }],
};

let site: Site;

beforeAll(async () => {
  site = await openSite();
  const response = await fetch(`${site.server.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: [...generateEvents(EVENTS), denial].map((event) => JSON.stringify(event)).join('\n'),
  });
  expect(await response.text()).toContain(`"recorded":${EVENTS + 1}`);
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

/** WCAG 2.2, 2.5.8. */
const TARGET_PX = 24;

/** Returns the height of the lowest link to an event. */
function lowestHeadline(page: Page): Promise<number> {
  return page.evaluate(
    'Math.min(...[...document.querySelectorAll(".headline a")].map((a) => a.getBoundingClientRect().height))',
  );
}

describe('a timeline', () => {
  for (const [width, height, entries] of [
    [1440, 900, 8],
    [390, 844, 3],
  ] as const) {
    inBrowser(
      `shows ${entries} entries on the first screen, with headlines that can be hit, ${width} pixels wide`,
      async (page) => {
        for (const url of ['/countries/IN', '/topics/trade', '/relations/CN/US', '/actors/cn~lin-jian']) {
          await page.goto(url);
          expect([url, (await entriesOnScreen(page)) >= entries]).toEqual([url, true]);
          expect([url, (await lowestHeadline(page)) >= TARGET_PX]).toEqual([url, true]);
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

  inBrowser('shows all counts of a filter that is set, and 0 where no entry has a value', async (page) => {
    const relays = page.getByLabel('Relayed by, the most frequent').getByRole('link');
    await page.goto(`/statements?about=${DENIED}&relay=Xinhua`);
    await page.locator('details.filter summary').first().click();
    await relays.first().waitFor();
    expect(await relays.allTextContents()).toEqual(expect.arrayContaining(['Reuters', 'Xinhua']));
    await page.goto('/countries/US?types=MouSigned');
    await page.locator('details.filter summary').first().click();
    await page.locator('label:has(input[value="BriefingHeld"]) .count').waitFor();
    const boxes = page.locator('label:has(input[name="speechActs"])');
    expect(await boxes.count()).toBeGreaterThan(0);
    expect(new Set(await boxes.locator('.count').allTextContents())).toEqual(new Set(['0']));
  });

  inBrowser('shows in its filter how many entries each value has', async (page) => {
    await page.goto('/countries/CN');
    const answer = await fetch(`${site.server.url}/countries/CN/facets`);
    const { facets } = (await answer.json()) as {
      facets: Record<string, readonly { value: string; count: number }[]>;
    };
    await page.locator('details.filter summary').first().click();
    const briefings = facets['types']?.find(({ value }) => value === 'BriefingHeld')?.count;
    await page.getByLabel(`Briefing ${briefings}`, { exact: true }).waitFor();
    expect(await page.getByLabel('Topic defined 0', { exact: true }).count()).toBe(1);
    await expectAccessible(page);
    const countries = page.getByLabel('Countries, the most frequent').getByRole('listitem');
    const listed = (await countries.allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim());
    const [, most] = facets['countries'] ?? [];
    expect(listed.some((text) => text.startsWith('China '))).toBe(false);
    expect(listed[0]).toBe(`${countryName(most?.value ?? '')} ${most?.count}`);
    const relays = page.getByLabel('Relayed by, the most frequent').getByRole('listitem');
    const [, relayed] = /Xinhua\s+(\d+)/.exec((await relays.allTextContents()).join(' ')) ?? [];
    await relays.getByRole('link', { name: 'Xinhua' }).click();
    await page.waitForURL('**/countries/CN?relay=Xinhua');
    expect(await page.locator('#list-title').innerText()).toMatch(`${relayed} entries`);
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

describe('the results of a search', () => {
  inBrowser('have beside them what they can be narrowed by', async (page) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto('/search?q=trade');
    const counts = page.locator('.search-counts');
    const [entries, beside] = [await page.locator('.entries').boundingBox(), await counts.boundingBox()];
    expect(beside?.x).toBeGreaterThan((entries?.x ?? 0) + (entries?.width ?? 0));
    expect(beside?.y).toBeLessThan(900);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('link', { name: 'Narrow it down' }).click();
    await page.locator('.search-counts:focus').waitFor();
    const briefings = counts.getByRole('listitem').filter({ hasText: 'Briefing' });
    const [, found] = /(\d+)\s*$/.exec((await briefings.textContent()) ?? '') ?? [];
    await briefings.getByRole('link').click();
    await page.waitForURL('**/search?q=trade&types=BriefingHeld');
    expect(await page.locator('#entries-title').innerText()).toMatch(`${found} entr`);
  });
});

describe('a denial', () => {
  for (const javaScriptEnabled of [true, false]) {
    inBrowser(
      `is found by its words, with who relayed it, ${javaScriptEnabled ? 'with' : 'without'} scripts`,
      async (page) => {
        await page.goto('/search');
        await page.getByLabel('A country, topic or actor').fill('"no such samples"');
        await page.getByRole('button', { name: 'Search' }).click();
        await page.waitForURL('**/search?q=*');
        expect(await page.locator('.entry').count()).toBe(1);
        expect(await page.locator('mark').first().innerText()).toBe('no such samples');
        expect(await page.locator('.entry .facts').innerText()).toContain(
          'Lin Jian, as relayed by Xinhua, in Dawn',
        );
        await page.getByRole('link', { name: 'who relayed them' }).click();
        await page.waitForURL('**/statements?q=*');
        expect(await page.locator('.entry').innerText()).toMatch(/Lin Jian \(China\) rejects/);
        await page.locator('.entry .facts a', { hasText: DENIED }).click();
        await page.waitForURL(`**/streams/${DENIED}`);
        const claim = page.locator('.claim', { hasText: 'There were no such samples.' });
        const steps = await claim.locator('.chain > li').allInnerTexts();
        expect(steps.map((step) => step.replace(/\s+/g, ' '))).toEqual([
          'Speaker Lin Jian (China)',
          'Relay Xinhua',
          'Outlet Dawn',
        ]);
      },
      { javaScriptEnabled },
    );
  }
});

describe('the pages of timelines with many entries', () => {
  for (const [width, colorScheme] of [
    [1440, 'light'],
    [320, 'dark'],
  ] as const) {
    testAccessibility(inBrowser, PAGES, { width, colorScheme });
  }
});
