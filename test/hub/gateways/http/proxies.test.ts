import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Proxies } from '../../../../hub/gateways/http/proxies.ts';

function request(remoteAddress: string, forwarded?: string, proto?: string): IncomingMessage {
  const headers = {
    ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }),
    ...(proto !== undefined && { 'x-forwarded-proto': proto }),
  };
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('The address of a client', () => {
  const proxies = new Proxies([
    'loopback',
    '172.16.0.0/12',
    '2001:db8::/64',
    '10.0.0.1',
    'fe80::1%eth0',
    'fe80::2',
  ]);

  it.each([
    ['a direct connection', '192.0.2.7', undefined, '192.0.2.7'],
    ['one who claims to be a proxy', '192.0.2.7', '198.51.100.1', '192.0.2.7'],
    ['a proxy that says nothing', '127.0.0.1', undefined, '127.0.0.1'],
    ['a proxy', '127.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['a proxy, as a socket for both families names it', '::ffff:127.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['a client on a socket for both families', '::ffff:192.0.2.7', undefined, '192.0.2.7'],
    ['a client that a proxy names so', '127.0.0.1', '::ffff:192.0.2.7', '192.0.2.7'],
    ['a proxy of one zone', 'fe80::1%eth0', '192.0.2.7', '192.0.2.7'],
    ['the same address in another zone', 'fe80::1%eth1', '192.0.2.7', 'fe80::1%eth1'],
    ['a proxy of any zone', 'fe80::2%eth1', '192.0.2.7', '192.0.2.7'],
    ['a proxy by IPv6', '::1', '192.0.2.7', '192.0.2.7'],
    ['a proxy of a network', '172.31.255.255', '2001:db9::7', '2001:db9::7'],
    ['a machine beside that network', '172.32.0.0', '192.0.2.7', '172.32.0.0'],
    ['a proxy behind another', '127.0.0.1', '192.0.2.7, 10.0.0.1', '192.0.2.7'],
    ['a client that made up the beginning', '127.0.0.1', '8.8.8.8, 192.0.2.7', '192.0.2.7'],
    ['a client that pretends to be a proxy', '127.0.0.1', '8.8.8.8, 10.0.0.1, 192.0.2.7', '192.0.2.7'],
    ['proxies alone', '127.0.0.1', '10.0.0.1', '10.0.0.1'],
    ['rubbish', '127.0.0.1', 'unknown', '127.0.0.1'],
    ['rubbish behind a proxy', '127.0.0.1', 'evil, 10.0.0.1', '10.0.0.1'],
    ['an empty header', '127.0.0.1', '', '127.0.0.1'],
    ['an address with a port', '127.0.0.1', '192.0.2.7:4711', '192.0.2.7'],
    ['an IPv6 address with a port', '127.0.0.1', '[2001:db9::7]:4711', '2001:db9::7'],
  ])('of %s', (_title, connection, forwarded, address) => {
    expect(proxies.addressOf(request(connection, forwarded))).toBe(address);
  });

  it('is that of the connection if no proxy is trusted', () => {
    expect(new Proxies([]).addressOf(request('127.0.0.1', '192.0.2.7'))).toBe('127.0.0.1');
  });
});

describe('A connection of a client', () => {
  const proxies = new Proxies(['127.0.0.1']);
  it.each([
    ['127.0.0.1', 'https', true],
    ['127.0.0.1', 'https, http', true],
    ['127.0.0.1', 'http', false],
    ['127.0.0.1', undefined, false],
    ['192.0.2.7', 'https', false],
  ])('from %s with %s is encrypted: %s', (connection, proto, isEncrypted) => {
    expect(proxies.isEncrypted(request(connection, undefined, proto))).toBe(isEncrypted);
  });
});

it.each([
  'proxy.example',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/x',
  '1.2.3',
  '::/129',
  'fe80::%eth0/64',
  'fe80::1%',
  '10.0.0.1/8/8',
  '',
])('What is neither an address nor a network is refused: %j', (text) => {
  expect(() => new Proxies([text])).toThrow(/not a proxy/);
});
