import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { credentialsOf, formatCookie } from '../../../../hub/gateways/http/credentials.ts';
import { Exposure } from '../../../../hub/gateways/http/exposure.ts';

function request(headers: IncomingHttpHeaders, method = 'GET', socket: object = {}): IncomingMessage {
  return { headers: { host: 'pi.local:5000', ...headers }, method, socket } as unknown as IncomingMessage;
}

const exposure = new Exposure({ isLoopbackOnly: true });
const cookie = 'pinhub-5000=s3cret';
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const none = {};
const login = { login: 's3cret' };

describe('the credentials of a request', () => {
  it.each([
    ['nothing', request({}), none],
    ['Bearer', request({ authorization: 'Bearer ph_x' }), { token: 'ph_x' }],
    ['bearer in lower case', request({ authorization: 'bearer ph_x' }), { token: 'ph_x' }],
    [
      'Basic, the password with colons and accents',
      request({ authorization: basic('ana:a:ção') }),
      { user: 'ana', password: 'a:ção' },
    ],
    ['a cookie among others', request({ cookie: `a=b; ${cookie}; c=d` }), login],
    ['the cookie of a hub on another port', request({ cookie: 'pinhub-5001=x' }), none],
    ['a header before a cookie', request({ authorization: 'Bearer t', cookie }), { token: 't' }],
    ['a certificate', request({}, 'GET', peer('ana', true)), { certificate: { commonName: 'ana' } }],
    [
      'a certificate on a connection that is gone',
      request({}, 'GET', { authorized: true, getPeerCertificate: () => null }),
      none,
    ],
    ['a certificate that is not good', request({}, 'GET', peer('ana', false)), none],
    ['a certificate without a name', request({}, 'GET', peer(undefined, true)), none],
  ])('are those of %s', (_, given, credentials) => {
    expect(credentialsOf(given, exposure)).toEqual(credentials);
  });

  it.each(['Bearer', 'Digest x', 'Basic !', basic('no colon'), ''])(
    'cannot be read from %j',
    (authorization) => {
      expect(() => credentialsOf(request({ authorization }), exposure)).toThrow(/Bearer or Basic/);
    },
  );
});

describe('a cookie counts', () => {
  const own = { origin: 'http://pi.local:5000' };
  const upgrade = { upgrade: 'websocket' };
  it.each([
    ['for a plain GET', request({ cookie }), login],
    ['for a PUT of our own page', request({ cookie, ...own }, 'PUT'), login],
    ['for a WebSocket of our own page', request({ cookie, ...own, ...upgrade }), login],
    ['for an address that was typed in', request({ cookie, 'sec-fetch-site': 'none' }), login],
    ['not for a GET of another site', request({ cookie, 'sec-fetch-site': 'cross-site' }), none],
    ['not for a page of another port', request({ cookie, 'sec-fetch-site': 'same-site' }), none],
    ['not for a PUT of another site', request({ cookie, origin: 'http://evil.example' }, 'PUT'), none],
    ['not for a PUT of another port', request({ cookie, origin: 'http://pi.local:8080' }, 'PUT'), none],
    ['not for a PUT of a page without a name', request({ cookie, origin: 'null' }, 'PUT'), none],
    ['not for a PUT whose sender nobody names', request({ cookie }, 'PUT'), none],
    ['not for a WebSocket whose sender nobody names', request({ cookie, ...upgrade }), none],
  ])('%s', (_, given, credentials) => {
    expect(credentialsOf(given, exposure)).toEqual(credentials);
  });
});

it('a header that cannot be read is not repeated: it may be a secret', () => {
  expect(() => credentialsOf(request({ authorization: 'ph_secret' }), exposure)).not.toThrow(/ph_secret/);
});

describe('a cookie that is set', () => {
  const format = (given: IncomingMessage, at = exposure) =>
    formatCookie(given, at, { cookie: 'login', value: 'x', maxAgeSeconds: 60 });
  const encrypted = request({ host: 'pi.local' }, 'GET', { encrypted: true });

  it('is out of reach for scripts, other sites and other hubs', () => {
    expect(format(request({}))).toBe('pinhub-5000=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=60');
  });

  it('travels under TLS only, if there is TLS', () => {
    expect(format(encrypted)).toBe(
      '__Host-pinhub-443=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure',
    );
  });

  it('is kept from the other programs behind the same name', () => {
    const below = new Exposure({ isLoopbackOnly: true, basePath: '/pinhub' });
    expect(format(request({}), below)).toMatch(/^pinhub-5000=x; Path=\/pinhub; /);
    expect(format(encrypted, below)).toMatch(/^__Secure-pinhub-443=x; Path=\/pinhub; .*; Secure$/);
  });

  it('travels under TLS only, if a trusted proxy speaks TLS, and nobody else can say so', () => {
    const given = (remoteAddress: string) =>
      request({ host: 'pi.example', 'x-forwarded-proto': 'https' }, 'GET', { remoteAddress });
    const behind = new Exposure({ isLoopbackOnly: false, trustedProxies: ['10.0.0.1'] });
    expect(format(given('10.0.0.1'), behind)).toMatch(/^__Host-pinhub-443=x; .*; Secure$/);
    expect(format(given('10.0.0.2'), behind)).toMatch(/^pinhub-80=x; .*Max-Age=60$/);
  });
});

describe('a page of another origin', () => {
  const app = 'capacitor://localhost';
  it.each([
    ['no cookie', request({ cookie, origin: app }), none],
    ['no certificate', request({ origin: app }, 'GET', peer('ana', true)), none],
    ['the token that it shows', request({ cookie, origin: app, authorization: 'Bearer t' }), { token: 't' }],
  ])('has %s', (_, given, credentials) => {
    expect(credentialsOf(given, exposure)).toEqual(credentials);
  });
});

function peer(commonName: string | undefined, authorized: boolean): object {
  return { authorized, getPeerCertificate: () => ({ subject: { CN: commonName } }) };
}
