import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { expectAccessible, openSite, type Site, visitsTo, WAIT_MS_MAX } from './visit.ts';

/** The signing and the briefing of the sample history. */
const SIGNING = '5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a01';
const BRIEFING = '5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a03';

let site: Site;

beforeAll(async () => {
  site = await openSite();
}, WAIT_MS_MAX);

afterAll(() => site.close());

const inBrowser = visitsTo(() => site);
const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();

const suggestions = (page: Page) => page.locator('[role="listbox"] [role="option"]');

/** Corrects the date of the signing, as somebody does who has found a wrong one while reading. */
async function correctDate(page: Page, date: string, shown: string): Promise<void> {
  await page.goto(`/events/${SIGNING}`);
  await page.getByRole('link', { name: 'Correct', exact: true }).click();
  await page.waitForURL('**/record/corrections/*');
  await field(page, '/data/occurred').fill(date);
  await field(page, '/data/reason').fill('The minutes have the other day.');
  await field(page, '/sources/0/outlet').fill('Minutes');
  await press(page, 'Preview');
  await page.locator('.preview .differences').waitFor();
  expect(await page.locator('.preview .differences tbody').innerText()).toContain(date.slice(-4));
  await press(page, 'Add correction');
  await page.waitForURL('**/record/receipts/*');
  await page.locator('.receipt .headline a').click();
  await page.waitForURL(`**/events/${SIGNING}`);
  expect(await page.locator('.page-header .subtitle').innerText()).toContain(shown);
}

describe('somebody who has found a mistake', () => {
  inBrowser('corrects a date on the page, which shows how it is read while typing', async (page) => {
    await page.goto(`/record/corrections/${SIGNING}`);
    await field(page, '/data/occurred').fill('mid-September 2025');
    await page.locator('output', { hasText: '2025-09-11~/2025-09-20~' }).waitFor();
    await field(page, '/data/occurred').fill('03/04/2025');
    await page.locator('output', { hasText: 'may be 2025-04-03 or 2025-03-04' }).waitFor();
    await correctDate(page, '9 September 2025', '9 September 2025');
  });

  inBrowser('corrects a date without JavaScript', (page) => correctDate(page, 'about 2025', 'about 2025'), {
    javaScriptEnabled: false,
  });

  inBrowser('takes suggestions by keyboard, which fill the fields beside', async (page) => {
    await page.goto('/record/mou');
    const party = field(page, '/data/parties/0/name');
    await party.pressSequentially('Frontier');
    await suggestions(page).first().waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await party.getAttribute('aria-activedescendant')).toBe('suggestions-0');
    await page.keyboard.press('Enter');
    expect(await party.inputValue()).toBe('Frontier Works Organization');
    expect(await field(page, '/data/parties/0/country').inputValue()).toBe('PK');

    await field(page, '/data/topics').pressSequentially('debt, critical min');
    await suggestions(page).filter({ hasText: 'critical minerals' }).click();
    expect(await field(page, '/data/topics').inputValue()).toBe('debt, critical-minerals');

    await page.goto('/record/briefing');
    await field(page, '/data/hosts').pressSequentially('چین، Pakist');
    await suggestions(page).filter({ hasText: 'Pakistan (PK)' }).click();
    expect(await field(page, '/data/hosts').inputValue()).toBe('چین، PK');

    await field(page, '/stream').pressSequentially('ussm');
    await suggestions(page).filter({ hasText: 'mou-ussm-fwo-2025' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await suggestions(page).count()).toBe(0);
  });

  inBrowser('adds several statements without asking the server', async (page) => {
    await page.goto('/record/briefing');
    const url = page.url();
    let requests = 0;
    page.on('request', (request) => {
      if (request.isNavigationRequest()) requests += 1;
    });
    await field(page, '/data/statements/0/speaker/name').fill('Lin Jian');
    for (const row of [1, 2]) {
      await press(page, 'Add statement');
      const speaker = field(page, `/data/statements/${row}/speaker/name`);
      expect(await speaker.inputValue()).toBe('');
      await field(page, `/data/statements/${row}/text/0/value`).fill(`Statement ${row}`);
    }
    const nested = page.locator('button[value="/data/statements/2/text"]');
    await nested.click();
    expect(await field(page, '/data/statements/2/text/1/value').count()).toBe(1);
    await press(page, 'Add statement');
    expect(await page.locator('button[value="/data/statements/2/text/1"]').isVisible()).toBe(true);
    expect(await page.locator('button[value="/data/statements/3/text/0"]').isVisible()).toBe(false);
    expect([requests, page.url()]).toEqual([0, url]);

    await press(page, 'Preview');
    await page.locator('.summary').waitFor();
    expect(await field(page, '/data/statements/2/text/0/value').inputValue()).toBe('Statement 2');
  });
});

describe('the pages of curation', () => {
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [320, 'dark'],
  ] as const) {
    inBrowser(
      `pass axe, ${width} pixels wide, ${colorScheme}`,
      async (page) => {
        const paths = ['corrections', 'retractions', 'sources', 'links'].map(
          (path) => `/record/${path}/${BRIEFING}`,
        );
        for (const path of [
          `/events/${BRIEFING}`,
          '/record/mou-renewed?record=mou-ussm-fwo-2025',
          ...paths,
        ]) {
          await page.goto(path);
          await expectAccessible(page);
        }
        await page.goto(`/record/corrections/${BRIEFING}`);
        await field(page, '/data/data/venue').fill(`Hall ${width}`);
        await field(page, '/data/reason').fill('The venue was missing.');
        await field(page, '/sources/0/outlet').fill('Dawn');
        await press(page, 'Preview');
        await page.locator('.preview').waitFor();
        await expectAccessible(page);
        await press(page, 'Add correction');
        await page.waitForURL('**/record/receipts/*');
        await expectAccessible(page);
      },
      { viewport: { width, height: 800 }, colorScheme, bypassCSP: true },
    );
  }
});
