import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startServer } from '../cli/server-process.ts';
import { startChromium } from './chromium.ts';

/*
 * Takes the pictures of the documentation: `npm run pictures`, from the root of the project. They show the sample data,
 * with one correction. Another folder may be given: `npm run pictures -- /tmp/pictures`.
 */

const FOLDER = resolve(process.argv[2] ?? 'tests/browser/pictures');
const SIGNING = '/events/5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a01';
const PICTURES = [
  ['front-page', '/', 'light', 1100],
  ['country', '/countries/PK', 'light', 1100],
  ['country-dark', '/countries/PK', 'dark', 390],
  ['event', SIGNING, 'light', 1100],
  ['agreement', '/mous/mou-ussm-fwo-2025', 'light', 1100],
  ['relation', '/relations/CN/PK', 'light', 1100],
] as const;

// biome-ignore lint/suspicious/noExplicitAny: responses have every shape
function json(response: Response): Promise<any> {
  return response.json();
}

async function correct(url: string): Promise<void> {
  const { event } = await json(await fetch(`${url}${SIGNING}`));
  const [amount] = event.data.amounts;
  const correction = {
    type: 'EventCorrected',
    stream: event.stream,
    occurred: '2025-10-14',
    data: {
      corrects: event.id,
      data: { ...event.data, amounts: [{ ...amount, qualifier: 'about' }] },
      reason: 'The company had said “about” this amount.',
    },
    sources: [
      { outlet: 'English-language news report', language: 'en', retrievedAt: '2025-10-14T08:00:00Z' },
    ],
  };
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/events`, {
    method: 'POST',
    headers,
    body: JSON.stringify(correction),
  });
  const [recorded] = (await json(response)).events;
  for (const path of ['/countries/PK', '/mous/mou-ussm-fwo-2025']) {
    await fetch(`${url}${path}?after=${recorded.position}`);
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'chancery-pictures-'));
const browser = await startChromium();
const server = await startServer(dataDir);
try {
  await server.waitForOutput(/SAMPLE/);
  await correct(server.url);
  await mkdir(FOLDER, { recursive: true });
  for (const [name, path, colorScheme, width] of PICTURES) {
    const page = await browser?.newPage({ viewport: { width, height: 900 }, colorScheme });
    await page?.goto(`${server.url}${path}`);
    await page?.screenshot({ path: join(FOLDER, `${name}.png`) });
    await page?.close();
  }
} finally {
  await browser?.close();
  await server.stop();
  await rm(dataDir, { recursive: true });
}
