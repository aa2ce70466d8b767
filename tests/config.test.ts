import { delimiter, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Flags, type InvalidSetting, readConfig, readConfigWithLog } from '../src/config.ts';

function validConfig(flags: Flags, environment: NodeJS.ProcessEnv) {
  const outcome = readConfig(flags, environment);
  if (outcome.outcome === 'invalid') throw new Error(JSON.stringify(outcome.invalid));
  return outcome.config;
}

function invalidSettings(flags: Flags, environment: NodeJS.ProcessEnv): readonly InvalidSetting[] {
  const outcome = readConfig(flags, environment);
  return outcome.outcome === 'invalid' ? outcome.invalid : [];
}

const CLIENT_LIMITS = {
  requestsPerMinute: 60_000,
  concurrentRequests: 200,
  streams: 400,
  bodyBytes: 16 << 20,
  connections: 1_000,
};

describe('settings', () => {
  test('have defaults', () => {
    expect(validConfig({}, {})).toEqual({
      host: '127.0.0.1',
      extensions: [],
      embedOrigins: [],
      acceptLog: false,
      privateWebhooks: false,
      allowedHosts: [],
      trustedProxies: [],
      clientLimits: CLIENT_LIMITS,
      port: 8080,
      dataDir: resolve('data'),
      accessFile: resolve('data/access.db'),
      publicRead: false,
      logLevel: 'info',
    });
  });

  test('take extensions from a repeated flag, or from a variable with the separator of PATH', () => {
    const expected = [resolve('a.js'), '/srv/b.js'];
    expect(validConfig({ extension: ['a.js', '/srv/b.js'] }, {}).extensions).toEqual(expected);
    expect(validConfig({}, { EXTENSIONS: ['a.js', '/srv/b.js'].join(delimiter) }).extensions).toEqual(
      expected,
    );
  });

  test('come from the environment', () => {
    const environment = { HOST: '::1', PORT: '0', DATA_DIR: '/srv/record', LOG_LEVEL: 'debug' };
    expect(validConfig({}, environment)).toEqual({
      host: '::1',
      port: 0,
      dataDir: '/srv/record',
      accessFile: '/srv/record/access.db',
      publicRead: false,
      extensions: [],
      embedOrigins: [],
      acceptLog: false,
      privateWebhooks: false,
      allowedHosts: [],
      trustedProxies: [],
      clientLimits: CLIENT_LIMITS,
      logLevel: 'debug',
    });
  });

  test('take an origin that may read, or all of them', () => {
    for (const origin of ['*', 'https://desk.example', 'http://localhost:3000']) {
      expect(validConfig({}, { CORS_ORIGIN: origin }).corsOrigin).toBe(origin);
    }
    for (const value of [
      'desk.example',
      'https://desk.example/',
      'https://a.example, https://b.example',
      'null',
    ]) {
      expect(invalidSettings({}, { CORS_ORIGIN: value })).toMatchObject([{ name: 'CORS_ORIGIN', value }]);
    }
  });

  test('take origins that may embed timelines, or all of them', () => {
    expect(validConfig({}, {}).embedOrigins).toEqual([]);
    for (const [value, origins] of [
      ['*', ['*']],
      ['https://desk.example', ['https://desk.example']],
      [
        'https://a.example, http://localhost:3000/  https://B.example',
        ['https://a.example', 'http://localhost:3000', 'https://b.example'],
      ],
    ] as const) {
      expect(validConfig({}, { EMBED_ORIGINS: value }).embedOrigins).toEqual(origins);
    }
    for (const value of [
      'desk.example',
      'https://desk.example/a',
      "'self'",
      'https://a.example; script-src *',
    ]) {
      expect(invalidSettings({}, { EMBED_ORIGINS: value })).toMatchObject([{ name: 'EMBED_ORIGINS', value }]);
    }
  });

  test('take a flag without a value as true', () => {
    expect(validConfig({ acceptLog: true }, {}).acceptLog).toBe(true);
    expect(validConfig({}, { ACCEPT_LOG: 'true' }).acceptLog).toBe(true);
    expect(invalidSettings({}, { ACCEPT_LOG: 'yes' })).toMatchObject([{ name: 'ACCEPT_LOG', value: 'yes' }]);
  });

  test('come from flags in preference to the environment', () => {
    const config = validConfig(
      { port: '9000', dataDir: '/tmp/flag' },
      { PORT: 'x', DATA_DIR: '/tmp/variable' },
    );
    expect(config).toMatchObject({ port: 9000, dataDir: '/tmp/flag' });
  });

  test('treat an empty variable as unset', () => {
    expect(validConfig({}, { PORT: '', EVENTSTORE_URL: '' }).port).toBe(8080);
  });

  test.each(['localhost', '127.0.0.1', '127.8.9.10', '::1', '0:0:0:0:0:0:0:1'])(
    'allow the loopback host %s',
    (host) => {
      expect(validConfig({}, { HOST: host }).host).toBe(host);
    },
  );

  test.each(['0.0.0.0', '::', '192.168.1.4', '::ffff:192.168.1.4', 'chancery.example'])(
    'allow the host %s, which others can reach',
    (host) => {
      expect(validConfig({}, { HOST: host }).host).toBe(host);
    },
  );

  test.each(['[::1]', 'a b', '127.0.0.1:8080', 'http://localhost', '-', 'a\nb'])(
    'refuse the host %j',
    (host) => {
      expect(invalidSettings({}, { HOST: host })).toMatchObject([{ name: 'HOST', value: host }]);
    },
  );

  test('take the names of the server, with and without a port', () => {
    const value = 'Record.example.org, desk.example:8443 10.0.0.5 [::1]:8080 [2001:DB8::1]';
    expect(validConfig({}, { ALLOWED_HOSTS: value }).allowedHosts).toEqual([
      'record.example.org',
      'desk.example:8443',
      '10.0.0.5',
      '[::1]:8080',
      '[2001:db8::1]',
    ]);
    for (const host of [
      'https://desk.example',
      'desk.example/',
      '*.example',
      '*',
      'a:99999',
      '::1',
      'a:b',
      '[x]',
    ]) {
      expect(invalidSettings({}, { ALLOWED_HOSTS: host })).toMatchObject([{ name: 'ALLOWED_HOSTS' }]);
    }
  });

  test('take the addresses and networks of proxies', () => {
    const value = '127.0.0.1,::1 10.0.0.0/8, fd00::/8';
    expect(validConfig({}, { TRUSTED_PROXIES: value }).trustedProxies).toEqual(value.split(/[ ,]+/));
    for (const proxy of [
      '*',
      'proxy.example',
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '::/129',
      '0x7f.1',
    ]) {
      expect(invalidSettings({}, { TRUSTED_PROXIES: proxy })).toMatchObject([{ name: 'TRUSTED_PROXIES' }]);
    }
  });

  test('take limits of what one client may take, and none', () => {
    const { clientLimits } = validConfig({}, { LIMIT_REQUESTS: '60', LIMIT_STREAMS: '0' });
    expect(clientLimits).toMatchObject({ requestsPerMinute: 60, streams: Number.POSITIVE_INFINITY });
    for (const name of ['REQUESTS', 'CONCURRENT', 'STREAMS', 'BODY_BYTES', 'CONNECTIONS']) {
      for (const value of ['-1', '1.5', '1e3', 'none']) {
        expect(invalidSettings({}, { [`LIMIT_${name}`]: value })).toMatchObject([
          { name: `LIMIT_${name}`, value },
        ]);
      }
    }
  });

  test.each(['65536', '-1', '80.5', '1e3', 'http', '0x50', ' 80'])('refuse the port %j', (port) => {
    expect(invalidSettings({}, { PORT: port })).toEqual([
      {
        name: 'PORT',
        value: port,
        reason: 'expected a whole number from 0 to 65535, where 0 picks a free port',
      },
    ]);
  });

  test('are named like the flag that set them', () => {
    const flags = { port: 'many', dataDir: '', logLevel: 'loud', host: '' };
    expect(invalidSettings(flags, {}).map(({ name, value }) => [name, value])).toEqual([
      ['--host', ''],
      ['--port', 'many'],
      ['--data-dir', ''],
      ['--log-level', 'loud'],
    ]);
  });

  test.each(['esdb', 'esdb+discover', 'kurrentdb', 'kurrent+discover'])(
    'accept a log on a server by its URL, %s://…',
    (scheme) => {
      const connectionString = `${scheme}://admin:changeit@cluster:2113`;
      expect(validConfig({}, { EVENTSTORE_URL: connectionString }).eventStore).toEqual({
        connectionString,
        prefix: 'chancery-',
      });
    },
  );

  test('set the prefix of the streams on a server', () => {
    const environment = { EVENTSTORE_URL: 'esdb://cluster', EVENTSTORE_PREFIX: 'desk_2' };
    expect(validConfig({}, environment).eventStore?.prefix).toBe('desk_2-');
    expect(invalidSettings({}, { ...environment, EVENTSTORE_PREFIX: 'desk-2' })).toMatchObject([
      { name: 'EVENTSTORE_PREFIX', value: 'desk-2' },
    ]);
  });

  test('refuse an invalid EVENTSTORE_URL without repeating its password', () => {
    const [invalid] = invalidSettings({}, { EVENTSTORE_URL: 'http://admin:changeit@cluster:2113' });
    expect(invalid?.name).toBe('EVENTSTORE_URL');
    expect(JSON.stringify(invalid)).not.toContain('changeit');
  });
});

