import { afterEach, describe } from '@jest/globals';
import { describeBehindProxy } from '../support/behind-proxy.ts';
import { closeAll } from '../support/open-adapter.ts';
import type { TestServer } from '../support/test-server.ts';
import { describeLoad } from './load.ts';
import { describeOutages } from './outages.ts';
import { describeSeveralProcesses } from './several-processes.ts';

/** How the adapter behaves on any server: with other processes, on a network that works and on one that fails. */
export function describeResilience(server: TestServer): void {
  describe(`the store on ${server.name}`, () => {
    afterEach(closeAll);
    describeSeveralProcesses(server);
    describeBehindProxy('behind a network that fails', server, (setUp) => {
      describeOutages(setUp);
      describeLoad(setUp);
    });
  });
}
