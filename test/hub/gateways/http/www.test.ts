import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpHub, openHttpHub } from './http-hub.ts';

let folder: string;
let hub: HttpHub;
let below: HttpHub;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-www-'));
  const www = join(folder, 'www');
  for (const path of ['game', '.git', 'empty', 'game/.cache'])
    mkdirSync(join(www, path), { recursive: true });
  const files = {
    'index.html': 'the start',
    'a b.html': 'a page with a space',
    'game/index.html': 'the game',
    'game/code.js': 'export {};',
    '.htpasswd': 'a secret',
    '.git/config': 'a secret',
    'game/.cache/x.txt': 'a secret',
    '../outside.txt': 'a secret',
  };
  for (const [path, content] of Object.entries(files)) writeFileSync(join(www, path), content);
  symlinkSync(join(folder, 'outside.txt'), join(www, 'link.txt'));
  symlinkSync(folder, join(www, 'up'));
  symlinkSync(join(www, '.htpasswd'), join(www, 'plain.txt'));
  symlinkSync(join(www, 'game'), join(www, 'alias'));
  symlinkSync(join(folder, 'outside.txt'), join(www, 'empty/index.html'));
  symlinkSync('loop', join(www, 'loop'));
  hub = await openHttpHub({}, undefined, undefined, { www });
  below = await openHttpHub({}, undefined, undefined, { www, basePath: '/pinhub' });
});
afterAll(async () => {
  await Promise.all([hub.stop(), below.stop()]);
  rmSync(folder, { recursive: true });
});

describe('A folder of one’s own', () => {
  it.each([
    ['/www/', 'the start'],
    ['/www', 'the start'],
    ['/www/index.html', 'the start'],
    ['/www/a%20b.html', 'a page with a space'],
    ['/www/game', 'the game'],
    ['/www/game/', 'the game'],
    ['/www/alias/', 'the game'],
    ['/www/game/code.js', 'export {};'],
  ])('is served below /www/: %s', async (path, content) => {
    const response = await fetch(hub.url + path);
    expect(await response.text()).toBe(content);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self' 'unsafe-inline';");
    expect(policy).toContain("script-src-attr 'unsafe-inline'");
    expect((await fetch(hub.url)).headers.get('content-security-policy')).not.toMatch(
      /script-src[^;]* 'unsafe-inline'/,
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const other = await fetch(`${below.url}/pinhub${path}`);
    expect([other.status, await other.text()]).toEqual([200, content]);
  });

  it('has addresses that relative ones begin at', async () => {
    for (const [hubOf, base] of [
      [hub, ''],
      [below, '/pinhub'],
    ] as const) {
      const response = await fetch(`${hubOf.url}${base}/www/game?level=2`, { redirect: 'manual' });
      expect(response.headers.get('location')).toBe(`${base}/www/game/?level=2`);
    }
  });

  it.each([
    '/www/none.html',
    '/www/.htpasswd',
    '/www/%2ehtpasswd',
    '/www/.git/config',
    '/www/game/.cache/x.txt',
    '/www/../outside.txt',
    '/www/..%2foutside.txt',
    '/www/%2e%2e/outside.txt',
    '/www/game/..%2f..%2foutside.txt',
    '/www/link.txt',
    '/www/up/outside.txt',
    '/www/up/www/index.html/../../outside.txt',
    '/www/plain.txt',
    '/www/empty/',
    '/www/empty',
    '/www/loop',
    '/www/index.html/',
    '/www/%00',
    '/www/%ff',
    '/www//etc/passwd',
    '/www/%2fetc%2fpasswd',
  ])('gives nothing else away: %s', async (target) => {
    const response = await hub.raw([`GET ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close']);
    expect(response).toMatch(/^HTTP\/1\.1 (40[04]|302) /);
    expect(response).not.toContain('a secret');
    expect(response).not.toContain(folder);
  });

  it('is only for clients that may read', async () => {
    expect((await fetch(`${hub.url}/www/`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${hub.url}/www/index.html`, { method: 'PUT', body: 'x' })).status).toBe(404);
  });

  it.each(['/nowhere/at/all', import.meta.filename])('must be one: %s', async (www) => {
    await expect(openHttpHub({}, undefined, undefined, { www })).rejects.toThrow(/--www/);
  });
});
