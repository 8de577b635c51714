import { connectAsync, type MqttClient } from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { overflowOf, violations } from './axe-rules.ts';
import { launchBrowser, openPage } from './browser.ts';
import { type GuardedHub, openGuardedHub } from './guarded-hub.ts';

describeWith('chromium', 'administration in a browser', () => {
  let browser: Browser;
  let hub: GuardedHub;
  beforeAll(async () => {
    [browser, hub] = await Promise.all([launchBrowser(), openGuardedHub()]);
  });
  afterAll(async () => {
    await hub.close();
    await browser.close();
  });

  async function connect(clientId: string): Promise<MqttClient> {
    const password = await hub.accounts.renewToken({ name: 'boards', role: 'device' });
    const options = {
      clientId,
      username: 'token',
      password,
      protocolVersion: 5,
      reconnectPeriod: 0,
    } as const;
    return connectAsync(`${hub.url.replace('http', 'ws')}/mqtt`, options);
  }

  const row = (page: Page, key: string) => page.locator(`tr[data-key="${key}"]`);

  it('ends a client, tells it so, and shows its packets from the moment it comes back', async () => {
    const { page, faults } = await openPage(browser, await hub.link('boss', 'admin', '/admin'));
    const board = await connect('board-1');
    await page.getByRole('button', { name: 'End the connection of board-1?' }).click();
    const reason = new Promise((resolve) => board.once('disconnect', (packet) => resolve(packet.reasonCode)));
    await page.locator('dialog').getByRole('button', { name: 'End', exact: true }).click();
    expect(await reason).toBe(0x98);
    await page.mouse.move(0, 0); // While the pointer is on the list, a removed row stays.
    await row(page, 'board-1').waitFor({ state: 'detached' });
    await page.goto(`${hub.url}/admin#trace/board-1`);
    await page.getByText('Following board-1').waitFor();
    const again = await connect('board-1');
    await page.locator('.packets li', { hasText: 'CONNECT' }).last().waitFor();
    await again.publishAsync('a/b', 'hello', { qos: 1 });
    const published = page.locator('.packets li', { hasText: 'PUBLISH' });
    expect(await published.textContent()).toContain('payload=hello');
    expect(await page.content()).not.toContain('ph_');
    again.end(true);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('shows a token once, which then lets in, and no longer once it is revoked', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { page } = await openPage(browser, await hub.link('keeper', 'admin', '/admin'), { permissions });
    await page.getByRole('link', { name: 'Tokens' }).click();
    expect(new URL(page.url()).hash).toBe('#tokens');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const dialog = page.locator('dialog');
    await dialog.getByLabel('Name').fill('pump');
    await dialog.getByRole('button', { name: 'Make', exact: true }).click();
    const secret = (await dialog.locator('.secret code').textContent()) ?? '';
    expect(await dialog.locator('.ask-result').evaluate((one) => one === document.activeElement)).toBe(true);
    await dialog.getByRole('button', { name: 'Copy' }).click();
    await dialog.getByRole('button', { name: 'Copy ✓' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    const me = () => fetch(`${hub.url}/api/me`, { headers: { authorization: `Bearer ${secret}` } });
    expect(await (await me()).json()).toMatchObject({ name: 'pump', role: 'device' });
    await dialog.getByRole('button', { name: 'Done' }).click();
    await row(page, 'pump').waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Revoke pump?' }).click();
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await me()).status).toBe(401);
    await page.context().close();
  });

  it('is for administrators only, and tells others so', async () => {
    const { page } = await openPage(browser, await hub.link('guest', 'viewer', '/admin'));
    await page.getByRole('heading', { name: 'You are not allowed to see this' }).waitFor();
    expect(await page.locator('.tabs').count()).toBe(0);
    await page.goto(hub.url);
    await page.locator('.connection[data-status="online"]').waitFor();
    expect(await page.locator('nav a[href="admin"]').count()).toBe(0);
    await page.context().close();
  });

  it.each([
    ['light', ['clients', 'users'], { colorScheme: 'light' }],
    [
      'dark, on a phone',
      ['limits', 'rates'],
      { colorScheme: 'dark', viewport: { width: 390, height: 844 }, locale: 'pt-BR' },
    ],
  ] as const)(
    'has nothing that axe objects to, and nothing wider than the page: %s',
    async (look, tabs, options) => {
      const link = await hub.link(`axe-${look.length}`, 'admin', '/admin');
      const { page } = await openPage(browser, link, { bypassCSP: true, ...options });
      const found: Record<string, readonly string[]> = {};
      for (const tab of tabs) {
        await page.goto(`${hub.url}/admin#${tab}`);
        await page
          .locator(tab === 'rates' ? '.tools .plain' : 'tr[data-key]')
          .first()
          .waitFor();
        found[tab] = await flaws(page);
      }
      await page.goto(`${hub.url}/api`);
      await page.locator('summary', { hasText: '/api/admin/limits' }).click();
      found.api = await flaws(page);
      expect(found).toEqual({ ...Object.fromEntries(tabs.map((tab) => [tab, []])), api: [] });
      await page.context().close();
    },
  );
});

/** The faults of a page in its present state. */
async function flaws(page: Page): Promise<readonly string[]> {
  const isTooWide = (await overflowOf(page)) > 0;
  return [...(await violations(page)), ...(isTooWide ? ['wider than the page'] : [])];
}
