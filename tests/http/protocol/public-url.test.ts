import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mou } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

const PUBLIC_URL = 'https://record.example.org';
const FORM = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness(undefined, {}, false, { publicUrl: PUBLIC_URL });
  const { json } = await post(chancery.url, mou);
  await ask(chancery.url, `/countries/PK?after=${json.events[0].position}`);
});
afterAll(() => chancery.close());

/** What a proxy sends: the public host, or a loopback name. */
test.each(['record.example.org', 'RECORD.example.org', 'localhost'])(
  'behind a proxy that sends the host %s, absolute URLs are public',
  async (host) => {
    const page = await ask(chancery.url, '/countries/PK', { headers: { host, accept: 'text/html' } });
    expect(page.text).toContain(`href="${PUBLIC_URL}/countries/PK?asOf=1.`);
    expect(page.text).toContain(`<meta property="og:url" content="${PUBLIC_URL}/countries/PK">`);
    for (const suffix of ['csv', 'atom', 'jsonfeed', 'bib']) {
      const { text } = await ask(chancery.url, `/countries/PK.${suffix}`, { headers: { host } });
      expect(text).toContain(PUBLIC_URL);
      expect(text).not.toContain(chancery.url);
    }
  },
);

test('a form that a browser submits to the public URL is accepted, and one of another site is not', async () => {
  for (const host of ['record.example.org', 'localhost']) {
    const submit = (origin: string) =>
      ask(chancery.url, '/record/mou', {
        method: 'POST',
        headers: { ...FORM, host, origin },
        body: 'do=preview',
      });
    expect((await submit(PUBLIC_URL)).json?.type).not.toBe('/problems/cross-origin-request');
    expect((await submit('https://evil.example')).json.type).toBe('/problems/cross-origin-request');
  }
});

test('other names than the public one and loopback names are refused', async () => {
  const { status } = await ask(chancery.url, '/countries/PK', { headers: { host: 'evil.example' } });
  expect(status).toBe(421);
});
