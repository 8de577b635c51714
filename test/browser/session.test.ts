import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { launchBrowser, type OpenPage, openPage } from './browser.ts';
import { type GuardedHub, openGuardedHub } from './guarded-hub.ts';

const PASSWORD = 'correct horse';
const PAGES = ['/', '/simulator', '/simulator?device=kim'];

describeWith('chromium', 'the visitor of a page', () => {
  let browser: Browser;
  let hub: GuardedHub;
  let opened: OpenPage[] = [];

  const open = async (url: string, options: BrowserContextOptions = {}) => {
    const one = await openPage(browser, url, options);
    opened.push(one);
    return one.page;
  };
  const isConnected = (page: Page) => page.waitForSelector('.connection[data-status="online"]');
  const signIn = async (page: Page, user: string) => {
    await page.getByLabel('User name').fill(user);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await isConnected(page);
  };

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    opened = [];
    hub = await openGuardedHub();
  });
  afterEach(async () => {
    for (const { page } of opened) await page.context().close();
    await hub.close();
  });

  it.each(PAGES)(
    'is told once at %s that the login is no longer valid, and can sign in again',
    async (path) => {
      const page = await open(await hub.link('kim', 'controller', path));
      await page.locator('.person', { hasText: 'kim' }).waitFor();
      await isConnected(page);
      await hub.accounts.revokeToken('kim');
      await page.getByRole('heading', { name: 'You are no longer signed in' }).waitFor();
      await page.waitForSelector('.connection[data-status="offline"]');
      expect(await page.locator('.banner, .notice').count(), 'one message').toBe(1);
      expect(await page.locator('main button, .banner-place button').allTextContents()).toEqual([
        'Sign in again',
      ]);
      for (const stale of ['No devices yet', 'Devices online', 'Sign out', 'This tab is the device']) {
        expect(await page.getByText(stale).count(), stale).toBe(0);
      }
      // This hub has no history: the browser logs the failed request on its console.
      const faults = opened.flatMap((one) => one.faults).filter((fault) => !fault.includes('404'));
      expect(faults).toEqual([]);
      await page.getByRole('button', { name: 'Sign in again' }).click();
      await page.waitForURL('**/login?**');
      expect(new URL(page.url()).searchParams.get('next')).toBe(path);
    },
  );

  it('is told so in Portuguese without a word of English', async () => {
    const page = await open(await hub.link('kim', 'viewer'), { locale: 'pt-BR' });
    await isConnected(page);
    await hub.accounts.revokeToken('kim');
    await page.getByRole('heading', { name: 'Sua sessão terminou' }).waitFor();
    expect(await page.locator('.notice').innerText()).not.toMatch(/what|let|valid\b|longer/i);
    await page.getByRole('button', { name: 'Entrar de novo' }).waitFor();
  });

  it('is told so if the account is removed', async () => {
    await hub.accounts.addUser('ana', PASSWORD, 'controller');
    const page = await open(`${hub.url}/simulator`);
    await signIn(page, 'ana');
    await hub.accounts.removeUser('ana');
    await page.getByRole('heading', { name: 'You are no longer signed in' }).waitFor();
    expect(await page.locator('.scope').count(), 'no wave that stands still').toBe(0);
  });

  it.each(['/', '/simulator'])(
    'is named at %s, and signs out for the next visitor, who is somebody else',
    async (path) => {
      await hub.accounts.addUser('ana', PASSWORD, 'controller');
      await hub.accounts.addUser('bia', PASSWORD, 'viewer');
      const page = await open(hub.url + path);
      await signIn(page, 'ana');
      await page.locator('.person', { hasText: 'ana' }).getByText('controller').waitFor();
      const other = await page.context().newPage();
      await other.goto(`${hub.url}/`);
      await isConnected(other);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL('**/login');
      await page.getByLabel('User name').waitFor();
      const left = (await page.context().cookies()).map(({ name }) => name);
      expect(left, 'that somebody was here before, which lets nobody in').toEqual([
        expect.stringMatching(/-device$/),
      ]);
      await other.getByRole('heading', { name: 'You are no longer signed in' }).waitFor();
      await page.goto(hub.url + path);
      await page.waitForURL('**/login?**');
      await signIn(page, 'bia');
      await page.locator('.session', { hasText: 'bia' }).getByText('Watching only').waitFor();
      expect(await page.locator('.person').allInnerTexts()).toEqual(['bia']);
    },
  );

  it('stays signed in, and is told so, if the hub cannot be reached to sign out', async () => {
    const page = await open(await hub.link('kim', 'controller'));
    await isConnected(page);
    await page.route('**/api/logout', (route) => route.abort());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are still signed in').waitFor();
    expect(page.url()).toBe(`${hub.url}/`);
  });

  it.each([360, 390])('finds name and way out on a phone that is %d pixels wide', async (width) => {
    for (const path of ['/', '/simulator']) {
      const link = await hub.link(`a-rather-long-name-${path.length}`, 'viewer', path);
      const page = await open(link, { viewport: { width, height: 800 }, locale: 'pt-BR' });
      const button = await page.getByRole('button', { name: 'Sair' }).boundingBox();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(Math.round(button?.height ?? 0)).toBeGreaterThanOrEqual(44);
      expect((button?.x ?? width) + (button?.width ?? 0)).toBeLessThanOrEqual(width);
    }
  });
});
