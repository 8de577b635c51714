import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpHub, openHttpHub } from './http-hub.ts';

let hub: HttpHub;

beforeEach(async () => {
  hub = await openHttpHub();
});
afterEach(() => hub.stop());

function ask(
  target: string,
  headers: readonly string[] = ['Host: localhost'],
  method = 'GET',
): Promise<string> {
  return hub.raw([`${method} ${target} HTTP/1.1`, ...headers, 'Connection: close']);
}

it('lists the paths if the requested one does not exist', async () => {
  const body = JSON.stringify(await (await fetch(`${hub.url}/api`)).json());
  for (const place of ['/simulator', '/login', '/readyz', '/metrics', '/api/topics/<topic>', '/api/me'])
    expect(body).toContain(place);
  // This hub has neither a history nor links.
  for (const place of ['/api/history', '/api/links']) expect(body).not.toContain(place);
});

describe('The pages', () => {
  it.each([
    ['/', 'Dashboard'],
    ['/simulator', 'Simulator'],
    ['/simulator?device=ana', 'Simulator'],
    ['/simulator/', 'Simulator'],
    ['/login', 'Login'],
  ])('are at their documented addresses, and requested again each time: %s', async (path, title) => {
    const response = await fetch(hub.url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toMatch(/no-cache|max-age=0/);
    expect(await response.text()).toContain(title);
  });

  it.each(['//', '///', '//?device=ana', 'http://localhost:99999/', 'http://evil.example/'])(
    'are found however oddly the request names them: %s',
    async (target) => {
      expect(await ask(target)).toMatch(/^HTTP\/1\.1 200 .*Dashboard/s);
    },
  );

  it('have scripts that never change, and may be kept', async () => {
    const response = await fetch(`${hub.url}/assets/main-1234.js`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it.each([
    '/nothing',
    '/assets/',
    '/assets/none.js',
    '/api',
    '/api/nothing',
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/%00',
    '/%ff',
    '//evil.example/',
    '/..\\secret.txt',
    'http://evil.example/secret.txt',
  ])('serve nothing else: %s', async (target) => {
    const response = await ask(target);
    expect(response).toMatch(/^HTTP\/1\.1 40[034] /);
    expect(response).toContain('"ok":false');
    expect(response).not.toContain('not for anyone');
    expect(response).not.toMatch(/node_modules|\.ts:|at /);
  });

  it.each([
    ['en-GB,en;q=0.9', 'en', 'There is no such page'],
    ['pt-BR,pt;q=0.9,en;q=0.8', 'pt-BR', 'Esta página não existe'],
    ['pt-PT,pt;q=0.9', 'pt-BR', 'Esta página não existe'],
    ['de', 'en', 'There is no such page'],
  ])('say to a person that there is no other, in their language: %s', async (wanted, language, text) => {
    const headers = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'Accept-Language': wanted };
    const response = await fetch(`${hub.url}/simulador`, { headers });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await response.text();
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).toContain(text);
    expect(page).toContain('<a href="/">');
    const rest = await fetch(`${hub.url}/api/nothing`, { headers });
    expect(rest.headers.get('content-type'), 'REST').toBe('application/json; charset=utf-8');
  });

  it('say to a person why the hub refuses, without running what the request says', async () => {
    const response = await ask('/', ['Host: <script>', 'Accept: text/html']);
    expect(response).toMatch(/^HTTP\/1\.1 403 /);
    expect(response).toContain('the hub is not called');
    expect(response).not.toContain('<script>');
  });

  it('show that the hub is there', async () => {
    expect(await (await fetch(`${hub.url}/healthz`)).json()).toMatchObject({ ok: true });
  });
});

describe('Every response', () => {
  it.each(['/', '/nothing', '/healthz', '/api/topics/a', '/assets/main-1234.js'])(
    'has headers that keep others out: %s',
    async (path) => {
      const { headers } = await fetch(hub.url + path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("object-src 'none'");
      expect(policy).toContain("frame-ancestors 'self'");
      expect(policy).not.toMatch(/script-src[^;]*unsafe|upgrade-insecure-requests/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );
});

describe('Requests by others', () => {
  it.each([
    ['under another name', ['Host: evil.example']],
    ['under the name of another network', ['Host: 192.168.1.7']],
    ['from another site', ['Host: localhost', 'Origin: https://evil.example']],
    ['from another port', ['Host: localhost:5000', 'Origin: http://localhost:3000']],
    ['from a file or a sandboxed frame', ['Host: localhost', 'Origin: null']],
  ])('are refused at every path: %s', async (_title, headers) => {
    for (const target of ['/', '/api/topics/a', '/healthz', '/assets/main-1234.js', '/nothing']) {
      const response = await ask(target, headers);
      expect(response).toMatch(/^HTTP\/1\.1 403 /);
      expect(response).toContain('"code":"auth/denied"');
    }
    const put = await ask('/api/topics/a', [...headers, 'Content-Length: 0'], 'PUT');
    expect(put).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('are accepted from the hub’s own pages', async () => {
    const response = await ask('/healthz', ['Host: LOCALHOST:5000', 'Origin: http://localhost:5000']);
    expect(response).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('Below a path', () => {
  let below: HttpHub;
  beforeEach(async () => {
    below = await openHttpHub({}, undefined, undefined, { basePath: '/pinhub' });
  });
  afterEach(() => below.stop());
  const get = (path: string) => fetch(below.url + path, { redirect: 'manual' });

  it.each([
    ['/pinhub/', 'Dashboard'],
    ['/pinhub/simulator?device=ana', 'Simulator'],
    ['/pinhub/login', 'Login'],
    ['/pinhub/healthz', 'true'],
  ])('is everything: %s', async (path, content) => {
    const response = await get(path);
    expect([response.status, (await response.text()).includes(content)]).toEqual([200, true]);
  });

  it.each([
    ['/', '/pinhub/'],
    ['/?token=x', '/pinhub/?token=x'],
    ['/pinhub', '/pinhub/'],
    ['/pinhub?device=ana', '/pinhub/?device=ana'],
    ['/pinhub/simulator/?device=ana', '/pinhub/simulator?device=ana'],
    ['/pinhub/simulator/index.html', '/pinhub/simulator'],
    ['/pinhub/login/', '/pinhub/login'],
  ])('begins what its start leads to: %s to %s', async (path, location) => {
    const response = await get(path);
    expect([response.status, response.headers.get('location')]).toEqual([302, location]);
  });

  it.each([
    '/simulator',
    '/api/topics/a',
    '/healthz',
    '/PINHUB/',
    '/pinhubs/',
    '/pinhub/pinhub/',
    '/assets/main-1234.js',
  ])('is nothing else, and the error says where it is: %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    const { error } = await response.json();
    expect(error.message).toContain('/pinhub/simulator');
    expect(error.message).toContain('/pinhub/api/topics/<topic>');
  });
});
