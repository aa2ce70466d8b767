import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { runProgram } from '../cli/server-process.ts';
import { expectAccessible, openSite, type Site, TEST_MS_MAX, visitsTo, WAIT_MS_MAX } from './visit.ts';

let site: Site;
let secret: string;
/** Serves a page of another site: the server is at an IP address, and this one at a name. */
let elsewhere: Server;

beforeAll(async () => {
  site = await openSite();
  const create = ['keys', 'create', 'Anna', '--role', 'recorder', '--data-dir', site.dataDir];
  secret = (await runProgram(create)).stdout.trim();
  const markup =
    `<a href="${site.server.url}/countries/PK">link</a>` +
    `<form method="post" action="${site.server.url}/sign-out"><button>forge</button></form>`;
  elsewhere = createServer((_req, res) => res.setHeader('content-type', 'text/html').end(markup));
  await once(elsewhere.listen(0, 'localhost'), 'listening');
}, WAIT_MS_MAX);

afterAll(async () => {
  elsewhere.close();
  elsewhere.closeAllConnections();
  await site.close();
});

const inBrowser = visitsTo(() => site);

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Key').fill(secret);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname !== '/sign-in');
}

describe('signing in', () => {
  inBrowser('leads back to the page that was asked for, with a cookie that no script reads', async (page) => {
    await page.goto('/countries/PK?order=desc');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await expectAccessible(page);
    await signIn(page);
    expect(page.url()).toBe(`${site.server.url}/countries/PK?order=desc`);
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.getByRole('link', { name: 'Account' }).click();
    await page.getByRole('heading', { name: 'Anna' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('/sign-in');
    await page.goto('/countries/PK');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
  });

  inBrowser('leads to no other site', async (page) => {
    for (const path of [
      '//evil.example/',
      '/\\evil.example/',
      'https://evil.example/',
      '/\t/evil.example/',
    ]) {
      await page.context().clearCookies();
      await page.goto(`/sign-in?${new URLSearchParams({ return: path })}`);
      await signIn(page);
      expect(new URL(page.url()).origin).toBe(site.server.url);
    }
  });

  test(
    'outlives what pages of other sites do, whose links work',
    async () => {
      if (site.browser === undefined) return;
      const context = await site.browser.newContext({ baseURL: site.server.url });
      const page = await context.newPage();
      await page.goto('/sign-in');
      await signIn(page);
      const url = `http://localhost:${(elsewhere.address() as AddressInfo).port}/`;
      await page.goto(url);
      const refused = page.waitForResponse((response) => response.url().endsWith('/sign-out'));
      await page.getByRole('button').click();
      expect((await refused).status()).toBe(403);
      await page.goto(url);
      await page.getByRole('link').click();
      await page.waitForURL('**/countries/PK');
      await page.getByRole('heading', { name: 'Pakistan' }).waitFor();
      await context.close();
    },
    TEST_MS_MAX,
  );
});
