import { join } from 'node:path';
import { pino } from 'pino';
import type { Browser } from 'playwright-core';
import { asyncScheduler } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Accounts } from '../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../hub/access/guarded-access.ts';
import { type HubServer, openHubServer } from '../../hub/server.ts';
import { createMemoryVault } from '../hub/access/memory-vault.ts';
import { launchBrowser, openPage } from './browser.ts';

const PASSWORD = 'correct horse';
const log = pino({ level: 'silent' });
let browser: Browser;
let accounts: Accounts;
let access: GuardedAccess;
let server: HubServer;
let url: string;
let token: string;

beforeAll(async () => {
  const vault = createMemoryVault();
  accounts = new Accounts(vault);
  token = await accounts.makeToken({ name: 'phone', role: 'controller' });
  await accounts.addUser('ana', PASSWORD, 'viewer');
  access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
  const pagesFolder = join(import.meta.dirname, '../../dist/pages');
  server = await openHubServer({ port: 0, pagesFolder, log, access, logins: access.logins });
  url = `http://localhost:${server.port}`;
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  access.close();
});

const connected = '.connection[data-status="online"]';

it('a stranger signs in with a password, and is on the page that they asked for', async () => {
  const { page, faults } = await openPage(browser, `${url}/?x=1`);
  await page.waitForURL('**/login?**');
  await page.getByLabel('User name').waitFor();
  await page.keyboard.type('ana');
  await page.getByLabel('Password').fill('wrong horse');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'User name or password is wrong.' }).waitFor();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${url}/?x=1`);
  await page.waitForSelector(connected);
  expect(await page.evaluate(() => document.cookie), 'out of reach for scripts').toBe('');
  // The browser itself logs on its console that an answer was 401; nothing else goes wrong.
  expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
  await page.context().close();
});

it('a link signs in, and its token is neither in the address nor in the history afterwards', async () => {
  const { page, faults } = await openPage(browser, `${url}/?token=${token}`);
  await page.waitForSelector(connected);
  expect(page.url()).toBe(`${url}/`);
  await page.reload();
  await page.waitForSelector(connected);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('a browser that follows a link from another site is still signed in', async () => {
  const { page } = await openPage(browser, `${url}/?token=${token}`);
  // 127.0.0.1 is a different site from localhost, so the browser does not send the cookie.
  await page.goto(`http://127.0.0.1:${server.port}/login`);
  await page.evaluate((to) => location.assign(to), `${url}/`);
  await page.waitForSelector(connected);
  expect(page.url()).toBe(`${url}/`);
  await page.context().close();
});

it('a link that is no longer valid says so, in the language of the browser', async () => {
  const { page } = await openPage(browser, `${url}/?token=ph_old`, { locale: 'pt-BR' });
  await page.getByRole('alert').filter({ hasText: 'O link não é mais válido' }).waitFor();
  await page.getByText('Ou com um token').click();
  await page.getByLabel('Token', { exact: true }).fill(token);
  await page.getByRole('button', { name: 'Entrar com o token' }).click();
  await page.waitForSelector(connected);
  await page.context().close();
});
