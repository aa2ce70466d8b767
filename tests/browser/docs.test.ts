import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { DOC_PAGES } from '../docs/doc-pages.ts';
import { expectAccessible, openSite, type Site, visitsTo } from './visit.ts';

const PAGES = DOC_PAGES.filter((page) => page.startsWith('src/docs/') && !/decisions\/0/.test(page)).map(
  (page) => page.replace(/^src/, '').replace(/(\/README)?\.md$/, ''),
);

let site: Site;

beforeAll(async () => {
  site = await openSite();
}, 60_000);

afterAll(() => site.close());

const inBrowser = visitsTo(() => site);

describe('The documentation', () => {
  const others = ['/docs/decisions/0001-log-and-views', '/problems/id-taken'];
  const api = ['', '/events', '/live-updates', '/removal', '/objects'].map((area) => `/docs/api${area}`);
  for (const path of [...PAGES, ...api, ...others]) {
    inBrowser(`is accessible at ${path}`, async (page) => {
      const answer = await page.goto(path);
      expect([path, answer?.status()]).toEqual([path, 200]);
      await expectAccessible(page);
    });
  }

  for (const path of ['/docs/events', '/docs/http-api', '/docs/api/events', '/docs/performance']) {
    inBrowser(
      `fits a phone in the dark at ${path}`,
      async (page) => {
        await page.goto(path);
        await expectAccessible(page);
      },
      { viewport: { width: 360, height: 640 }, colorScheme: 'dark' },
    );
  }

  inBrowser('is found from the front page, by keyboard', async (page) => {
    await page.goto('/');
    await page.getByRole('link', { name: 'Documentation' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/docs');
    await page
      .getByRole('navigation', { name: 'Documentation' })
      .getByRole('link', { name: 'Errors' })
      .click();
    await page.waitForURL('**/docs/errors');
    await page
      .getByRole('navigation', { name: 'On this page' })
      .getByRole('link', { name: 'id-taken' })
      .click();
    await page.waitForURL('**/docs/errors#id-taken');
    expect(await page.locator('#id-taken').isVisible()).toBe(true);
  });

  inBrowser('explains an error that a reader meets', async (page) => {
    await page.goto('/problems/unknown-country');
    expect(await page.locator('h1').innerText()).toBe('Unknown or ambiguous country');
    expect(await page.locator('.docs').innerText()).toContain('Use one of the candidates');
  });
});
