import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { type HubProcess, launchBrowser, openPage, startHub } from './browser.ts';

const RELAY = join(import.meta.dirname, '../../examples/plugin-relay/relay.mjs');
const ODD = join(import.meta.dirname, 'plug-ins/odd.mjs');

const publish = async ({ url }: HubProcess, topic: string, body: string) => {
  const response = await fetch(`${url}/api/topics/${topic}`, { method: 'PUT', body });
  expect(response.status).toBe(200);
};

const pinOf = async ({ url }: HubProcess, gpio: number) => {
  const response = await fetch(`${url}/api/topics/board/gpio/${gpio}`);
  return response.ok ? response.json() : undefined;
};

describeWith('chromium', 'a relay, as a plug-in', () => {
  let hub: HubProcess;
  let browser: Browser;
  beforeAll(async () => {
    hub = await startHub({ devices: ['led/21', 'relay/17=Fountain'], plugins: [RELAY] });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await hub.kill();
  });

  it('has a card of its own, which drives its pin', async () => {
    const { page, faults } = await openPage(browser, hub.url);
    const card = page.locator('.card[data-topic="relay/17"]');
    await card.getByRole('heading', { name: 'Fountain' }).waitFor();
    const contact = card.getByRole('switch', { name: 'Contact' });
    await contact.getByText('Open').waitFor();
    await contact.click();
    await expect.poll(() => pinOf(hub, 17)).toMatchObject({ mode: 'output', level: 1 });
    await contact.getByText('Closed').waitFor();
    await contact.click();
    await expect.poll(() => pinOf(hub, 17)).toMatchObject({ level: 0 });
    expect(faults).toEqual([]);
  });

  it('is drawn again in another language', async () => {
    const { page } = await openPage(browser, hub.url, { locale: 'pt-BR' });
    await page.getByRole('switch', { name: 'Contato' }).getByText('Aberto').waitFor();
  });

  it('stands beside the breadboard, and shows what it does', async () => {
    const { page, faults } = await openPage(browser, `${hub.url}/simulator`);
    const part = page.locator('.part[data-part="relay/17"]');
    await part.getByRole('img', { name: 'relay/17: off' }).waitFor();
    await publish(hub, 'relay/17/on', 'true');
    await part.getByRole('img', { name: 'relay/17: on' }).waitFor();
    await publish(hub, 'relay/17/on', 'false');
    await part.getByRole('img', { name: 'relay/17: off' }).waitFor();
    expect(faults).toEqual([]);
  });
});

describeWith('chromium', 'a plug-in whose modules fail', () => {
  let hub: HubProcess;
  let browser: Browser;
  beforeAll(async () => {
    const devices = ['led/21', 'thrower/4', 'listener/5', 'damaged/6', 'empty/12'];
    hub = await startHub({ devices, plugins: [ODD] });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await hub.kill();
  });

  /** The dashboard, with the card of a device open. */
  async function openCard(page: Page, topic: string) {
    await page.locator(`.cell[data-topic="${topic}"] .opener`).click();
    return page.locator(`.card[data-topic="${topic}"]`);
  }

  it.each([
    ['thrower/4', /has failed: drawn in vain/],
    ['damaged/6', /has failed: Unexpected end of input/],
    ['empty/12', /has failed: its module has no function as its default export/],
  ])('has the card for any device, which says why: %s', async (topic, reason) => {
    const { page, faults } = await openPage(browser, hub.url);
    const card = await openCard(page, topic);
    await card.getByText(reason).waitFor();
    await card.getByRole('switch').click();
    const gpio = Number(topic.split('/')[1]);
    await expect.poll(() => pinOf(hub, gpio)).toMatchObject({ level: 1 });
    expect(faults).toEqual([]);
  });

  it('is told to stop when it fails later, and other devices go on', async () => {
    const { page, faults } = await openPage(browser, hub.url);
    const card = await openCard(page, 'listener/5');
    await card.getByText('half drawn').waitFor();
    await publish(hub, 'listener/5/on', 'true');
    await card.getByText(/has failed: heard in vain/).waitFor();
    expect(await page.getAttribute('body', 'data-aborted')).toBe('listener/5');
    await card.getByRole('switch', { checked: true }).waitFor();
    const led = await openCard(page, 'led/21');
    await led.getByRole('slider', { name: /^Duty cycle, LED/ }).fill('40');
    const actual = async () => (await fetch(`${hub.url}/api/topics/led/21/duty/actual`)).text();
    await expect.poll(actual).toBe('40');
    expect(faults).toEqual([]);
  });

  it('says why in the place of its part on the simulator', async () => {
    const { page, faults } = await openPage(browser, `${hub.url}/simulator`);
    const partOf = (topic: string) => page.locator(`.part[data-part="${topic}"]`);
    await partOf('thrower/4')
      .getByText(/has failed: drawn in vain/)
      .waitFor();
    await partOf('damaged/6')
      .getByText(/has failed: Unexpected end of input/)
      .waitFor();
    await partOf('empty/12')
      .getByText(/has failed: its default export must have a width/)
      .waitFor();
    await publish(hub, 'led/21/duty', '60');
    await page.locator('.part[data-part="led/21"][data-light="0.6000"]').waitFor({ state: 'attached' });
    expect(faults).toEqual([]);
  });
});
