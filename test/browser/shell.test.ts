import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Browser, Page } from 'playwright-core';
import { asyncScheduler } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { transferOf } from '../../build/sizes.ts';
import { Accounts } from '../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../hub/access/guarded-access.ts';
import { Message } from '../../hub/core/message.ts';
import { type HubServer, openHubServer } from '../../hub/server.ts';
import { createMemoryVault } from '../hub/access/memory-vault.ts';
import { describeWith } from '../programs.ts';
import { launchBrowser, openPage } from './browser.ts';

const PAGES = join(import.meta.dirname, '../../dist/pages');
const log = pino({ level: 'silent' });

describeWith('chromium', 'the shell of the pages', () => {
  let browser: Browser;
  let folder: string;
  let server: HubServer | undefined;
  let pages: Page[];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinhub-shell-'));
    cpSync(PAGES, folder, { recursive: true });
    pages = [];
  });
  afterEach(async () => {
    for (const page of pages) await page.context().close();
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  const start = async (access?: GuardedAccess) => {
    const guard = access && { access, logins: access.logins };
    server = await openHubServer({ port: 0, pagesFolder: folder, log, ...guard });
    return `http://localhost:${server.port}`;
  };
  const open = async (url: string) => {
    const { page } = await openPage(browser, url, { serviceWorkers: 'allow' });
    pages.push(page);
    return page;
  };
  /** Until the worker has stored what is open. */
  const kept = (page: Page) => page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const keptPaths = (page: Page) =>
    page.evaluate(async () => {
      const keys = await (await caches.open('pinhub-shell')).keys();
      return keys.map(({ url }) => new URL(url).pathname).sort();
    });

  it.each(['/', '/simulator'])('opens while the hub is away: %s', async (path) => {
    const url = await start();
    const page = await open(url + path);
    await kept(page);
    await server?.close();
    await page.reload();
    await page.getByText('The hub cannot be reached.').waitFor();
  });

  it('is kept behind the login, and nothing else is', async () => {
    const vault = createMemoryVault();
    const access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
    const token = await new Accounts(vault).makeToken({ name: 'ana', role: 'controller' });
    await access.refresh();
    const url = await start(access);
    const page = await open(`${url}/?token=${token}`);
    await page.locator('.connection[data-status="online"]').waitFor();
    await kept(page);
    const paths = await keptPaths(page);
    expect(paths).toContain('/');
    expect(paths.filter((path) => path !== '/' && !path.startsWith('/assets/'))).toEqual([]);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/login**');
    await page.goto(url);
    await page.waitForURL('**/login**');
    access.close();
  });

  it('is the new one at the next load after an update', async () => {
    const url = await start();
    const page = await open(url);
    await kept(page);
    const file = join(folder, 'index.html');
    const html = readFileSync(file, 'utf8');
    for (const form of ['.br', '.gz']) rmSync(file + form);
    await server?.close();
    writeFileSync(file, html.replace('<body>', '<body data-version="2">'));
    server = await openHubServer({ port: Number(new URL(url).port), pagesFolder: folder, log });
    await page.reload();
    expect(await page.locator('body').getAttribute('data-version')).toBe('2');
  });

  /** Two devices as their adapters leave them on the hub. */
  const leaveDevices = () => {
    const leave = (topic: string, text: string) =>
      server?.hub.publish(new Message(topic, text, { retain: true }));
    for (const [kind, gpio] of [
      ['led', 21],
      ['button', 4],
    ] as const) {
      leave(`${kind}/${gpio}/info`, JSON.stringify({ kind, gpio, driver: 'virtual' }));
      leave(`${kind}/${gpio}/status`, 'online');
    }
    for (const topic of ['led/21/duty', 'led/21/duty/actual']) leave(topic, '42.5');
    leave('button/4/pressed/actual', 'false');
    leave('button/4/presses', '7');
  };

  it.each([
    ['/', 390, 'main:not([data-settling]) .card[data-topic="button/4"]'],
    ['/', 1280, 'main:not([data-settling]) .card[data-topic="button/4"]'],
    ['/simulator', 390, '[data-part="led/21"] .lens'],
    ['/simulator', 1280, '[data-part="led/21"] .lens'],
    ['/login', 390, 'form'],
  ])('has the page’s own layout: nothing of %s shifts, %d pixels wide', async (path, width, last) => {
    const url = await start();
    leaveDevices();
    const page = await open('about:blank');
    await page.setViewportSize({ width, height: 844 });
    await page.addInitScript(() => {
      const shifts: number[] = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if ('value' in entry) shifts.push(Number(entry.value));
      }).observe({ type: 'layout-shift', buffered: true });
      Object.assign(globalThis, { shifts });
    });
    // An open hub's login page redirects at once.
    await page.route('**/api/me', (route) => route.fulfill({ status: 401, json: { ok: false } }));
    await page.goto(url + path);
    await page.locator(last).first().waitFor();
    const shifts = await page.evaluate(
      () =>
        new Promise<number[]>((resolve) => {
          // Two frames later the last change has been painted and reported.
          requestAnimationFrame(() =>
            requestAnimationFrame(() => resolve((globalThis as unknown as { shifts: number[] }).shifts)),
          );
        }),
    );
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.05);
  });

  it('connects once: the dashboard takes the socket that its first script has opened', async () => {
    const url = await start();
    leaveDevices();
    const page = await open('about:blank');
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await page.goto(url);
    await page.locator('.card[data-topic="led/21"] input[type="range"]').waitFor();
    expect(sockets).toEqual([`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`]);
  });

  it('can be installed: its manifest names icons that are there', async () => {
    const url = await start();
    const page = await open(url);
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
      const { icons } = await (await fetch(link?.href ?? '')).json();
      const sources: string[] = icons.map(({ src }: { src: string }) => new URL(src, link?.href).href);
      return Promise.all(sources.map(async (source) => (await fetch(source)).headers.get('content-type')));
    });
    expect(manifest).toEqual(['image/svg+xml', 'image/png', 'image/png', 'image/png']);
  });
});

describe('What a browser transfers', () => {
  it.each([
    ['index.html', 110],
    ['simulator/index.html', 85],
    ['login/index.html', 30],
  ])('for %s is at most %d kB, by gzip as without HTTPS', (page, kilobytes) => {
    expect(transferOf(PAGES, page, 'gz') / 1000).toBeLessThanOrEqual(kilobytes);
  });
});
