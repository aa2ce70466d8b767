import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { isTooWide, openSite, type Site, testAccessibility, visitsTo, WAIT_MS_MAX } from './visit.ts';

const SIGNING = '5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a01';
const BRIEFING = '5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a04';
const PAGES = [
  '/',
  '/countries',
  '/countries/PK',
  '/countries/PK?order=asc',
  '/countries/PK?asOf=2',
  '/countries/PK/changes',
  '/statements/changes?country=PK&from=2',
  '/countries/PK?types=MouTerminated',
  '/countries/PK?from=yesterday&types=Nothing',
  '/countries/PK/facets?types=BriefingHeld',
  '/topics',
  '/topics/rare-earths',
  '/actors',
  '/actors/cn~lin-jian',
  '/actors/nato',
  '/relations',
  '/relations/CN/PK',
  '/mous',
  '/mous?states=signed&sort=signed&order=desc',
  '/relations?countries=PK&sort=entries&order=desc',
  '/mous/mou-ussm-fwo-2025',
  '/mous/unknown',
  '/statements',
  '/search?q=中',
  `/events/${SIGNING}`,
  `/events/${BRIEFING}`,
  '/streams/mou-ussm-fwo-2025',
  '/streams/mou-ussm-fwo-2025/claims?asOf=2',
  `/events/${SIGNING}/claims`,
  '/contradictions?state=all',
  '/countries/nowhere',
  '/inbox',
];

const PRINTED = [
  '/',
  '/countries/PK?types=BriefingHeld',
  '/search?q=rare+earths',
  '/statements',
  '/compare?countries=CN,PK',
  '/relations',
  '/mous',
  '/mous/mou-ussm-fwo-2025',
  '/events/5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a04',
];

let site: Site;

/** The sample data, with a correction of its signing, and a draft. */
beforeAll(async () => {
  site = await openSite();
  const { event } = await json(`/events/${SIGNING}`);
  await add({
    type: 'EventCorrected',
    stream: event.stream,
    occurred: '2025-11-01',
    data: {
      corrects: SIGNING,
      data: { ...event.data, amounts: [{ ...event.data.amounts[0], value: '400000000' }] },
      reason: 'The company named another amount.',
    },
    sources: [{ outlet: 'Dawn' }],
  });
  await fetch(`${site.server.url}/inbox`, {
    method: 'POST',
    headers: { 'content-type': 'application/rss+xml' },
    body: '<rss version="2.0"><channel><item><title>Talks</title></item></channel></rss>',
  });
}, WAIT_MS_MAX);

afterAll(() => site.close());

// biome-ignore lint/suspicious/noExplicitAny: responses have every shape
async function json(path: string): Promise<any> {
  return (await fetch(`${site.server.url}${path}`)).json();
}

