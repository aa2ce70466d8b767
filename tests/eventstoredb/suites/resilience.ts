import { afterEach, describe } from '@jest/globals';
import { describeBehindProxy } from './behind-proxy.ts';
import { describeLoad } from './load-suite.ts';
import { closeAll } from './log-on-wire.ts';
import { describeOutages } from './outages-suite.ts';
import type { ServerInTest } from './server-in-test.ts';
import { describeSeveralProcesses } from './several-processes-suite.ts';

/** What the adapter does on any server, alone and with others, while the network holds and while it fails. */
export function describeResilience(server: ServerInTest): void {
  describe(`the store on ${server.name}`, () => {
    afterEach(closeAll);
    describeSeveralProcesses(server);
    describeBehindProxy('behind a network that fails', server, (setUp) => {
      describeOutages(setUp);
      describeLoad(setUp);
    });
  });
}
