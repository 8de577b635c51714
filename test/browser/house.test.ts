import type { Browser, Page } from 'playwright-core';
import { filter, firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHubClient, type HubClient } from '../../hub/client/index.ts';
import { describeWith } from '../programs.ts';
import { type HubProcess, type Hubs, launchBrowser, type OpenPage, openPage, startHubs } from './browser.ts';

const retain = { retain: true };

const cellOf = (page: Page, topic: string) => page.locator(`.cell[data-topic="${topic}"]`);
const titlesOf = (page: Page) => page.locator('.cell:not([hidden]) .opener-title').allInnerTexts();
const headingsOf = (page: Page) =>
  page.locator('.section:not([hidden]) > .section-head > h2').allInnerTexts();

describeWith('chromium', 'a house full of devices', () => {
  let browser: Browser;
  let hubs: Hubs;
  let hub: HubProcess;
  let client: HubClient;
  let opened: OpenPage[] = [];

  beforeAll(async () => {
    hubs = startHubs();
    browser = await launchBrowser();
  });
  afterAll(() => Promise.all([browser.close(), hubs.end()]));
  beforeEach(async () => {
    opened = [];
    hub = await hubs.open(['led/21=Desk lamp', 'servo/18']);
    client = createHubClient(hub.url);
    await firstValueFrom(client.connection$.pipe(filter(({ status }) => status === 'online')));
  });
  afterEach(async () => {
    for (const { page } of opened) await page.context().close();
    await client.close();
    await hub.kill();
  });

  const open = async (options = {}) => {
    const one = await openPage(browser, hub.url, options);
    opened.push(one);
    return one.page;
  };
  const describeDevice = async (topic: string, texts: Record<string, string> = {}) => {
    const info = JSON.stringify({ kind: topic.split('/').at(-2), gpio: 5 });
    const all = { status: 'online', ...texts, info };
    for (const [name, text] of Object.entries(all)) await client.publish(`${topic}/${name}`, text, retain);
  };
  /** A kitchen with a lamp, two lights of Ana's, one of them gone. */
  const fill = async () => {
    await describeDevice('led/1', { 'meta/name': 'Ceiling', 'meta/group': 'Kitchen', 'duty/actual': '40' });
    await describeDevice('ana/led/1');
    await describeDevice('ana/led/2');
    await describeDevice('led/9', { status: 'offline', duty: '3', 'meta/name': 'Old lamp' });
  };

  it('has tiles in groups that open into cards, and a search', async () => {
    await fill();
    const page = await open();
    await cellOf(page, 'led/9').waitFor();
    await expect.poll(() => headingsOf(page)).toEqual(['Devices 2', 'ana 2', 'Kitchen 1', 'Offline 1']);
    await cellOf(page, 'led/1').getByText('40 %').waitFor();
    const slider = page.getByRole('slider', { name: 'Desk lamp: Duty cycle' });
    await slider.press('End');
    await cellOf(page, 'led/21').getByText('100 %').waitFor();
    await page.getByRole('button', { name: 'Desk lamp', exact: true }).click();
    await page.locator('.card[data-topic="led/21"] canvas').waitFor();
    await page.getByRole('button', { name: 'Desk lamp', exact: true }).click();
    await page.locator('.card').waitFor({ state: 'detached' });
    await page.getByRole('searchbox').fill('lamp');
    await expect.poll(() => titlesOf(page)).toEqual(['Desk lamp', 'Old lamp']);
    expect(await headingsOf(page)).toEqual(['Devices 2', 'Offline 1']);
    await page.getByRole('searchbox').fill('no such thing');
    await page.getByText('No device matches “no such thing”.').waitFor();
    expect(opened.flatMap(({ faults }) => faults)).toEqual([]);
  });

  /** Opens one of three devices of a group; resolves to the positions of all three. */
  const openOneOfThree = async (width: number) => {
    await fill();
    await describeDevice('ana/led/3');
    const page = await open({ viewport: { width, height: 900 } });
    await cellOf(page, 'ana/led/2').locator('.opener').click();
    await page.locator('.card[data-topic="ana/led/2"] canvas').waitFor();
    const boxOf = async (selector: string) =>
      (await page.locator(selector).boundingBox()) ?? expect.fail(`${selector} is not on the page`);
    const [one, card, three] = await Promise.all(
      ['ana/led/1', 'ana/led/2', 'ana/led/3'].map((topic) => boxOf(`.cell[data-topic="${topic}"]`)),
    );
    const all = await boxOf('.sections');
    return one && card && three ? { page, one, card, three, all } : expect.fail();
  };

  it('gives an open card its own row on a tablet, and fills the row before with the tiles around it', async () => {
    const { one, card, three, all } = await openOneOfThree(820);
    expect(card.width, 'all of the row').toBeCloseTo(all.width, 0);
    expect(three.y, 'tiles side by side').toBe(one.y);
    expect(card.y - one.y - one.height, 'no hole between').toBeLessThan(16);
  });

  it('has tiles beside an open card on a wide screen, and small groups in one row before it', async () => {
    const { page, one, card, three, all } = await openOneOfThree(1280);
    expect(one.y, 'side by side').toBe(card.y);
    expect(three.x, 'one below the other').toBe(one.x);
    expect(three.y - one.y - one.height, 'no hole between').toBeLessThan(16);
    expect(all.width - card.width - one.width, 'no hole beside').toBeLessThan(16);
    const tops = await page
      .locator('.section-head > h2')
      .evaluateAll((headings) => headings.map((one) => Math.round(one.getBoundingClientRect().top)));
    const [devices, ana, kitchen] = tops;
    expect(kitchen, 'the group after it moves up').toBe(devices);
    expect(ana).toBeGreaterThan(devices ?? Infinity);
  });

  it('keeps what is in a tile while the search hides it', async () => {
    await fill();
    const page = await open();
    const search = page.getByRole('searchbox');
    const kept = await cellOf(page, 'led/1').getByRole('slider').elementHandle();
    await search.fill('desk');
    await expect.poll(() => titlesOf(page)).toEqual(['Desk lamp']);
    await client.publish('led/1/duty/actual', '70', retain);
    await search.fill('');
    await cellOf(page, 'led/1').getByText('70 %').waitFor();
    expect(await kept?.evaluate((slider) => slider.isConnected)).toBe(true);
    expect(await titlesOf(page)).toHaveLength(6);
  });

  it('is named, grouped and put in order on one page for all pages', async () => {
    await fill();
    const page = await open();
    const other = await open();
    await page.getByRole('button', { name: 'LED on GPIO 5' }).first().click();
    await page.getByRole('button', { name: 'Name and group of LED on GPIO 5' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Plants');
    await page.getByLabel('Group', { exact: true }).fill('Kitchen');
    await page.getByLabel('Favorite').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await other.getByRole('heading', { name: 'Favorites' }).waitFor();
    await other.locator('[data-section="favorites"]').getByText('Plants').waitFor();
    expect(await firstValueFrom(client.messages('ana/led/1/meta/name'))).toMatchObject({ text: 'Plants' });
    await page.getByRole('button', { name: 'Arrange' }).click();
    const last = page.getByRole('button', { name: 'Move Servo on GPIO 18, now 2 of 2' });
    await last.press('ArrowLeft');
    await expect
      .poll(() => other.locator('.cell .opener-title').allInnerTexts())
      .toEqual([
        'Kitchen\nPlants',
        'Servo on GPIO 18',
        'Desk lamp',
        'LED on GPIO 5 ·\u00a02',
        'Ceiling',
        'Old lamp',
      ]);
    await page.getByRole('button', { name: 'Hide Ceiling' }).click();
    await other.getByText('Hidden 1').waitFor();
    expect(opened.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('forgets all that is offline, and nothing else', async () => {
    await fill();
    const page = await open();
    await page.getByRole('button', { name: 'Forget all' }).click();
    await page.getByText('Forget all offline devices (1)?').waitFor();
    await page.getByRole('button', { name: 'Forget', exact: true }).click();
    await cellOf(page, 'led/9').waitFor({ state: 'detached' });
    const kept: string[] = [];
    client.messages(['led/9/#', 'led/1/status']).subscribe(({ topic }) => kept.push(topic));
    await client.ping();
    expect(kept).toEqual(['led/1/status']);
  });

  it('costs nothing for tiles that are out of sight', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, index) => describeDevice(`led/${100 + index}`)));
    const page = await open({ viewport: { width: 390, height: 700 } });
    await cellOf(page, 'led/299').waitFor({ state: 'attached' });
    await cellOf(page, 'led/100').getByRole('slider').waitFor();
    const last = cellOf(page, 'led/299');
    expect(await last.getByRole('slider').count()).toBe(0);
    await last.scrollIntoViewIfNeeded();
    await last.getByRole('slider').waitFor();
    await page.getByRole('searchbox').fill('led/150');
    await expect.poll(() => titlesOf(page)).toHaveLength(1);
    await cellOf(page, 'led/150').getByRole('slider').waitFor();
  });

  it('fits a phone', async () => {
    await fill();
    for (const width of [320, 390]) {
      const page = await open({ viewport: { width, height: 800 }, locale: 'pt-BR' });
      await cellOf(page, 'led/9').waitFor();
      await page.getByRole('button', { name: 'Desk lamp', exact: true }).click();
      await page.locator('.card canvas').waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
  });
});
