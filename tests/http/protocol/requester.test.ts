import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { requesterReader } from '../../../src/http/protocol/requester.ts';
import { until } from '../../cli/polling.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask } from '../support/client.ts';

const read = requesterReader(['127.0.0.1', '10.0.0.0/8', '2001:db8:ffff::/48']);

/** What a server makes of headers that a peer sends. */
function requesterOf(headers: IncomingHttpHeaders, remoteAddress = '10.0.0.1') {
  const req = { headers: { host: 'inner.example', ...headers }, socket: { remoteAddress } };
  return read(req as unknown as IncomingMessage);
}

const direct = (address: string) => ({
  address,
  host: 'inner.example',
  protocol: 'http',
  isForwarded: false,
});

describe('the sender of a request', () => {
  test('is the peer, whatever it says, unless it is a trusted proxy', () => {
    const headers = {
      forwarded: 'for=192.0.2.1;host=evil.example;proto=https',
      'x-forwarded-for': '192.0.2.2',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    };
    expect(requesterOf(headers, '203.0.113.9')).toEqual(direct('203.0.113.9'));
    expect(requesterOf(headers, '::ffff:203.0.113.9')).toEqual(direct('203.0.113.9'));
    expect(requesterOf(headers, 'fe80::1%eth0')).toEqual(direct('fe80::1'));
  });

  test('is a trusted proxy that says nothing', () => {
    expect(requesterOf({})).toEqual(direct('10.0.0.1'));
    expect(requesterOf({}, '::ffff:127.0.0.1')).toEqual(direct('127.0.0.1'));
  });

  test.each<readonly [string, IncomingHttpHeaders, string]>([
    ['the address that the proxy adds', { 'x-forwarded-for': '192.0.2.1' }, '192.0.2.1'],
    [
      'not what the client has sent itself',
      { 'x-forwarded-for': '127.0.0.1, 8.8.8.8, 192.0.2.1' },
      '192.0.2.1',
    ],
    [
      'seen by the first of several proxies',
      { 'x-forwarded-for': '8.8.8.8, 192.0.2.1, 10.2.3.4' },
      '192.0.2.1',
    ],
    ['the first proxy, if all are trusted', { 'x-forwarded-for': '10.9.9.9, 10.2.3.4' }, '10.9.9.9'],
    ['without its port', { 'x-forwarded-for': '192.0.2.1:4711' }, '192.0.2.1'],
    ['IPv6', { 'x-forwarded-for': '2001:db8::1' }, '2001:db8::1'],
    ['IPv6 with a port', { 'x-forwarded-for': '[2001:db8::1]:4711' }, '2001:db8::1'],
    ['behind a proxy with IPv6', { 'x-forwarded-for': '192.0.2.1, 2001:db8:ffff::2' }, '192.0.2.1'],
    ['IPv4 in IPv6', { 'x-forwarded-for': '::ffff:192.0.2.1' }, '192.0.2.1'],
    ['the proxy, if that hides it', { 'x-forwarded-for': '192.0.2.1, unknown' }, '10.0.0.1'],
    ['the proxy, if it sends no address', { 'x-forwarded-for': '192.0.2.1, 0x7f.1' }, '10.0.0.1'],
    ['in the standard header', { forwarded: 'for=192.0.2.1' }, '192.0.2.1'],
    ['quoted', { forwarded: 'proto=https; For="[2001:db8::1]:4711"' }, '2001:db8::1'],
    ['the last of the standard header', { forwarded: 'for=8.8.8.8, for=192.0.2.1' }, '192.0.2.1'],
    ['behind two proxies', { forwarded: 'for=8.8.8.8, for=192.0.2.1, for=10.2.3.4' }, '192.0.2.1'],
    ['obfuscated', { forwarded: 'for=192.0.2.1, for=_hidden' }, '10.0.0.1'],
    ['in both headers', { forwarded: 'for=192.0.2.1', 'x-forwarded-for': '192.0.2.1' }, '192.0.2.1'],
  ])('is %s', (_name, headers, address) => {
    expect(requesterOf(headers)).toMatchObject({ address, isForwarded: true });
  });

  test.each<readonly [string, IncomingHttpHeaders]>([
    ['both headers differ', { forwarded: 'for=192.0.2.1', 'x-forwarded-for': '192.0.2.2' }],
    [
      'only one proxy header of two names a host',
      { forwarded: 'for=192.0.2.1;host=a', 'x-forwarded-for': '192.0.2.1' },
    ],
    ['the proxy adds the scheme only', { forwarded: 'for=192.0.2.1', 'x-forwarded-proto': 'https' }],
    ['the header is malformed', { forwarded: 'for="192.0.2.1' }],
    ['the client has sent a malformed header', { forwarded: '"a, for=192.0.2.1' }],
  ])('is unknown if %s', (_name, headers) => {
    expect(() => requesterOf(headers)).toThrow(/Forwarded/);
  });

  test('cannot be chosen by the client', () => {
    const sent = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 5 }), (values) => {
        const chain = [...values, '192.0.2.1'].join(', ');
        expect(requesterOf({ 'x-forwarded-for': chain }).address).toBe('192.0.2.1');
      }),
    );
  });
});

