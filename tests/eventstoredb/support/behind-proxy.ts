import { afterEach, beforeEach, describe, test } from '@jest/globals';
import { FaultProxy } from './fault-proxy.ts';
import { type ServerInTest, wayTo } from './server-in-test.ts';

/** A server, and the same by way of a proxy. */
export interface ServerBehindProxy {
  readonly direct: ServerInTest;
  readonly proxied: ServerInTest;
  readonly proxy: FaultProxy;
}

/** Tests that have a proxy of their own each before the server; where none can stand there, says so and leaves them out. */
export function describeBehindProxy(
  name: string,
  direct: ServerInTest,
  body: (setUp: () => ServerBehindProxy) => void,
): void {
  const way = wayTo(direct.connectionString);
  if (way.outcome === 'closed') {
    const left = `${name} is not tried, since no proxy can stand before ${direct.name}: ${way.reason}`;
    process.stderr.write(`${left}\n`);
    test.skip(left, () => {});
    return;
  }
  describe(name, () => {
    let proxy: FaultProxy;
    beforeEach(async () => {
      proxy = await new FaultProxy(way.address).start();
    });
    afterEach(() => proxy.stop());
    body(() => {
      const connectionString = way.through(proxy.address);
      return { direct, proxied: { name: direct.name, connectionString }, proxy };
    });
  });
}
