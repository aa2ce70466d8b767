import { delimiter, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Flags, readConfig, readConfigWithLog, type WrongSetting } from '../src/config.ts';

function configOf(flags: Flags, environment: NodeJS.ProcessEnv) {
  const read = readConfig(flags, environment);
  if (read.outcome === 'invalid') throw new Error(JSON.stringify(read.wrong));
  return read.config;
}

function wrongOf(flags: Flags, environment: NodeJS.ProcessEnv): readonly WrongSetting[] {
  const read = readConfig(flags, environment);
  return read.outcome === 'invalid' ? read.wrong : [];
}

describe('settings', () => {
  test('have values when nothing is set', () => {
    expect(configOf({}, {})).toEqual({
      host: '127.0.0.1',
      extensions: [],
      port: 8080,
      dataDir: resolve('data'),
      logLevel: 'info',
    });
  });

  test('name extensions by a repeated flag, or by a variable with the separator of PATH', () => {
    const expected = [resolve('a.js'), '/srv/b.js'];
    expect(configOf({ extension: ['a.js', '/srv/b.js'] }, {}).extensions).toEqual(expected);
    expect(configOf({}, { EXTENSIONS: ['a.js', '/srv/b.js'].join(delimiter) }).extensions).toEqual(expected);
  });

  test('come from the environment', () => {
    const environment = { HOST: '::1', PORT: '0', DATA_DIR: '/srv/record', LOG_LEVEL: 'debug' };
    expect(configOf({}, environment)).toEqual({
      host: '::1',
      port: 0,
      dataDir: '/srv/record',
      extensions: [],
      logLevel: 'debug',
    });
  });

  test('come from flags before the environment', () => {
    const config = configOf({ port: '9000', dataDir: '/tmp/flag' }, { PORT: 'x', DATA_DIR: '/tmp/variable' });
    expect(config).toMatchObject({ port: 9000, dataDir: '/tmp/flag' });
  });

  test('count as unset when the variable is empty', () => {
    expect(configOf({}, { PORT: '', EVENTSTORE_URL: '' }).port).toBe(8080);
  });

  test.each(['localhost', '127.0.0.1', '127.8.9.10', '::1', '0:0:0:0:0:0:0:1'])('serve at %s', (host) => {
    expect(configOf({}, { HOST: host }).host).toBe(host);
  });

  test.each([
    '0.0.0.0',
    '::',
    '192.168.1.4',
    '::ffff:192.168.1.4',
    '127.0.0.1.example',
    'chancery.example',
    '[::1]',
  ])('refuse to serve at %s, as keys do not exist yet', (host) => {
    const [wrong, ...others] = wrongOf({}, { HOST: host });
    expect(others).toEqual([]);
    expect(wrong).toMatchObject({ name: 'HOST', value: host });
    expect(wrong?.reason).toContain('keys do not exist yet');
  });

  test.each(['65536', '-1', '80.5', '1e3', 'http', '0x50', ' 80'])('refuse the port %j', (port) => {
    expect(wrongOf({}, { PORT: port })).toEqual([
      { name: 'PORT', value: port, reason: 'a port is a whole number from 0 (any free one) to 65535' },
    ]);
  });

  test('name a flag as it was typed', () => {
    const flags = { port: 'many', dataDir: '', logLevel: 'loud', host: '' };
    expect(wrongOf(flags, {}).map(({ name, value }) => [name, value])).toEqual([
      ['--host', ''],
      ['--port', 'many'],
      ['--data-dir', ''],
      ['--log-level', 'loud'],
    ]);
  });

  test.each(['esdb', 'esdb+discover', 'kurrentdb', 'kurrent+discover'])(
    'take a log elsewhere by its address, %s://…',
    (scheme) => {
      const connectionString = `${scheme}://admin:changeit@cluster:2113`;
      expect(configOf({}, { EVENTSTORE_URL: connectionString }).eventStore).toEqual({
        connectionString,
        prefix: 'chancery-',
      });
    },
  );

  test('set the prefix of the streams there', () => {
    const environment = { EVENTSTORE_URL: 'esdb://cluster', EVENTSTORE_PREFIX: 'desk_2' };
    expect(configOf({}, environment).eventStore?.prefix).toBe('desk_2-');
    expect(wrongOf({}, { ...environment, EVENTSTORE_PREFIX: 'desk-2' })).toMatchObject([
      { name: 'EVENTSTORE_PREFIX', value: 'desk-2' },
    ]);
  });

  test('refuse a wrong EVENTSTORE_URL without repeating the password in it', () => {
    const [wrong] = wrongOf({}, { EVENTSTORE_URL: 'http://admin:changeit@cluster:2113' });
    expect(wrong?.name).toBe('EVENTSTORE_URL');
    expect(JSON.stringify(wrong)).not.toContain('changeit');
  });
});

describe('The settings with a log that an option names', () => {
  const elsewhere = {
    EVENTSTORE_URL: 'esdb://cluster',
    EVENTSTORE_PREFIX: 'desk',
    DATA_DIR: '/var/chancery',
  };
  const withLog = (log: string) => readConfigWithLog('--to', log, {}, elsewhere);

  test('are those of a folder, whatever is set', () => {
    const config = { dataDir: resolve('archive'), eventStore: undefined };
    expect(withLog('./archive')).toMatchObject({ outcome: 'valid', config });
  });

  test('are those of an address, with what is set beside it', () => {
    const eventStore = { connectionString: 'esdb://admin:changeit@other', prefix: 'desk-' };
    const config = { dataDir: '/var/chancery', eventStore };
    expect(withLog(eventStore.connectionString)).toMatchObject({ outcome: 'valid', config });
  });

  test('are refused under the name of the option, without the password', () => {
    const wrong = [{ name: '--to', reason: expect.stringContaining('an address such as') }];
    expect(withLog('http://admin:changeit@other')).toEqual({ outcome: 'invalid', wrong });
    expect(withLog('')).toMatchObject({ wrong: [{ name: '--to', value: '' }] });
  });
});
