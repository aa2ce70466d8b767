import { describe, expect, test } from '@jest/globals';
import { allowedAddresses, isPublicAddress } from '../../src/webhooks/public-address.ts';

describe('an address', () => {
  test.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '127.0.0.1', '127.255.0.1'],
    ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.2'],
    ...['192.168.0.1', '198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1'],
    ...['239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'fc00::1', 'fd12:3456:789a::1', 'ff02::1'],
    ...['2001:db8::1', '2001::1', '2001:10::1', '2001:20::1', '2002:7f00:1::', '2002:808:808::', '3fff::1'],
    ...['5f00::1', '100::1', '64:ff9b:1::1', '::7f00:1', '::127.0.0.1'],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:a00:1', '::FFFF:169.254.169.254'],
    ...['0:0:0:0:0:ffff:c0a8:1', '64:ff9b::10.0.0.1', '64:ff9b::7f00:1', '::ffff:0:7f00:1'],
    ...['', 'localhost', '1.2.3', '1.2.3.4.5'],
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each([
    ...[
      '1.1.1.1',
      '8.8.8.8',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
    ],
    ...['128.0.0.0', '169.253.255.255', '172.15.255.255', '172.32.0.0', '192.167.255.255', '223.255.255.255'],
    ...['2606:4700:4700::1111', '2a00:1450:4001::200e', '2001:4860:4860::8888', '2001:200::1'],
    ...['::ffff:8.8.8.8', '::ffff:808:808', '64:ff9b::8.8.8.8'],
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('a host of a URL', () => {
  test.each([
    ...[
      'http://127.0.0.1/',
      'http://localhost/',
      'http://127.1/',
      'http://2130706433/',
      'http://0x7f.0.0.1/',
    ],
    ...['http://0177.0.0.1/', 'http://[::1]/', 'http://[::ffff:127.0.0.1]/', 'http://[fe80::1]/'],
    ...['http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/', 'http://①②⑦.0.0.1/'],
  ])('%s is refused, however it is written', async (url) => {
    const { hostname } = new URL(url);
    await expect(allowedAddresses(hostname, false)).rejects.toThrow('is not on the public internet');
    await expect(allowedAddresses(hostname, true)).resolves.not.toHaveLength(0);
  });

  test('is resolved to the addresses that were checked', async () => {
    expect(await allowedAddresses('8.8.8.8', false)).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await allowedAddresses('[2606:4700::1111]', false)).toEqual([
      { address: '2606:4700::1111', family: 6 },
    ]);
  });
});
