import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { Exposure } from '../../../../hub/gateways/http/exposure.ts';
import { Origins, parseHostName, parseOrigin } from '../../../../hub/gateways/http/origin.ts';

const names = ['raspberrypi', 'RaspberryPi.local'];
const loopback = new Origins({ names, isLoopbackOnly: true, allowedOrigins: [] });
const open = new Origins({
  names,
  isLoopbackOnly: false,
  allowedOrigins: ['https://Home.example:443/', 'http://home.example:8123', 'ionic://localhost'],
});

function isLetIn(
  origins: Origins,
  headers: { host?: string; origin?: string; authorization?: string },
): boolean {
  try {
    origins.check({ headers });
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
  ])('is accepted if it calls the hub by its name: %s', (host) => {
    expect([isLetIn(loopback, { host }), isLetIn(open, { host })]).toEqual([true, true]);
  });

  it.each(['192.168.1.7:5000', '10.0.0.1', '[fe80::1]:5000', '[2001:DB8::7]', '203.0.113.9:80'])(
    'is accepted by an address if the hub is open to the network, as no name can be bent to that: %s',
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
    'is refused under any other name, to which somebody may have bent theirs (DNS rebinding): %j',
    (host) => {
      expect([isLetIn(loopback, { host }), isLetIn(open, { host })]).toEqual([false, false]);
    },
  );

  it('is refused if it names no host at all', () => {
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
    ['http://raspberrypi:80', 'raspberrypi'],
    ['http://raspberrypi', 'raspberrypi:80'],
    ['https://raspberrypi:443', 'raspberrypi:443'],
    ['https://raspberrypi', 'raspberrypi:443'],
    // paho-mqtt writes https:// and the port always.
    ['https://raspberrypi:80', 'raspberrypi:80'],
  ])('is accepted if it is the hub’s own: %s to %s', (origin, host) => {
    expect([isLetIn(loopback, { host, origin }), isLetIn(open, { host, origin })]).toEqual([true, true]);
  });

  it('is accepted by its own address if the hub is open to the network', () => {
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
    ['another scheme of the same name', 'ftp://localhost:5000', 'evil.example'],
    ['no origin but noise', 'http://', 'localhost:5000'],
    ['nothing', '', 'localhost:5000'],
  ])('is refused if it is not: %s', (_title, origin, host) => {
    expect([isLetIn(loopback, { host, origin }), isLetIn(open, { host, origin })]).toEqual([false, false]);
  });

  it('is refused with the option that would allow it, and with what was given cut short', () => {
    expect(() => open.check({ headers: { host: `${'x'.repeat(5_000)}:80` } })).toThrow(
      /it answers to localhost, 127\.0\.0\.1.*--name/,
    );
    expect(() => open.check({ headers: { host: 'localhost', origin: 'https://evil.example' } })).toThrow(
      /pages of "https:\/\/evil\.example" may not use this hub.*--allow-origin/,
    );
  });
});

it('A page that is refused is in the log, with what would let it in, once however often it tries', () => {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
  const exposure = new Exposure({ isLoopbackOnly: false, log });
  const turnAway = (origin: string) =>
    expect(() => exposure.check({ headers: { host: 'localhost', origin } })).toThrow();
  for (let times = 0; times < 3; times++) turnAway('https://home.example');
  expect(lines).toEqual([expect.stringMatching(/"https:\/\/home\.example".*--allow-origin/)]);
  for (let index = 0; index < 1_000; index++) turnAway(`https://${index}.example`);
  expect(lines.length).toBeLessThan(20);
});

describe('A page of an origin that is allowed', () => {
  it.each(['https://home.example', 'HTTPS://HOME.EXAMPLE', 'http://home.example:8123', 'ionic://localhost'])(
    'is accepted: %s',
    (origin) => {
      const request = { headers: { host: 'localhost:5000', origin } };
      expect(isLetIn(open, request.headers)).toBe(true);
      expect(open.senderOf(request)).toBe('allowed');
    },
  );

  it.each([
    'http://home.example',
    'https://home.example:8123',
    'https://sub.home.example',
    'https://home.example.evil',
  ])('does not accept its neighbors: %s', (origin) => {
    expect(isLetIn(open, { host: 'localhost:5000', origin })).toBe(false);
  });

  it('must still call the hub by its name', () => {
    expect(isLetIn(open, { host: 'evil.example', origin: 'https://home.example' })).toBe(false);
  });
});

describe('An app with pages inside', () => {
  it.each(['file://', 'capacitor://localhost', 'chrome-extension://abcdef', 'app://obsidian.md'])(
    'is accepted as far as to show its credentials, and never passes for the hub’s own page: %s',
    (origin) => {
      const request = { headers: { host: 'localhost', origin } };
      expect(isLetIn(loopback, request.headers)).toBe(true);
      expect(loopback.senderOf(request)).toBe('app');
    },
  );
});

describe('A program that shows a token', () => {
  it.each(['null', 'https://evil.example'])('is accepted whatever its Origin is: %s', (origin) => {
    const host = 'localhost:5000';
    expect(isLetIn(loopback, { host, origin, authorization: 'Bearer ph_x' })).toBe(true);
    expect(isLetIn(loopback, { host, origin, authorization: 'Basic YTpi' }), 'browsers add it').toBe(false);
    expect(isLetIn(loopback, { host, origin, authorization: '' })).toBe(false);
    expect(isLetIn(loopback, { host: 'evil.example', origin, authorization: 'Bearer ph_x' })).toBe(false);
  });
});

describe('A text in place of a name or an origin', () => {
  it.each(['a:80', 'http://a', 'a/b', 'a b', '', '*', 'a,b', '::1'])('is not a name: %j', (text) => {
    expect(() => parseHostName(text)).toThrow(/not a host name/);
  });

  it.each(['pinhub.example', 'PI.fritz.box', '192.168.1.7', '[::1]', 'pi'])('is one: %s', (text) => {
    expect(parseHostName(text)).toBe(text.toLowerCase());
  });

  it.each(['home.example', '*', 'https://a/b', 'https://a?b', 'https://u@a', 'null', '', 'mailto:a@b'])(
    'is not an origin: %j',
    (text) => {
      expect(() => parseOrigin(text)).toThrow(/not an origin/);
    },
  );
});
