import type { NetworkAddress } from './fault-proxy.ts';

/** Whether a proxy can be put in front of a server. */
export type ProxyRoute =
  | {
      readonly outcome: 'available';
      readonly server: NetworkAddress;
      /** Returns the connection string of the server by way of a proxy. */
      readonly through: (proxy: NetworkAddress) => string;
    }
  | { readonly outcome: 'unavailable'; readonly reason: string };

const DEFAULT_PORT = 2113;
const ONE_HOST = /^(esdb:\/\/(?:[^@/?]*@)?)([^:/?,]+)(?::(\d+))?(\/?(?:\?.*)?)$/;

export function proxyRoute(connectionString: string): ProxyRoute {
  if (connectionString.startsWith('esdb+discover:')) {
    return unavailable('with +discover, the server gives the client the addresses of its nodes');
  }
  const [, scheme = '', host, port = DEFAULT_PORT, options = ''] = ONE_HOST.exec(connectionString) ?? [];
  if (host === undefined) {
    return unavailable('with several hosts, the client connects to those without a proxy too');
  }
  if (!/[?&]tls=false(&|$)/i.test(options)) {
    return unavailable('with TLS, the certificate of the server does not name the proxy');
  }
  return {
    outcome: 'available',
    server: { host, port: Number(port) },
    through: (proxy) => `${scheme}${proxy.host}:${proxy.port}${options}`,
  };
}

function unavailable(reason: string): ProxyRoute {
  return { outcome: 'unavailable', reason };
}
