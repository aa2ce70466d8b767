import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { expectAccessible, openSite, type Site, visitsTo, WAIT_MS_MAX } from './visit.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
}, WAIT_MS_MAX);

afterAll(() => site.close());

const inBrowser = visitsTo(() => site);

const TABS_MAX = 150;

/** Presses Tab until the target has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
  }
  throw new Error(`${target} is not reached by the keyboard`);
}

const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);

/** Waits until the element that matches the selector has the focus. */
async function focused(page: Page, selector: string): Promise<Locator> {
  const element = page.locator(`${selector}:focus`);
  await element.waitFor();
  return element;
}

/** In a select, typing chooses the first option that begins with the text. */
async function typeInto(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, field(page, name));
  await page.keyboard.type(text);
}

async function loggedEvents(): Promise<readonly { id: string; data: { title?: string } }[]> {
  const response = await fetch(`${site.server.url}/events?limit=1000`);
  return ((await response.json()) as { events: { id: string; data: { title?: string } }[] }).events;
}

/** Types a briefing whose host country is ambiguous. */
async function typeBriefing(page: Page): Promise<void> {
  await typeInto(page, '/occurred', '14 October 2025');
  await typeInto(page, '/data/hosts', 'Congo');
  await typeInto(page, '/data/format', 'reg');
  await typeInto(page, '/data/institution/name', 'Foreign Office');
  await typeInto(page, '/data/institution/kind', 'gov');
  await typeInto(page, '/data/institution/country', 'PK');
  await typeInto(page, '/data/statements/0/speaker/name', 'Shafqat Ali Khan');
  await typeInto(page, '/data/statements/0/speaker/kind', 'per');
  await typeInto(page, '/data/statements/0/speechAct', 'rej');
  await typeInto(page, '/data/statements/0/text/0/language', 'en');
  await typeInto(page, '/data/statements/0/text/0/value', 'The reports are baseless.');
  await typeInto(page, '/data/statements/0/quoted', 'par');
  await typeInto(page, '/data/statements/0/countries/0/country', 'China');
  await typeInto(page, '/data/statements/0/countries/0/role', 'men');
  await typeInto(page, '/sources/0/outlet', 'Dawn');
}

