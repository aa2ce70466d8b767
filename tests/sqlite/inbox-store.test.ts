import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { NewDraft } from '../../src/inbox/draft.ts';
import { SqliteInboxStore } from '../../src/sqlite/inbox-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

const AT = '2025-10-14T00:00:00.000Z';
const opened: SqliteInboxStore[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

function open(...parameters: ConstructorParameters<typeof SqliteInboxStore>): SqliteInboxStore {
  const store = new SqliteInboxStore(...parameters);
  opened.push(store);
  return store;
}

function draft(id: string, publishedAt: string | null = null): NewDraft {
  const none = { link: null, publishedOn: null, outlet: null, language: null };
  return { id, title: id, excerpt: '', publishedAt, ...none };
}

const ids = (store: SqliteInboxStore) => store.page(100).map((listed) => listed.draft.id);

describe('the inbox', () => {
  test('lists drafts by their publication, and never above those that come later', () => {
    const store = open(':memory:');
    store.add([draft('old', '2025-10-01T00:00:00.000Z'), draft('future', '2999-01-01T00:00:00.000Z')], AT);
    store.add([draft('new', '2025-10-20T00:00:00.000Z')], '2025-10-21T00:00:00.000Z');
    expect(ids(store)).toEqual(['new', 'future', 'old']);
  });

  test('refuses drafts when it is full, and takes them when there is space', () => {
    const store = open(':memory:', { draftsMax: 2 });
    expect(store.add([draft('a'), draft('a'), draft('b'), draft('c')], AT)).toEqual([
      'added',
      'known',
      'added',
      'full',
    ]);
    store.dismiss('a');
    expect(store.add([draft('a'), draft('c')], AT)).toEqual(['known', 'added']);
    expect(ids(store)).toEqual(['b', 'c']);
  });

  test('remembers the latest dismissed drafts only', () => {
    const store = open(':memory:', { dismissedMax: 1 });
    store.add([draft('a'), draft('b')], AT);
    store.dismiss('a');
    store.dismiss('b');
    expect(store.add([draft('a'), draft('b')], AT)).toEqual(['added', 'known']);
  });

  test('is in a file for its owner only, and is the same after a restart', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'inbox.db');
    const before = new SqliteInboxStore(path);
    before.add([draft('a'), draft('b')], AT);
    before.markRecorded('a', 'event-1');
    before.markRecorded('a', 'event-1');
    before.dismiss('b');
    before.close();
    const store = open(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(store.find('a')?.events).toEqual(['event-1']);
    expect(store.find('b')).toBeUndefined();
    rmSync(folder, { recursive: true });
  });

  test('is emptied of the drafts whose events lost their content', () => {
    const path = join(temporaryFolder(), 'inbox.db');
    const store = open(path);
    store.add([draft('Ombrellini'), draft('Quarzazate'), draft('kept')], AT);
    store.markRecorded('Ombrellini', 'event-1');
    store.markRecorded('kept', 'event-2');
    store.dismiss('Quarzazate');
    store.erase(['event-1', 'event-3']);
    expect(ids(store)).toEqual(['kept']);
    const titles = readFileSync(path, 'latin1').match(/"title":"\w+"/g);
    expect([titles, statSync(`${path}-wal`).size]).toEqual([['"title":"kept"'], 0]);
  });
});
