import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type MockProvider,
  startMockProvider,
} from '../access/oidc/mock-provider.ts';
import { freePort } from '../cli/free-port.ts';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import { startChromium } from './chromium.ts';
import { TEST_MS_MAX, WAIT_MS_MAX } from './visit.ts';

let browser: Browser | undefined;
let provider: MockProvider;
let server: RunningServer;
let dataDir = '';

beforeAll(async () => {
  browser = await startChromium();
  provider = await startMockProvider();
  dataDir = await mkdtemp(join(tmpdir(), 'chancery-sign-in-'));
  const port = await freePort();
  server = await startServer(dataDir, ['--port', String(port)], {
    variables: {
      // The provider is on localhost, which is another site for the browser.
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_ROLES: 'desk=curator',
      LOG_LEVEL: 'debug',
    },
  });
}, TEST_MS_MAX);

afterAll(async () => {
  await browser?.close();
  const { stdout, stderr } = await server.stop();
  await provider.stop();
  await rm(dataDir, { recursive: true });
  if (browser === undefined) return;
  // Neither the code nor a token nor a secret is in the log.
  expect(stderr).toContain('/sign-in/oidc/callback');
  expect(stdout + stderr).not.toMatch(/code=|eyJ|chancery_session_/);
  expect(stdout + stderr).not.toContain(CLIENT_SECRET);
});

test(
  'a browser signs in at the identity provider, comes back to the page that it asked for, and signs out',
  async () => {
    if (browser === undefined) return;
    const context = await browser.newContext({ baseURL: server.url });
    const set = { name: 'chancery', value: `chancery_session_${'0'.repeat(12)}_${'0'.repeat(64)}` };
    await context.addCookies([{ ...set, url: server.url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS_MAX);
    const violations: string[] = [];
    page.on('console', (message) => {
      if (/Security Policy|Refused/i.test(message.text())) violations.push(message.text());
    });
    const asked = page.waitForRequest((request) => request.url().startsWith(`${provider.issuer}/authorize`));

    await page.goto('/countries?limit=5');
    await page.getByRole('link', { name: 'Sign in with your account' }).click();
    await page.getByRole('heading', { level: 1, name: 'Countries' }).waitFor();
    expect(page.url()).toBe(`${server.url}/countries?limit=5`);
    expect((await asked).url()).toContain('code_challenge_method=S256');
    const [session, ...others] = await context.cookies(server.url);
    expect(session).toMatchObject({ name: 'chancery', httpOnly: true, sameSite: 'Strict' });
    expect([session?.value === set.value, others]).toEqual([false, []]);

    await page.getByRole('link', { name: 'Account' }).click();
    await page.getByText('anna').first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in with your account' }).waitFor();
    await page.goto('/countries');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(violations).toEqual([]);
    await context.close();
  },
  TEST_MS_MAX,
);
