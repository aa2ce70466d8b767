import { describe, expect, test } from '@jest/globals';
import {
  ConnectionStringError,
  parseConnectionString,
} from '../../../src/eventstoredb/connection/connection-string.ts';

describe('parseConnectionString', () => {
  test('separates and decodes the credentials', () => {
    expect(
      parseConnectionString('esdb+discover://admin:ch%40nge%3Ait@one:2113,two:2113?defaultDeadline=5000'),
    ).toEqual({
      url: 'esdb+discover://one:2113,two:2113?defaultDeadline=5000',
      credentials: { username: 'admin', password: 'ch@nge:it' },
    });
    expect(parseConnectionString(' esdb://localhost:2113/ ')).toEqual({ url: 'esdb://localhost:2113' });
  });

  test.each(['', 'localhost:2113', 'http://localhost', 'esdb://', 'esdb://name@host', 'esdb://a:b:c@host'])(
    'refuses text that is not a connection string: %j',
    (text) => {
      expect(() => parseConnectionString(text)).toThrow(ConnectionStringError);
    },
  );

  test('accepts only the leader as node preference, as other nodes lack the latest events', () => {
    expect(() => parseConnectionString('esdb://host?nodePreference=follower')).toThrow('nodePreference');
    expect(() => parseConnectionString('esdb://host?nodePreference=leader')).not.toThrow();
  });

  test.each(['kurrentdb', 'kurrent'])('accepts the current name of the server as scheme: %s', (name) => {
    expect(parseConnectionString(`${name}+discover://one,two`).url).toBe('esdb+discover://one,two');
  });

  test('refuses options that the client cannot use', () => {
    expect(() => parseConnectionString('esdb://host?tlsCAFile=missing.crt')).toThrow('certificate');
  });

  test.each(['esdb://host?tsl=false', 'esdb://host?tls=false&bogus=1'])(
    'names an unknown option: %s',
    (text) => {
      expect(() => parseConnectionString(text)).toThrow(/Unknown option .*: (tsl|bogus)\./);
    },
  );

  test('accepts options in any spelling that the client accepts', () => {
    expect(() => parseConnectionString('esdb://host?TLS=false&keep_alive_interval=15000')).not.toThrow();
  });

  test('names a port that is out of range', () => {
    expect(() => parseConnectionString('esdb://one:2113,two:99999?tls=false')).toThrow('The port 99999');
  });
});
