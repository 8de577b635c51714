import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { violations } from './axe-rules.ts';
import { type HubProcess, type Hubs, launchBrowser, openPage, startHubs } from './browser.ts';

describeWith('chromium', 'the documentation in a browser', () => {
  let browser: Browser;
  let hubs: Hubs;
  let hub: HubProcess;

  beforeAll(async () => {
    hubs = startHubs();
    [browser, hub] = await Promise.all([launchBrowser(), hubs.open()]);
  });
  afterAll(async () => {
    await browser.close();
    await hubs.end();
  });

  it('is searched from the keyboard, in both schemes, and fits a phone', async () => {
    const { page, faults } = await openPage(browser, `${hub.url}/docs`, {
      viewport: { width: 360, height: 740 },
    });
    expect(page.url()).toBe(`${hub.url}/docs/`);
    await page.keyboard.press('/');
    await page.keyboard.type('last-event-id');
    await page.locator('.found li:first-child a[href="rest.html#events"]').waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page), 'the results, dark').toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'REST' }).waitFor();
    const title = await page.locator('h1').boundingBox();
    expect(title?.y, 'the list of headings is folded, so that a phone shows the title').toBeLessThan(300);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await violations(page), 'the page, light').toEqual([]);
    const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(overflow)).toBe(0);
    const results = page.locator('.found li');
    await page.keyboard.press('/');
    await page.keyboard.type('last-event-id');
    await results.locator('a[href="rest.html#events"]').click();
    await expect
      .poll(() => results.count(), { message: 'they no longer cover the place on the same page' })
      .toBe(0);
    await page.getByRole('searchbox').click();
    await results.first().waitFor();
    await page.locator('.logo').hover();
    await page.mouse.down();
    await expect.poll(() => results.count(), { message: 'nor after a press elsewhere' }).toBe(0);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.top').isVisible()).toBe(false);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
