import { afterEach, beforeEach, describe, test } from '@jest/globals';
import { FaultProxy } from './fault-proxy.ts';
import { describeLoad } from './load-suite.ts';
import { closeAll } from './log-on-wire.ts';
import { describeOutages, type ServerBehindProxy } from './outages-suite.ts';
import { type ServerInTest, wayTo } from './server-in-test.ts';
import { describeSeveralProcesses } from './several-processes-suite.ts';

/** What the adapter does on any server, alone and with others, while the network holds and while it fails. */
export function describeResilience(server: ServerInTest): void {
  describe(`the store on ${server.name}`, () => {
    afterEach(closeAll);
    describeSeveralProcesses(server);
    describeBehindProxy(server);
  });
}

function describeBehindProxy(direct: ServerInTest): void {
  const way = wayTo(direct.connectionString);
  if (way.outcome === 'closed') {
    const left = `outages are not tried, since no proxy can stand before this server: ${way.reason}`;
    process.stderr.write(`${left}\n`);
    test.skip(left, () => {});
    return;
  }
  let proxy: FaultProxy;
  beforeEach(async () => {
    proxy = await new FaultProxy(way.address).start();
  });
  afterEach(() => proxy.stop());

  const setUp = (): ServerBehindProxy => {
    const connectionString = way.through(proxy.address);
    return { direct, proxied: { name: direct.name, connectionString }, proxy };
  };
  describe('behind a network that fails', () => {
    describeOutages(setUp);
    describeLoad(setUp);
  });
}
