import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { correction, mou } from '../append/sent-events.ts';
import { freePort } from '../cli/free-port.ts';
import { until } from '../cli/polling.ts';
import { observe } from '../cli/server-process.ts';
import { type Harness, startHarness } from '../harness.ts';
import { ask, post } from '../http/support/client.ts';
import { codeBlocks } from './doc-pages.ts';

let folder = '';
let chancery: Harness;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-receivers-'));
  chancery = await startHarness();
});

afterEach(async () => {
  await chancery.close();
  rmSync(folder, { recursive: true });
});

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

describe('The receivers of webhooks.md', () => {
  test.each([
    ['mjs', process.execPath],
    ['python', 'python3'],
  ])('take signed messages once and refuse others: %s', async (language, command) => {
    const block = codeBlocks('src/docs/webhooks.md').find((each) => each.language === language);
    const file = join(folder, `receiver.${language}`);
    writeFileSync(file, block?.text ?? '');
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const subscribed = await ask(chancery.url, '/subscriptions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '/events', url }),
    });
    const { id, secret } = subscribed.json;
    const env = { ...process.env, WEBHOOK_SECRET: secret, RECEIVER_PORT: String(port) };
    const receiver = observe(spawn(command, [file], { env }));
    try {
      await until(() => isListening(port));
      const event = (await post(chancery.url, mou)).json.events[0].id;
      await post(chancery.url, correction(event));
      const isDelivered = async () => {
        const { cursor, queued } = (await ask(chancery.url, `/subscriptions/${id}`)).json;
        return cursor?.position === '2' && queued === 0;
      };
      await until(isDelivered);
      const forged = { method: 'POST', body: '{}' };
      const headers = {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
        'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
      };
      expect((await fetch(url, { ...forged, headers })).status).toBe(401);
      await ask(chancery.url, `/subscriptions/${id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: '{"after":"start"}',
      });
      await until(isDelivered);
      await receiver.waitForOutput(/corrected/);
    } finally {
      receiver.child.kill();
    }
    const { stdout, stderr } = await receiver.ended;
    expect(stderr).toBe('');
    expect(stdout.trim().split(/\r?\n/)).toEqual([
      expect.stringMatching(/^entry\.added [0-9a-f-]{36} current$/),
      expect.stringMatching(/^entry\.changed [0-9a-f-]{36} corrected$/),
    ]);
  });
});
