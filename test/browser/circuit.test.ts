import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { filter, firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHubClient, type HubClient } from '../../hub/client/index.ts';
import { WIRE_INKS } from '../../web/simulator/circuit/view/board/wire-inks.ts';
import { describeWith } from '../programs.ts';
import { violations } from './axe-rules.ts';
import { type HubProcess, launchBrowser, type OpenPage, openPage, startHub } from './browser.ts';
import { dragPart, layWire, placeOf } from './circuit-hands.ts';
import { Fingers, middleOf } from './fingers.ts';

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
    const [badge, led] = await Promise.all(
      ['.badge', '.grip'].map((within) => middleOf(page.locator(`[data-part="led1"] ${within}`))),
    );
    expect(Math.abs((badge?.x ?? 0) - (led?.x ?? 0))).toBeLessThan(10);
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
    const inks = other.locator('.own-wire .core');
    const colors = await inks.evaluateAll((all) => all.map((one) => one.getAttribute('stroke')));
    expect(colors, 'a signal, and ground in black').toEqual([
      WIRE_INKS.orange,
      WIRE_INKS.black,
      WIRE_INKS.black,
    ]);
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

  it('can be built, heard and taken apart by keyboard only', async () => {
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
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('from');
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

  it('takes a part that a finger drags out of the palette, and the page stays where it is', async () => {
    const viewport = { width: 390, height: 844 };
    const page = await show('simulator?circuit', { viewport, hasTouch: true, isMobile: true });
    const fingers = new Fingers(await page.context().newCDPSession(page));
    const offer = page.locator('[data-offer="led red"]');
    const scrolled = () =>
      page.evaluate(() => [
        scrollY,
        ...['.own-bench', '.palette'].map((each) => document.querySelector(each)?.scrollLeft),
      ]);
    const [from, to] = [await middleOf(offer), await placeOf(page, 'e2')];
    await fingers.down(from);
    await fingers.move(from, to);
    await page.locator('.gesture .fits').first().waitFor();
    await fingers.up();
    await page.getByRole('status').getByText('LED 1 (red) added, e2 and e3.').waitFor();
    expect(await scrolled()).toEqual([0, 0, 0]);

    const last = await middleOf(page.locator('[data-offer="led white"]'));
    await fingers.down(last);
    await fingers.move(last, { x: last.x - 150, y: last.y });
    await expect.poll(async () => (await scrolled())[2]).toBeGreaterThan(100);
    await fingers.up();
    const sheet = await middleOf(page.locator('scope-screen'));
    const servo = await middleOf(page.locator('[data-offer="servo "]'));
    await fingers.down(servo);
    await fingers.move(servo, sheet);
    await fingers.up();
    await page.locator('.gesture .free').waitFor({ state: 'detached' });
    expect(
      await page.locator('.part.own').count(),
      'neither is a swipe a tap nor the oscilloscope a board',
    ).toBe(1);
    expect((await scrolled())[0]).toBe(0);
  });

  it('shows board, oscilloscope, tools, faults and the chosen part in one view on a phone', async () => {
    const viewport = { width: 390, height: 844 };
    const page = await show('simulator?circuit', { viewport, hasTouch: true, isMobile: true });
    await page.locator('[data-example="led"]').tap();
    await page.locator('[data-part="led1"] .grip').press('r');
    await page.locator('[data-fault="led/reversed"]').waitFor();
    await page.locator('.own-circuit').evaluate((editor) => editor.scrollIntoView());
    const boxOf = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      return box ?? expect.unreachable(`${selector} is on the page`);
    };
    const bottomOf = async (selector: string) => {
      const { y, height } = await boxOf(selector);
      return y + height;
    };
    const scope = await boxOf('.scope');
    expect(scope.height / viewport.height).toBeLessThan(0.3);
    expect(await bottomOf('.scope')).toBeLessThanOrEqual(viewport.height);
    for (const selector of ['.tools', '.inspector', '[data-fault="led/reversed"]']) {
      expect((await boxOf(selector)).y, selector).toBeGreaterThanOrEqual(0);
      expect(await bottomOf(selector), selector).toBeLessThanOrEqual(scope.y + 1);
    }
    expect((await boxOf('.own-bench')).height).toBeGreaterThan(200);
    expect(await bottomOf('.own-bench')).toBeLessThanOrEqual((await boxOf('.notes')).y);
    await page.locator('.circuit-name').evaluate((name) => name.scrollIntoView({ block: 'center' }));
    await expect.poll(async () => (await boxOf('.tools')).y).toBe(0);
    await page.getByRole('button', { name: 'Oscilloscope' }).tap();
    await expect.poll(async () => (await boxOf('.scope')).height).toBeLessThan(70);
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
