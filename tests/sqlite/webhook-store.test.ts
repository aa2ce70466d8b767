import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { UNFILTERED } from '../../src/projector/timeline-store.ts';
import { SqliteWebhookStore } from '../../src/sqlite/webhook-store.ts';
import type { Subscription } from '../../src/webhooks/subscription.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('A subscription of a build that had fewer filters gets the others, which select everything', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'webhooks.db');
  const { outlets: _outlets, relays: _relays, text: _text, ...older } = UNFILTERED;
  const filter = { ...older, countries: ['PK'] };
  const query = { text: '/events?countries=PK', feed: '*', key: '*', filter };
  const first = new SqliteWebhookStore(path);
  first.add({ id: 'a', query, url: 'https://receiver.example' } as unknown as Subscription, 'secret');
  first.close();

  const store = new SqliteWebhookStore(path);
  expect(store.subscription('a')).toMatchObject({
    id: 'a',
    query: { filter: { ...UNFILTERED, countries: ['PK'] } },
  });
  store.close();
  rmSync(folder, { recursive: true });
});
