import { randomBytes } from 'node:crypto';
import type { NetworkAddress } from './fault-proxy.ts';

/** A server that a suite is run against: the one at the wire, or a real one, which others may use at the same time. */
export interface ServerInTest {
  readonly name: string;
  readonly connectionString: string;
}

const RUN = `chancery_test_${randomBytes(4).toString('hex')}_`;

/** Of a log that no other test has; without its hyphen, one that the program takes as well. Whatever one run leaves on a server begins with the same. */
export function newPrefix(): string {
  return `${RUN}${randomBytes(4).toString('hex')}-`;
}

/** Whether a proxy can be put before a server. */
export type Way =
  | {
      readonly outcome: 'open';
      readonly address: NetworkAddress;
      /** The connection string of the same server, by way of the proxy. */
      readonly through: (proxy: NetworkAddress) => string;
    }
  | { readonly outcome: 'closed'; readonly reason: string };

const DEFAULT_PORT = 2113;
const ONE_HOST = /^(esdb:\/\/(?:[^@/?]*@)?)([^:/?,]+)(?::(\d+))?(\/?(?:\?.*)?)$/;

export function wayTo(connectionString: string): Way {
  if (connectionString.startsWith('esdb+discover:')) {
    return closed('with +discover the client is told the addresses of the nodes, which lie beside a proxy');
  }
  const [, scheme = '', host, port = DEFAULT_PORT, options = ''] = ONE_HOST.exec(connectionString) ?? [];
  if (host === undefined)
    return closed('of several hosts, the client goes to those that no proxy stands before');
  if (!/[?&]tls=false(&|$)/i.test(options)) {
    return closed('with TLS, the certificate of the server does not name the proxy');
  }
  return {
    outcome: 'open',
    address: { host, port: Number(port) },
    through: (proxy) => `${scheme}${proxy.host}:${proxy.port}${options}`,
  };
}

function closed(reason: string): Way {
  return { outcome: 'closed', reason };
}
