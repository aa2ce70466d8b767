import { afterEach, expect, test } from '@jest/globals';
import { mou } from '../../append/sent-events.ts';
import { post } from '../../http/support/client.ts';
import { addEvents, expectAccepted, expectRefused, keep } from '../../http/support/histories.ts';
import { startProgramOn, stopPrograms, waitUntilReady } from '../support/program.ts';
import { newPrefix, startSharedWireServer } from '../support/test-server.ts';

const server = await startSharedWireServer();
afterEach(stopPrograms);

async function serve(prefix: string): Promise<string> {
  const { url } = await startProgramOn(server, prefix);
  await waitUntilReady(url);
  return url;
}

test('tokens of one log are accepted by another process, and refused by another log', async () => {
  const [first, second] = [newPrefix(), newPrefix()];
  const urls = [await serve(first), await serve(second)];
  for (const url of urls) {
    expect((await post(url, mou)).status).toBe(201);
    await addEvents(url, url);
  }
  const kept = await keep(urls[0] ?? '');
  const isPage = ([, headers]: (typeof kept.etags)[number]) => 'accept' in headers;

  // Pages contain absolute URLs, with the port of the process.
  await expectAccepted(await serve(first), { ...kept, etags: kept.etags.filter((etag) => !isPage(etag)) });
  await expectRefused(urls[1] ?? '', kept);
}, 120_000);
