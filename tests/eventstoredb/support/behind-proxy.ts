import { afterEach, beforeEach, describe, test } from '@jest/globals';
import { FaultProxy } from './fault-proxy.ts';
import { proxyRoute } from './proxy-route.ts';
import type { TestServer } from './test-server.ts';

/** One server, reached directly and through a proxy. */
export interface ServerBehindProxy {
  readonly direct: TestServer;
  readonly proxied: TestServer;
  readonly proxy: FaultProxy;
}

/** Gives each test its own proxy in front of the server. Skips all tests, with the reason, if no proxy can be used. */
export function describeBehindProxy(
  name: string,
  direct: TestServer,
  body: (setUp: () => ServerBehindProxy) => void,
): void {
  const route = proxyRoute(direct.connectionString);
  if (route.outcome === 'unavailable') {
    const skipped = `skips "${name}": no proxy can be put in front of ${direct.name}: ${route.reason}`;
    process.stderr.write(`${skipped}\n`);
    test.skip(skipped, () => {});
    return;
  }
  describe(name, () => {
    let proxy: FaultProxy;
    beforeEach(async () => {
      proxy = await new FaultProxy(route.server).start();
    });
    afterEach(() => proxy.stop());
    body(() => {
      const connectionString = route.through(proxy.address);
      return { direct, proxied: { name: direct.name, connectionString }, proxy };
    });
  });
}