/** Appends an event and waits until the timelines show it. Resolves to its id. */
async function add(event: object): Promise<string> {
  const response = await fetch(`${site.server.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  expect(response.status).toBe(201);
  const [recorded] = ((await response.json()) as { events: { id: string; position: string }[] }).events;
  await json(`/countries/PK?after=${recorded?.position}`);
  await json(`/statements?after=${recorded?.position}`);
  return recorded?.id ?? '';
}

const inBrowser = visitsTo(() => site);

const heading = (page: Page) => page.locator('main h1').first().innerText();
const path = (page: Page) => page.url().slice(site.server.url.length);
const openDialog = (page: Page) => page.locator('dialog[open]');

/** Goes forward as soon as the page has gone back. */
const BACK_AND_FORWARD = `(async () => {
  for (const direction of ['back', 'forward']) {
    await new Promise((resolve) => {
      addEventListener('popstate', resolve, { once: true });
      history[direction]();
    });
  }
})()`;

describe('a reader', () => {
  inBrowser('finds a country, filters it, opens an event and its correction, and goes back', async (page) => {
    await page.goto('/');
    await page.getByLabel('A country, topic or actor').pressSequentially('پاکست');
    await page.locator('.suggestions a', { hasText: 'Pakistan' }).click();
    await page.waitForURL('**/countries/PK');
    expect(await heading(page)).toBe('Pakistan');
    await page.getByText('Filter', { exact: true }).click();
    await page.getByLabel('Signing').check();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL('**/countries/PK?types=MouSigned');
    expect(await page.locator('.entry').count()).toBe(1);
    expect(await page.locator('.entry .badge').innerText()).toBe('corrected, 2 versions');
    await page.locator('.headline a').click();
    await page.waitForURL(`**/events/${SIGNING}`);
    expect(await openDialog(page).locator('.differences').innerText()).toMatch(
      /Amounts, 1, value\s+500000000\s+400000000/,
    );
    expect(await openDialog(page).innerText()).toContain('The company named another amount.');
    await page.goBack();
    await page.waitForURL('**/countries/PK?types=MouSigned');
    await openDialog(page).waitFor({ state: 'detached' });
    await page.goForward();
    await openDialog(page).waitFor();
    // Goes forward before the close event of the dialog arrives.
    for (let times = 0; times < 5; times += 1) {
      await page.evaluate(BACK_AND_FORWARD);
      await openDialog(page).waitFor();
    }
    await page.reload();
    expect(await heading(page)).toMatch(/^Memorandum of understanding signed/);
    await page.goBack();
    await page.locator('h1', { hasText: 'Pakistan' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/countries/PK');
    await page.goForward();
    await openDialog(page).waitFor();
  });

  inBrowser('sees an earlier state, and returns to the present', async (page) => {
    await page.goto('/countries/PK?asOf=4');
    expect(await page.locator('.banner').innerText()).toContain('As of');
    expect(await page.locator('.badge').count()).toBe(0);
    await page.getByText('Return to the present').click();
    await page.waitForURL('**/countries/PK');
    expect(await page.locator('.badge').count()).toBe(1);
    await page.getByText('Cite', { exact: true }).click();
    await page.locator('.citation a').click();
    await page.waitForURL('**/countries/PK?asOf=5.*');
    expect(await page.locator('.badge').count()).toBe(1);
  });

  inBrowser('narrows the time by clicking a bar', async (page) => {
    await page.goto('/countries/PK');
    await page.locator('.chart a').last().click();
    await page.waitForURL('**/countries/PK?from=2025-10-13&to=2025-10-13');
    expect(await page.locator('.entry').count()).toBe(3);
  });

  inBrowser('needs no mouse', async (page) => {
    await page.goto('/countries/PK');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the entries');
    await page.keyboard.press('Enter');
    await page.locator('.chart a').first().focus();
    expect(await page.evaluate('document.activeElement.textContent')).toMatch(/^8 September 2025: 1 entry/);
    const link = page.locator('.headline a').first();
    await link.focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open] h1:focus').waitFor();
    await page.waitForURL('**/events/*');
    await page.keyboard.press('Escape');
    await page.waitForURL('**/countries/PK');
    await page.locator('.entry:first-child .headline a:focus').first().waitFor();
    await page.goto('/');
    await page.getByLabel('A country, topic or actor').focus();
    // One input event makes one request, so no later response replaces the list.
    await page.keyboard.insertText('china');
    await page.locator('.suggestions a').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/countries/CN');
  });

  inBrowser(
    'needs no scripts',
    async (page) => {
      await page.goto('/');
      await page.getByLabel('A country, topic or actor').fill('Pakistan');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/search?q=Pakistan');
      await page
        .getByRole('region', { name: 'Countries' })
        .getByRole('link', { name: 'Pakistan', exact: true })
        .click();
      await page.waitForURL('**/countries/PK');
      await page.getByText('Filter', { exact: true }).click();
      await page.getByLabel('From', { exact: true }).fill('2025-10');
      await page.getByLabel('Briefing').check();
      await page.getByLabel('Shipment dispatched').check();
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.waitForURL('**/countries/PK?*');
      expect(path(page)).toBe('/countries/PK?from=2025-10&types=BriefingHeld,ShipmentDispatched');
      await page.locator('.headline a').first().click();
      await page.waitForURL('**/events/*');
    },
    { javaScriptEnabled: false },
  );

  inBrowser(
    'sorts and filters agreements, goes from the matrix to a relation, and counts its entries',
    async (page) => {
      await page.goto('/mous');
      await page.getByRole('link', { name: 'Signed' }).click();
      await page.waitForURL('**/mous?*');
      expect(path(page)).toBe('/mous?sort=signed&order=desc');
      expect(await page.locator('th[aria-sort="descending"]').textContent()).toBe('Signed');
      await page.locator('details.filter summary').click();
      await page.getByLabel('Countries').fill('China, Japan');
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.waitForURL('**/mous?*countries*');
      expect(path(page)).toBe('/mous?sort=signed&order=desc&countries=China,Japan');
      await page.goto('/relations');
      await page.locator('table.matrix td a').first().click();
      await page.waitForURL('**/relations/*/*');
      await page.locator('details.filter summary').first().click();
      await page.getByRole('link', { name: 'Counts' }).click();
      await page.waitForURL('**/facets');
      await page.getByRole('link', { name: 'Briefing', exact: true }).click();
      await page.waitForURL('**/relations/*/*?types=BriefingHeld');
    },
    { javaScriptEnabled: false },
  );

  inBrowser('prints no controls', async (page) => {
    await page.emulateMedia({ media: 'print' });
    for (const url of PRINTED) {
      await page.goto(url);
      const controls = page.locator('button, input, select, summary, a[href^="/record/"]');
      const shown = await controls.filter({ visible: true }).allInnerTexts();
      expect([url, shown.filter((text) => text !== 'Cite')]).toEqual([url, []]);
    }
  });

  inBrowser('gets no page that breaks the content security policy or loads from elsewhere', async (page) => {
    for (const url of PAGES) {
      const response = await page.goto(url);
      expect([url, (response?.status() ?? 0) < 500]).toEqual([url, true]);
    }
  });
});

describe('the slider over earlier states', () => {
  const open = async (page: Page) => {
    await page.goto('/countries/PK');
    await page.getByText('As of…').click();
    return page.getByRole('slider');
  };

  inBrowser('names the state while the keyboard moves it, and Enter leads there', async (page) => {
    const slider = await open(page);
    const shown = () => page.locator('.moments output').textContent();
    const before = await shown();
    await slider.press('ArrowLeft');
    expect(await shown()).not.toBe(before);
    expect(await slider.getAttribute('aria-valuetext')).toBe(await shown());
    expect(page.url()).not.toContain('asOf');
    const chosen = await shown();
    await slider.press('Enter');
    await page.waitForURL(/asOf=/);
    expect(await shown()).toBe(chosen);
    await page.getByText('What changed then').waitFor();
  });

  inBrowser('leads to the state where the pointer lets go of it', async (page) => {
    const slider = await open(page);
    await slider.click({ position: { x: 4, y: 10 } });
    await page.waitForURL(/asOf=/);
    expect(await slider.inputValue()).toBe('0');
  });

  inBrowser(
    'leads there without a script, by its button',
    async (page) => {
      const slider = await open(page);
      await slider.press('Home');
      await page.getByRole('button', { name: 'Show this state' }).click();
      await page.waitForURL(/asOf=/);
      expect(await slider.inputValue()).toBe('0');
    },
    { javaScriptEnabled: false },
  );
});

describe('the pages', () => {
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [360, 'dark'],
  ] as const) {
    testAccessibility(inBrowser, PAGES, { width, colorScheme });
  }
});

describe('hostile text', () => {
  const script = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'`';
  const longWord = 'ا'.repeat(3) + 'x'.repeat(10_000);
  const bidiOverride = '\u202Eevil\u2066 text';
  const urdu = 'پاکستان اور چین کے تعلقات مضبوط ہیں۔';
  const statements = [
    ['en', script],
    ['en', longWord],
    ['en', bidiOverride],
    ['ur', urdu],
    ['zh', '中国外交部发言人林剑主持例行记者会。'],
    ['hi', 'विदेश मंत्रालय ने वक्तव्य जारी किया।'],
  ] as const;

  inBrowser(
    'is shown unchanged, and stays within its element and the window',
    async (page) => {
      const speaker = { name: script, kind: 'person', country: 'PK', names: { ur: urdu } };
      const id = await add({
        type: 'BriefingHeld',
        stream: 'briefing-hostile',
        occurred: '2025-10-20',
        data: {
          institution: { name: bidiOverride, kind: 'government-body', country: 'PK' },
          hosts: ['PK'],
          format: 'regular',
          venue: script,
          statements: statements.map(([language, value], index) => ({
            key: `${index}`,
            speaker,
            speechAct: 'affirm',
            text: [{ language, value }],
            quoted: 'verbatim',
            countries: [{ country: 'CN', role: 'mentioned' }],
            attribution: [speaker, { name: bidiOverride, kind: 'media' }],
          })),
          topics: ['غیر-ملکی-امور'],
          dateBasis: 'inferred',
          dateVerbatim: `${bidiOverride} recently`,
        },
        sources: [{ outlet: script, title: bidiOverride, url: 'https://example.org/?a="><script>' }],
      });
      const urls = [`/events/${id}`, '/countries/PK', '/relations/CN/PK', '/statements?country=PK', '/'];
      for (const url of urls) {
        await page.goto(url);
        expect([url, await isTooWide(page)]).toEqual([url, false]);
      }
      await page.goto(`/events/${id}`);
      const quotes = page.locator('blockquote p');
      expect(await quotes.allTextContents()).toEqual(statements.map(([, value]) => `“${value}”`));
      const direction = "getComputedStyle(document.querySelector('blockquote p:lang(ur)')).direction";
      expect(await page.evaluate(direction)).toBe('rtl');
      expect(await page.locator('script:not([src]), img').count()).toBe(0);
    },
    { viewport: { width: 360, height: 800 } },
  );
});
