import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hub } from '../../../../hub/core/hub.ts';
import { createHttpApp } from '../../../../hub/gateways/http/app.ts';
import { Exposure } from '../../../../hub/gateways/http/exposure.ts';

const SCRIPT = `export const text = '${'long enough to be worth it '.repeat(40)}';`;
const PAGE = `<title>Dashboard</title>${'<p>content</p>'.repeat(40)}`;

let folder: string;
let url: string;
let stop: () => void;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-pages-'));
  for (const [path, text] of [
    ['assets/main-1234.js', SCRIPT],
    ['assets/gone-1234.js', SCRIPT],
    ['index.html', PAGE],
    ['login/index.html', PAGE],
    ['simulator/index.html', PAGE],
    ['shell/service-worker.js', SCRIPT],
    ['learn/index.html', PAGE],
    ['learn/frame.html', PAGE],
    ['client.js', SCRIPT],
    ['docs/index.html', PAGE],
    ['docs/rest.html', PAGE],
  ] as const)
    put(path, text);
  const server = createServer(
    createHttpApp({
      hub: new Hub({ now: () => 0 }),
      readiness: { reason: undefined },
      metrics: { contentType: 'text/plain', text: async () => '' },
      exposure: new Exposure({ isLoopbackOnly: true }),
      log: pino({ level: 'silent' }),
      version: '1.2.3',
      payloadBytes: 1_000,
      topicLevels: 8,
      pagesFolder: folder,
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
  stop = () => server.close();
});

afterAll(() => {
  stop();
  rmSync(folder, { recursive: true });
});

function put(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  writeFileSync(`${file}.gz`, gzipSync(text));
  writeFileSync(`${file}.br`, brotliCompressSync(text));
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(url + path, { method, headers });
}

describe('The frame of a lesson', () => {
  it('may run its own script and nothing else, also if somebody opens it by itself', async () => {
    const policy = (await ask('/learn/frame.html')).headers.get('content-security-policy');
    expect(policy).toContain('sandbox allow-scripts;');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/connect-src|allow-same-origin/);
    expect((await ask('/learn')).headers.get('content-security-policy')).toContain("script-src 'self'");
  });
});

describe('The client for pages of one’s own', () => {
  it('is asked for again each time, as its name stays the same', async () => {
    const response = await ask('/client.js');
    expect(response.headers.get('content-type')).toContain('javascript');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });
});

describe('The documentation', () => {
  it('is in a folder; its address without a slash leads there', async () => {
    const response = await ask('/docs?a=b');
    expect([response.url, await response.text()]).toEqual([`${url}/docs/?a=b`, PAGE]);
    expect(await (await ask('/docs/rest.html')).text()).toBe(PAGE);
    expect((await ask('/docs/nothing.html')).status).toBe(404);
  });
});

describe('A compressed page', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0.5, gzip', 'br'],
    ['gzip', 'gzip'],
    ['gzip;q=1, br;q=0', 'gzip'],
    ['identity', null],
  ])('comes as the browser likes it best: %s', async (accepted, expected) => {
    const paths = [
      '/',
      '/login',
      '/simulator',
      '/simulator/',
      '/simulator?device=ana',
      '/assets/main-1234.js',
    ];
    for (const path of paths) {
      const response = await ask(path, { 'Accept-Encoding': accepted });
      expect(response.headers.get('content-encoding'), path).toBe(expected);
      expect(response.headers.get('vary'), path).toContain('Accept-Encoding');
      expect(await response.text(), path).toBe(path.endsWith('.js') ? SCRIPT : PAGE);
    }
  });

  it('keeps its own type', async () => {
    expect((await ask('/')).headers.get('content-type')).toMatch(/^text\/html; charset=utf-8$/i);
    const script = await ask('/assets/main-1234.js');
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript; charset=utf-8$/i);
  });

  it('is not sent again if the browser has it', async () => {
    const first = await ask('/');
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const again = await ask('/', {
      'If-None-Match': first.headers.get('etag') ?? '',
      'Cache-Control': 'max-age=0', // Otherwise fetch requests a new one.
    });
    expect(again.status).toBe(304);
  });

  it('that cannot be sent leaves an error that can be read', async () => {
    for (const form of ['', '.br', '.gz']) rmSync(join(folder, `assets/gone-1234.js${form}`));
    const gone = await ask('/assets/gone-1234.js');
    expect(gone.status).toBe(404);
    expect(await gone.json()).toMatchObject({ ok: false });
    const outside = await ask('/assets/main-1234.js', { Range: 'bytes=999999-' });
    expect(outside.status).toBe(400);
    expect(await outside.json()).toMatchObject({ ok: false });
  });

  it('takes no other requests than reads', async () => {
    const response = await ask('/simulator/', {}, 'POST');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ ok: false });
  });
});

it('The service worker may look after all pages, and is asked for each time', async () => {
  const { headers } = await ask('/shell/service-worker.js');
  expect(headers.get('service-worker-allowed')).toBe('/');
  expect(headers.get('cache-control')).toBe('no-cache');
});
