import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openSqliteEventStore } from '../../src/sqlite/log/sqlite-event-store.ts';
import { describeEventStoreContract } from '../../src/testing/contracts/event-store/describe-event-store-contract.ts';
import { describeRedactionContract } from '../../src/testing/contracts/event-store/describe-redaction-contract.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';

const root = temporaryFolder();
let stores = 0;

afterAll(() => rmSync(root, { recursive: true }));

function openStore(clock: () => Date) {
  stores += 1;
  return openSqliteEventStore({
    dataDir: `${root}/${stores}`,
    clock,
    onAppended: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
}

describeEventStoreContract('The SQLite store', openStore, { describe, expect, test });
describeRedactionContract('The SQLite store', openStore, { describe, expect, test });
