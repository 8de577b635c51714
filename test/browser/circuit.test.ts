import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { filter, firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHubClient, type HubClient } from '../../hub/client/index.ts';
import { describeWith } from '../programs.ts';
import { violations } from './axe-rules.ts';
import { type HubProcess, launchBrowser, type OpenPage, openPage, startHub } from './browser.ts';
import { dragPart, layWire } from './circuit-hands.ts';

/** The LED of the course, put together by hand: behind 220 Ω on GPIO 21. */
async function buildByHand(page: Page): Promise<void> {
  await dragPart(page, 'resistor 220', 'c2');
  await dragPart(page, 'led red', 'e8');
  await layWire(page, 'pin40', 'a2');
  await layWire(page, 'a9', 'bottom-9');
  await layWire(page, 'pin39', 'bottom-1');
}

const lightOf = async (page: Page) =>
  Number(await page.locator('[data-part="led1"] .lens').getAttribute('data-light'));

describeWith('chromium', "a circuit of one's own", () => {
  let browser: Browser;
  let hub: HubProcess;
  let client: HubClient;
  let opened: OpenPage[] = [];

  const show = async (path: string, options: BrowserContextOptions = {}) => {
    const one = await openPage(browser, `${hub.url}/${path}`, {
      viewport: { width: 1440, height: 1000 },
      ...options,
    });
    opened.push(one);
    await one.page.locator('.own-picture').waitFor();
    await one.page.locator('.connection[data-status="online"]').waitFor();
    return one.page;
  };
  const set = async (topic: string, payload: string, expected = payload) => {
    await client.publish(topic, payload, { retain: true });
    await firstValueFrom(client.messages(`${topic}/actual`).pipe(filter(({ text }) => text === expected)));
  };

  beforeAll(async () => {
    browser = await launchBrowser();
    hub = await startHub({ devices: ['led/21', 'button/23'] });
    client = createHubClient(hub.url);
  });
  afterAll(async () => {
    await client.close();
    await hub.kill();
    await browser.close();
  });
  beforeEach(async () => {
    opened = [];
    await client.publish('board/circuit', '', { retain: true });
    await set('led/21/duty', '50');
  });
  afterEach(async () => {
    for (const { page } of opened) await page.context().close();
  });

  it('is put together by hand and shines as its pin says; turned round it is dark and says why; undo and a link bring it back', async () => {
    const page = await show('simulator?circuit');
    await buildByHand(page);
    await page.getByText('No fault found.').waitFor();
    await expect.poll(() => lightOf(page)).toBeGreaterThan(0.5);
    await set('led/21/duty', '10');
    await expect.poll(() => lightOf(page)).toBeLessThan(0.2);

    await page.locator('[data-part="led1"] .grip').press('r');
    await page
      .locator('[data-fault="led/reversed"]')
      .getByText('LED 1 (red) is the wrong way round.')
      .waitFor();
    expect(await lightOf(page)).toBe(0);
    await page.keyboard.press('Control+z');
    await page.getByText('No fault found.').waitFor();
    expect(await lightOf(page)).toBeGreaterThan(0);

    await page.locator('[data-tool="share"]').click();
    const link = await page.locator('.share-circuit a').getAttribute('href');
    await client.publish('board/circuit', '', { retain: true });
    const other = await show(`simulator${link?.replace(/^.*?simulator/, '')}`);
    await other.locator('[data-part="led1"] .grip').waitFor();
    expect(await other.locator('.own-wire').count()).toBe(3);
    expect(new URL(other.url()).hash, 'what is changed then is not the link’s').toBe('');
    expect(opened.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('is the same for everybody on the board, and a part shows its pin on the oscilloscope', async () => {
    const [one, other] = [await show('simulator?circuit'), await show('simulator?circuit')];
    await one.locator('[data-example="button"]').click();
    await other.locator('[data-part="button1"] .grip').click({ position: { x: 10, y: 10 } });
    await expect.poll(() => other.locator('select[name="pin"]').inputValue()).toBe('23');
    const pressed = firstValueFrom(
      client.messages('button/23/pressed/actual').pipe(filter(({ text }) => text === 'true')),
    );
    await other.locator('[data-part="button1"] .press').hover();
    await other.mouse.down();
    await pressed;
    await other.mouse.up();
    await other.getByRole('combobox', { name: 'Pin on channel 2' }).selectOption('21');
    await expect.poll(() => other.locator('dd[data-second-measure="duty"]').textContent()).toContain('50');
  });

  it('can be built, heard and taken apart by keyboard alone', async () => {
    const page = await show('simulator?circuit');
    const part = (name: string) => page.locator(`[data-part="${name}"] .grip`);
    await page.getByRole('button', { name: 'Add: blue LED' }).press('Enter');
    await page.getByRole('status').getByText('LED 1 (blue) added, e1 and e2.').waitFor();
    await part('led1').press('ArrowRight');
    await part('led1').press('ArrowUp');
    await page.getByRole('status').getByText('LED 1 (blue) moved to f2 and f3.').waitFor();
    await page.getByText('Add a wire', { exact: true }).first().press('Enter');
    await page.getByLabel('From', { exact: true }).fill('GPIO 17');
    await page.getByLabel('To', { exact: true }).fill('j2');
    await page.getByLabel('To', { exact: true }).press('Enter');
    await page.getByRole('status').getByText('Wire laid from GPIO 17 (pin 11) to hole j2.').waitFor();
    await page.getByLabel('From', { exact: true }).fill('GND');
    await page.getByLabel('To', { exact: true }).fill('j2');
    await page.getByLabel('To', { exact: true }).press('Enter');
    await page.getByRole('status').getByText('Something is in j2 already.').waitFor();
    await page.getByLabel('To', { exact: true }).fill('j3');
    await page.getByLabel('To', { exact: true }).press('Enter');
    await page.locator('[data-fault="led/no-resistor"]').waitFor();
    await part('led1').press('Delete');
    await page.getByRole('status').getByText('LED 1 (blue) removed.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('own-bench');
  });

  it('has nothing that axe finds wrong, on a phone, light and dark', async () => {
    const viewport = { width: 390, height: 844 };
    const page = await show('simulator?circuit', { bypassCSP: true, viewport, locale: 'pt-BR' });
    await page.locator('[data-example="traffic-light"]').click();
    await page.locator('[data-part="led1"] .grip').press('r');
    await page.locator('[data-fault="led/reversed"]').waitFor();
    await page.locator('summary').evaluateAll((all) => all.map((one) => (one as HTMLElement).click()));
    await page.locator('select[name="second-pin"]').selectOption('17');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page), colorScheme).toEqual([]);
    }
    const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(inner).toBeLessThanOrEqual(outer ?? 0);
  });
});
