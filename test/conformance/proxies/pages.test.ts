import { join } from 'node:path';
import { pino } from 'pino';
import { type Browser, chromium } from 'playwright-core';
import { asyncScheduler } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { Message } from '../../../hub/core/message.ts';
import { type HubServer, openHubServer } from '../../../hub/server.ts';
import { openPage } from '../../browser/browser.ts';
import { createMemoryVault } from '../../hub/access/memory-vault.ts';
import { describeWith } from '../../programs.ts';
import { NAME, type RunningProxy, startNginx } from './proxy.ts';

const log = pino({ level: 'silent' });
const LED = { kind: 'led', gpio: 21, driver: 'virtual', limits: { duty: { min: 0, max: 100 } } };

describeWith(['nginx', 'chromium'], 'The pages in a browser, behind nginx and below a path', () => {
  let browser: Browser;
  let access: GuardedAccess;
  let hub: HubServer;
  let proxy: RunningProxy;
  let token: string;
  let base: string;

  beforeAll(async () => {
    const vault = createMemoryVault();
    token = await new Accounts(vault).makeToken({ name: 'phone', role: 'controller' });
    access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
    hub = await openHubServer({
      port: 0,
      pagesFolder: join(import.meta.dirname, '../../../dist/pages'),
      log,
      access,
      logins: access.logins,
      exposure: { names: [NAME], trustedProxies: ['loopback'], basePath: '/pinhub' },
    });
    const said = { 'led/21/info': JSON.stringify(LED), 'led/21/status': 'online', 'led/21/duty': '50' };
    for (const [topic, payload] of Object.entries(said))
      hub.hub.publish(new Message(topic, payload, { retain: true }));
    proxy = await startNginx({ hubPort: hub.port, basePath: '/pinhub' });
    base = `https://${NAME}:${proxy.port}/pinhub/`;
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--ignore-certificate-errors', `--host-resolver-rules=MAP ${NAME} 127.0.0.1`],
    });
  });
  afterAll(async () => {
    await browser.close();
    await hub.close();
    access.close();
    await proxy.stop();
  });

  it('show a device, lead to each other, and are kept for when the hub is away', async () => {
    const { page, faults } = await openPage(browser, `${base}?token=${token}`, { serviceWorkers: 'allow' });
    await page.waitForSelector('.card[data-topic="led/21"]');
    expect(page.url()).toBe(base);
    const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
    expect(scope).toBe(base);
    await page.click('nav a[href="simulator"]');
    await page.waitForSelector('[data-part="led/21"] .lens');
    expect(page.url()).toBe(`${base}simulator`);
    await page.click('nav a[href="./"]');
    await page.waitForSelector('.card[data-topic="led/21"]');
    expect(page.url()).toBe(base);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('ask strangers to log in, and lead on to the page that they wanted', async () => {
    const { page } = await openPage(browser, `${base}simulator`);
    await page.waitForURL(`${base}login?**`);
    await page.click('details summary');
    await page.fill('input[name="token"]', token);
    await page.press('input[name="token"]', 'Enter');
    await page.waitForURL(`${base}simulator`);
    await page.waitForSelector('[data-part="led/21"] .lens');
    await page.context().close();
  });
});