describe('settings with a log named by an option', () => {
  const environment = {
    EVENTSTORE_URL: 'esdb://cluster',
    EVENTSTORE_PREFIX: 'desk',
    DATA_DIR: '/var/chancery',
  };
  const withLog = (log: string) => readConfigWithLog('--to', log, {}, environment);

  test('use a folder in place of any configured log', () => {
    const config = { dataDir: resolve('archive'), eventStore: undefined };
    expect(withLog('./archive')).toMatchObject({ outcome: 'valid', config });
  });

  test('use a URL with the other configured settings', () => {
    const eventStore = { connectionString: 'esdb://admin:changeit@other', prefix: 'desk-' };
    const config = { dataDir: '/var/chancery', eventStore };
    expect(withLog(eventStore.connectionString)).toMatchObject({ outcome: 'valid', config });
  });

  test('are refused under the name of the option, without the password', () => {
    const invalid = [{ name: '--to', reason: expect.stringContaining('expected a URL such as') }];
    expect(withLog('http://admin:changeit@other')).toEqual({ outcome: 'invalid', invalid });
    expect(withLog('')).toMatchObject({ invalid: [{ name: '--to', value: '' }] });
  });
});

describe('the public URL', () => {
  test.each([
    ['https://record.example.org', 'https://record.example.org'],
    ['https://record.example.org/', 'https://record.example.org'],
    ['http://RECORD.example.org:8443', 'http://record.example.org:8443'],
  ])('may be %s', (given, expected) => {
    expect(validConfig({}, { PUBLIC_URL: given }).publicUrl).toBe(expected);
  });

  test.each(['record.example.org', 'ftp://a', 'https://a/path', 'https://a?x', 'https://u:p@a', 'https://'])(
    'cannot be %s',
    (given) => {
      expect(invalidSettings({}, { PUBLIC_URL: given })).toMatchObject([
        { name: 'PUBLIC_URL', value: given },
      ]);
    },
  );
});