describe('what was requested', () => {
  test.each<readonly [string, IncomingHttpHeaders, string, string]>([
    [
      'by the standard header',
      { forwarded: 'for=192.0.2.1;host="desk.example:81";proto=https' },
      'desk.example:81',
      'https',
    ],
    [
      'by the others',
      { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-host': 'desk.example', 'x-forwarded-proto': 'HTTPS' },
      'desk.example',
      'https',
    ],
    ['by the scheme alone', { 'x-forwarded-proto': 'https' }, 'inner.example', 'https'],
    [
      'by the first trusted proxy',
      {
        'x-forwarded-for': '192.0.2.1, 10.2.3.4',
        'x-forwarded-host': 'evil.example, desk.example, b.example',
      },
      'desk.example',
      'http',
    ],
    [
      'by a proxy before others that add nothing',
      { 'x-forwarded-for': '192.0.2.1, 10.2.3.4', 'x-forwarded-proto': 'https' },
      'inner.example',
      'https',
    ],
    ['in a scheme that is unknown', { forwarded: 'for=192.0.2.1;proto=gopher' }, 'inner.example', 'http'],
  ])('is told %s', (_name, headers, host, protocol) => {
    expect(requesterOf(headers)).toMatchObject({ host, protocol });
  });
});

describe('behind a trusted proxy', () => {
  let chancery: Harness;
  afterEach(() => chancery.close());
  const start = async (): Promise<void> => {
    chancery = await startHarness(undefined, {}, true, {
      trustedProxies: ['127.0.0.1'],
      allowedHosts: ['desk.example'],
    });
  };

  test('URLs, host checks and the log follow what it forwards', async () => {
    await start();
    const headers = { forwarded: 'for=192.0.2.1;host=desk.example;proto=https' };
    const page = await ask(chancery.url, '/countries/PK', { headers: { ...headers, accept: 'text/html' } });
    expect(page.text).toContain('https://desk.example/countries/PK');
    const json = await ask(chancery.url, '/events', { headers });
    expect(json.status).toBe(200);
    await until(() => chancery.signals.some((signal) => signal.kind === 'request-completed'));
    expect(chancery.signals.find(({ kind }) => kind === 'request-completed')).toMatchObject({
      address: '192.0.2.1',
    });
  });

  test.each<Readonly<Record<string, string>>>([
    { 'x-forwarded-host': 'evil.example' },
    { host: 'evil.example', 'x-forwarded-host': 'desk.example' },
    { host: 'evil.example', forwarded: 'for=192.0.2.1;host=desk.example' },
    { forwarded: 'host=evil.example' },
  ])('both hosts are checked: %j', async (headers) => {
    await start();
    const { status, json } = await ask(chancery.url, '/events', { headers });
    expect([status, json.detail]).toEqual([421, expect.stringContaining('evil.example')]);
  });

  test('a request without a known sender is refused', async () => {
    await start();
    const { status, json } = await ask(chancery.url, '/events', {
      headers: { forwarded: 'for=192.0.2.1', 'x-forwarded-for': '192.0.2.2' },
    });
    expect([status, json.type]).toEqual([400, '/problems/malformed-request']);
  });
});
