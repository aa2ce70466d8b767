import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { expectAccessible, openSite, type Site, visitsTo } from './visit.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
}, 60_000);

afterAll(() => site.close());

const inBrowser = visitsTo(() => site);

const TABS_MAX = 150;
const focused = (page: Page) => page.locator(':focus');

/** Goes there by the keyboard alone. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
  }
  throw new Error(`The keyboard does not come to ${target}`);
}

const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);

/** A select takes the first option that begins so. */
async function typeInto(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, field(page, name));
  await page.keyboard.type(text);
}

async function logged(): Promise<readonly { id: string; data: { title?: string } }[]> {
  const answer = await fetch(`${site.server.url}/events?limit=1000`);
  return ((await answer.json()) as { events: { id: string; data: { title?: string } }[] }).events;
}

/** A briefing with a country that could be two. */
async function typeBriefing(page: Page): Promise<void> {
  await typeInto(page, '/data/institution/name', 'Foreign Office');
  await typeInto(page, '/data/institution/kind', 'gov');
  await typeInto(page, '/data/institution/country', 'PK');
  await typeInto(page, '/occurred', '2025-10-14');
  await typeInto(page, '/data/host', 'Congo');
  await typeInto(page, '/data/format', 'reg');
  await typeInto(page, '/data/statements/0/speaker/name', 'Shafqat Ali Khan');
  await typeInto(page, '/data/statements/0/speaker/kind', 'per');
  await typeInto(page, '/data/statements/0/speechAct', 'rej');
  await typeInto(page, '/data/statements/0/quoted', 'not');
  await typeInto(page, '/data/statements/0/text/language', 'en');
  await typeInto(page, '/data/statements/0/text/value', 'The reports are baseless.');
  await typeInto(page, '/data/statements/0/countries:mentioned', 'China');
  await typeInto(page, '/sources/0/outlet', 'Dawn');
}

