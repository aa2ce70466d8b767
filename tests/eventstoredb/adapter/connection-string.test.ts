import { expect, test } from '@jest/globals';
import { parseConnectionString } from '../../src/eventstoredb/connection/connection-string.ts';

test('credentials are taken out of a connection string, and decoded', () => {
  expect(
    parseConnectionString('esdb+discover://admin:ch%40nge%3Ait@one:2113,two:2113?defaultDeadline=5000'),
  ).toEqual({
    address: 'esdb+discover://one:2113,two:2113?defaultDeadline=5000',
    credentials: { username: 'admin', password: 'ch@nge:it' },
  });
  expect(parseConnectionString(' esdb://localhost:2113/ ')).toEqual({ address: 'esdb://localhost:2113' });
});

test.each(['', 'localhost:2113', 'http://localhost', 'esdb://', 'esdb://name@host', 'esdb://a:b:c@host'])(
  'what is no connection string is refused: %j',
  (text) => {
    expect(() => parseConnectionString(text)).toThrow(RangeError);
  },
);

test('only the leader is read, since others are behind with what was just recorded', () => {
  expect(() => parseConnectionString('esdb://host?nodePreference=follower')).toThrow('nodePreference');
  expect(() => parseConnectionString('esdb://host?nodePreference=leader')).not.toThrow();
});

test.each(['kurrentdb', 'kurrent'])('the scheme may have the present name of the server, %s', (name) => {
  expect(parseConnectionString(`${name}+discover://one,two`).address).toBe('esdb+discover://one,two');
});

test('options that the client cannot take are refused at once', () => {
  expect(() => parseConnectionString('esdb://host?tlsCAFile=there-is-none.crt')).toThrow('certificate');
});

test.each(['esdb://host?tsl=false', 'esdb://host?tls=false&bogus=1'])(
  'an option that there is not is named: %s',
  (text) => {
    expect(() => parseConnectionString(text)).toThrow(/There is no option (tsl|bogus)/);
  },
);

test('options are taken in any spelling that the client takes', () => {
  expect(() => parseConnectionString('esdb://host?TLS=false&keep_alive_interval=15000')).not.toThrow();
});

test('a port that there is not is named', () => {
  expect(() => parseConnectionString('esdb://one:2113,two:99999?tls=false')).toThrow(
    'There is no port 99999',
  );
});
