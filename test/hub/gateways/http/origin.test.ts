import { describe, expect, it } from 'vitest';
import { createOriginCheck } from '../../../../hub/gateways/http/origin.ts';

const loopback = createOriginCheck({ hostNames: ['raspberrypi', 'RaspberryPi.local'], isLoopbackOnly: true });
const open = createOriginCheck({ hostNames: ['raspberrypi', 'RaspberryPi.local'], isLoopbackOnly: false });

function isLetIn(check: typeof open, headers: { host?: string; origin?: string }): boolean {
  try {
    check({ headers });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'auth/denied' });
    return false;
  }
}

describe('A request by a program, which sends no Origin', () => {
  it.each([
    'localhost:5000',
    'localhost',
    'LOCALHOST:5000',
    '127.0.0.1:5000',
    '[::1]:5000',
    '[::1]',
    'raspberrypi:5000',
    'raspberrypi.local',
    'RASPBERRYPI.LOCAL:80',
  ])('is let in where it calls the hub by its name: %s', (host) => {
    expect([isLetIn(loopback, { host }), isLetIn(open, { host })]).toEqual([true, true]);
  });

  it.each(['192.168.1.7:5000', '10.0.0.1', '[fe80::1]:5000', '[2001:DB8::7]', '203.0.113.9:80'])(
    'is let in by an address where the hub is open to the network, as no name can be bent to that: %s',
    (host) => {
      expect([isLetIn(loopback, { host }), isLetIn(open, { host })]).toEqual([false, true]);
    },
  );

  it.each([
    'evil.example:5000',
    'localhost.evil.example',
    'evil.example.',
    'localhost:5000.evil.example',
    '127.0.0.1.evil.example:5000',
    '127.0.0.1.nip.io',
    'xlocalhost',
    'raspberrypi.local.evil.example',
    'localhost:5000:5000',
    '[::1].evil.example',
    '::1',
    'localhost@evil.example',
    'evil.example/localhost',
    ' localhost',
    '',
  ])(
    'is turned away under any other name, to which somebody may have bent theirs (DNS rebinding): %j',
    (host) => {
      expect([isLetIn(loopback, { host }), isLetIn(open, { host })]).toEqual([false, false]);
    },
  );

  it('is turned away where it names no host at all', () => {
    expect(isLetIn(open, {})).toBe(false);
  });
});

describe('A request by a page', () => {
  it.each([
    ['http://localhost:5000', 'localhost:5000'],
    ['http://LOCALHOST:5000', 'localhost:5000'],
    ['http://localhost', 'localhost'],
    ['https://localhost', 'localhost'],
    ['http://127.0.0.1:5000', '127.0.0.1:5000'],
    ['http://[::1]:5000', '[::1]:5000'],
    ['http://raspberrypi.local:5000', 'RaspberryPi.local:5000'],
  ])('is let in where it is the hub’s own: %s to %s', (origin, host) => {
    expect([isLetIn(loopback, { host, origin }), isLetIn(open, { host, origin })]).toEqual([true, true]);
  });

  it('is let in by its own address where the hub is open to the network', () => {
    const headers = { host: '192.168.1.7:5000', origin: 'http://192.168.1.7:5000' };
    expect([isLetIn(loopback, headers), isLetIn(open, headers)]).toEqual([false, true]);
  });

  it.each([
    ['another site', 'https://evil.example', 'localhost:5000'],
    ['another port of this machine', 'http://localhost:3000', 'localhost:5000'],
    ['no port, where there is one', 'http://localhost', 'localhost:5000'],
    ['another name of this machine', 'http://127.0.0.1:5000', 'localhost:5000'],
    ['a name that begins alike', 'http://localhost:50001', 'localhost:5000'],
    ['a name that ends alike', 'http://evil-localhost:5000', 'localhost:5000'],
    ['a user that looks like a host', 'http://localhost:5000@evil.example', 'localhost:5000'],
    ['a file or a sandboxed frame', 'null', 'localhost:5000'],
    ['an extension', 'chrome-extension://abcdef', 'localhost:5000'],
    ['no origin but noise', 'http://', 'localhost:5000'],
    ['nothing', '', 'localhost:5000'],
  ])('is turned away where it is not: %s', (_title, origin, host) => {
    expect([isLetIn(loopback, { host, origin }), isLetIn(open, { host, origin })]).toEqual([false, false]);
  });

  it('is turned away with what is allowed, and with what was given cut short', () => {
    expect(() => open({ headers: { host: `${'x'.repeat(5_000)}:80` } })).toThrow(
      /it answers to localhost, 127\.0\.0\.1/,
    );
    expect(() => open({ headers: { host: 'localhost', origin: 'https://evil.example' } })).toThrow(
      'pages of "https://evil.example" may not use this hub',
    );
  });
});