async function fillSigning(page: Page, title: string): Promise<void> {
  await page.goto('/record/mou');
  const texts = {
    '/data/title': title,
    '/data/subject': 'copper',
    '/occurred': '2025-09-08',
    '/data/parties/0/name': 'First',
    '/data/parties/1/name': 'Second',
    '/sources/0/outlet': 'Dawn',
  };
  await button(page, 'Add party').click();
  await field(page, '/data/parties/1/name').waitFor();
  for (const [name, text] of Object.entries(texts)) await field(page, name).fill(text);
  await field(page, '/data/instrument').selectOption('treaty');
  for (const row of [0, 1]) await field(page, `/data/parties/${row}/kind`).selectOption('company');
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

describe('the forms', () => {
  for (const javaScriptEnabled of [true, false]) {
    inBrowser(
      `add a briefing by keyboard alone, with scripts ${javaScriptEnabled ? 'on' : 'off'}`,
      async (page) => {
        await page.goto('/');
        await tabTo(page, page.getByRole('link', { name: 'Add', exact: true }));
        await page.keyboard.press('Enter');
        await page.waitForURL('**/record');
        await tabTo(page, page.getByRole('link', { name: 'Add a briefing' }));
        await page.keyboard.press('Enter');
        await page.waitForURL('**/record/briefing');
        await typeBriefing(page);

        // when: Enter in a field asks for the preview, and the country is ambiguous
        await page.keyboard.press('Enter');
        expect(await (await focused(page, '.summary')).innerText()).toMatch(/^1 problem to fix/);
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        const host = await focused(page, '[name="/data/hosts"]');
        expect(await host.inputValue()).toBe('Congo');
        expect(await host.getAttribute('aria-invalid')).toBe('true');
        const descriptions = (await host.getAttribute('aria-describedby'))?.split(' ') ?? [];
        expect(await page.locator(`[id="${descriptions[0]}"]`).innerText()).toMatch(
          /^Error:\s.*CG for Congo/s,
        );

        await page.keyboard.press('Control+A');
        await page.keyboard.type('Pakistan');
        await page.keyboard.press('Enter');
        expect(await (await focused(page, '.preview h2')).innerText()).toBe('Preview');
        expect(await page.locator('.preview').innerText()).toContain('Pakistan as host');
        await page.keyboard.press('Tab');
        expect(await (await focused(page, 'button')).innerText()).toBe('Add event');
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

  inBrowser('add one event on a double click', async (page) => {
    await fillSigning(page, 'Clicked twice');
    await button(page, 'Add event').dblclick();
    // The second click aborts the navigation of the first one, for which `waitForURL` would reject.
    await page.getByRole('region', { name: 'The event' }).waitFor();
    await page.reload();
    expect((await loggedEvents()).filter(({ data }) => data.title === 'Clicked twice')).toHaveLength(1);
  });

  inBrowser('offer to add another event when a form is sent again with other content', async (page) => {
    await fillSigning(page, 'The first');
    await button(page, 'Add event').click();
    await page.waitForURL('**/record/receipts/*');
    const id = (await loggedEvents()).find(({ data }) => data.title === 'The first')?.id ?? '';
    // given: a form with the id of that event, as a browser may restore it
    await fillSigning(page, 'The second');
    await page.locator('[name="/id"]').evaluate((input, value) => input.setAttribute('value', value), id);
    await button(page, 'Add event').click();
    await page.getByText('Another event was already added with this form').waitFor();
    await button(page, 'Preview as another event').click();
    await page.locator('.preview').waitFor();
    await button(page, 'Add event').first().click();
    await page.waitForURL('**/record/receipts/*');
    const titles = (await loggedEvents()).map(({ data }) => data.title);
    expect(titles.filter((title) => title === 'The first' || title === 'The second')).toHaveLength(2);
  });

  inBrowser(
    'add and remove rows without scripts, and focus the new row',
    async (page) => {
      await fillSigning(page, 'Three parties');
      await button(page, 'Add party').click();
      await focused(page, '[name="/data/parties/2/name"]');
      await page.keyboard.type('Third');
      await button(page, 'Remove party 1').click();
      await page.locator('[name="/data/parties/2/name"]').waitFor({ state: 'detached' });
      expect(await field(page, '/data/parties/0/name').inputValue()).toBe('Second');
      expect(await field(page, '/data/parties/1/name').inputValue()).toBe('Third');
      expect(await field(page, '/data/title').inputValue()).toBe('Three parties');
    },
    { javaScriptEnabled: false },
  );
});

/** Lists the visible controls that are lower than a fingertip, 44 CSS pixels. */
const SMALL_CONTROLS = `['button', 'input', 'select', 'textarea', 'summary']
  .flatMap((name) => [...document.querySelectorAll('.record-form ' + name)])
  .filter((control) => control.offsetParent !== null && control.getBoundingClientRect().height < 44)
  .map((control) => control.outerHTML)`;

describe('the pages of the forms', () => {
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [360, 'dark'],
  ] as const) {
    inBrowser(
      `pass axe and have controls of touch size, ${width} pixels wide, ${colorScheme}`,
      async (page) => {
        await page.goto('/record');
        await expectAccessible(page);
        for (const form of ['briefing', 'mou', 'shipment']) {
          await page.goto(`/record/${form}`);
          await expectAccessible(page);
          expect(await page.evaluate(SMALL_CONTROLS)).toEqual([]);
          await button(page, 'Add event').click();
          await page.locator('.summary').waitFor();
          await expectAccessible(page);
        }
        await fillSigning(page, `At ${width}`);
        await field(page, '/stream').fill(`mou-${'x'.repeat(190)}`);
        await button(page, 'Preview').click();
        await page.locator('.preview').waitFor();
        await expectAccessible(page);
        await button(page, 'Add event').first().click();
        await page.waitForURL('**/record/receipts/*');
        await expectAccessible(page);
      },
      { viewport: { width, height: 800 }, colorScheme, bypassCSP: true },
    );
  }
});