async function fillSigning(page: Page, title: string): Promise<void> {
  await page.goto('/record/mou');
  const typed = {
    '/data/title': title,
    '/data/subject': 'copper',
    '/occurred': '2025-09-08',
    '/data/parties/0/name': 'One',
    '/data/parties/1/name': 'Other',
    '/sources/0/outlet': 'Dawn',
  };
  for (const [name, text] of Object.entries(typed)) await field(page, name).fill(text);
  await field(page, '/data/instrument').selectOption('treaty');
  for (const row of [0, 1]) await field(page, `/data/parties/${row}/kind`).selectOption('company');
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

describe('A recorder', () => {
  for (const javaScriptEnabled of [true, false]) {
    inBrowser(
      `records a briefing with the keyboard, scripts ${javaScriptEnabled ? 'on' : 'off'}`,
      async ({ page }) => {
        await page.goto('/');
        await tabTo(page, page.getByRole('link', { name: 'Record', exact: true }));
        await page.keyboard.press('Enter');
        await tabTo(page, page.getByRole('link', { name: 'Record a briefing' }));
        await page.keyboard.press('Enter');
        await page.waitForURL('**/record/briefing');
        await typeBriefing(page);

        // when: Enter in a field asks for the preview, and a country is ambiguous
        await page.keyboard.press('Enter');
        await page.locator('.summary').waitFor();
        expect(await focused(page).innerText()).toMatch(/^One thing is not right yet/);
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        expect(await focused(page).getAttribute('name')).toBe('/data/host');
        expect(await focused(page).inputValue()).toBe('Congo');
        expect(await focused(page).getAttribute('aria-invalid')).toBe('true');
        const described = (await focused(page).getAttribute('aria-describedby'))?.split(' ') ?? [];
        expect(await page.locator(`[id="${described[0]}"]`).innerText()).toMatch(/^Error:\s.*CG for Congo/s);

        await page.keyboard.press('Control+A');
        await page.keyboard.type('Pakistan');
        await page.keyboard.press('Enter');
        await page.locator('.preview').waitFor();
        expect(await focused(page).innerText()).toBe('This will be recorded');
        expect(await page.locator('.preview .fields').first().innerText()).toContain('Pakistan as host');
        await page.keyboard.press('Tab');
        expect(await focused(page).innerText()).toBe('Record');
        await page.keyboard.press('Enter');
        await page.waitForURL('**/record/receipts/*');
        await tabTo(page, page.getByRole('link', { name: 'Pakistan', exact: true }));
        await page.keyboard.press('Enter');
        await page.waitForURL('**/countries/PK?after=*');
        const entry = page.locator('.headline', {
          hasText: 'Foreign Office, regular briefing: The reports are baseless.',
        });
        expect(await entry.count()).toBeGreaterThan(0);
      },
      { javaScriptEnabled },
    );
  }

  inBrowser('records once with two clicks', async ({ page }) => {
    await fillSigning(page, 'Twice clicked');
    await button(page, 'Record').dblclick();
    await page.waitForURL('**/record/receipts/*');
    await page.reload();
    expect((await logged()).filter(({ data }) => data.title === 'Twice clicked')).toHaveLength(1);
  });

  inBrowser('comes back to a form that was recorded, and goes on with another event', async ({ page }) => {
    await fillSigning(page, 'The first');
    await button(page, 'Record').click();
    await page.waitForURL('**/record/receipts/*');
    const id = (await logged()).find(({ data }) => data.title === 'The first')?.id ?? '';
    // given: the form of before, as a browser may bring it back
    await fillSigning(page, 'The second');
    await page.locator('[name="/id"]').evaluate((input, value) => input.setAttribute('value', value), id);
    await button(page, 'Record').click();
    await page.getByText('Something else was recorded with this form').waitFor();
    await button(page, 'Preview as another event').click();
    await page.locator('.preview').waitFor();
    await button(page, 'Record').first().click();
    await page.waitForURL('**/record/receipts/*');
    const titles = (await logged()).map(({ data }) => data.title);
    expect(titles.filter((title) => title === 'The first' || title === 'The second')).toHaveLength(2);
  });

  inBrowser(
    'adds rows without scripts, and is where the row begins',
    async ({ page }) => {
      await fillSigning(page, 'Three parties');
      await button(page, 'Add another party').click();
      await page.locator('[name="/data/parties/2/name"]').waitFor();
      expect(await focused(page).getAttribute('name')).toBe('/data/parties/2/name');
      await page.keyboard.type('Third');
      await button(page, 'Remove party 1').click();
      await page.locator('[name="/data/parties/2/name"]').waitFor({ state: 'detached' });
      expect(await field(page, '/data/parties/0/name').inputValue()).toBe('Other');
      expect(await field(page, '/data/parties/1/name').inputValue()).toBe('Third');
      expect(await field(page, '/data/title').inputValue()).toBe('Three parties');
    },
    { javaScriptEnabled: false },
  );
});

/** Controls of the page that are smaller than a finger, by their height. */
const SMALL = `[...document.querySelectorAll('.record button, .record input, .record select, .record textarea, .record summary')]
  .filter((control) => control.offsetParent !== null && control.getBoundingClientRect().height < 44)
  .map((control) => control.outerHTML)`;

describe('The forms', () => {
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [360, 'dark'],
  ] as const) {
    inBrowser(
      `give axe nothing to complain of, and a finger enough to hit, ${width} pixels wide, ${colorScheme}`,
      async ({ page }) => {
        await page.goto('/record');
        await expectAccessible(page);
        for (const form of ['briefing', 'mou', 'shipment']) {
          await page.goto(`/record/${form}`);
          await expectAccessible(page);
          expect(await page.evaluate(SMALL)).toEqual([]);
          await button(page, 'Record').click();
          await page.locator('.summary').waitFor();
          await expectAccessible(page);
        }
        await fillSigning(page, `At ${width}`);
        await field(page, '/stream').fill(`mou-${'x'.repeat(190)}`);
        await button(page, 'Preview').click();
        await page.locator('.preview').waitFor();
        await expectAccessible(page);
        await button(page, 'Record').first().click();
        await page.waitForURL('**/record/receipts/*');
        await expectAccessible(page);
      },
      { viewport: { width, height: 800 }, colorScheme, bypassCSP: true },
    );
  }
});
