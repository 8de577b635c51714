import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { launchBrowser, openPage } from './browser.ts';
import { type GuardedHub, openGuardedHub } from './guarded-hub.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'forced colours': { forcedColors: 'active' },
  'a phone': { viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'pt-BR' },
};

/** What is wrong with a page as it is now: the rule, and the elements. */
function violations(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as typeof import('axe-core') & { axe: typeof import('axe-core') };
    const { violations: found } = await axe.run();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  });
}

describeWith('chromium', 'accessibility by axe', () => {
  let browser: Browser;
  let hub: GuardedHub;

  beforeAll(async () => {
    browser = await launchBrowser();
    hub = await openGuardedHub();
  });
  afterAll(async () => {
    await hub.close();
    await browser.close();
  });

  it.each(Object.entries(LOOKS))('has nothing to say against any page: %s', async (look, options) => {
    // Axe is put into the pages, which their own security policy would forbid.
    const { page } = await openPage(browser, `${hub.url}/login`, { bypassCSP: true, ...options });
    const found: Record<string, readonly string[]> = {};
    const check = async (name: string) => {
      await page.evaluate(AXE);
      found[name] = await violations(page);
    };
    await page.locator('form').first().waitFor();
    await check('login');
    await page.goto(await hub.link(`axe-${look.replace(/ /g, '-')}`, 'controller'));
    await page.locator('.connection[data-status="online"]').waitFor();
    await page.getByRole('slider').first().waitFor();
    await check('dashboard');
    await page.locator('.share').click();
    await page.locator('.share-qr').waitFor();
    await check('sharing');
    await page.goto(`${hub.url}/simulator`);
    await page.locator('[data-part="led/21"] .lens').waitFor();
    await check('simulator');
    await page.context().close();
    expect(found).toEqual({ login: [], dashboard: [], sharing: [], simulator: [] });
  });
});
