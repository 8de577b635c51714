import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { violations, violationsInAllColors } from './axe-rules.ts';
import { launchBrowser, openPage } from './browser.ts';
import { type GuardedHub, openGuardedHub } from './guarded-hub.ts';

/** Generous, because each test runs several checks, which are slow on a busy machine. */
const PATIENT = { timeout: 120_000 };

type Check = (page: Page) => Promise<readonly string[]>;

/** A desktop in all colors, and a phone, where the pages have another layout. */
const LOOKS: readonly (readonly [string, BrowserContextOptions, Check])[] = [
  ['a desktop', { colorScheme: 'light' }, violationsInAllColors],
  ['a phone', { viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'pt-BR' }, violations],
];

/** Two devices that describe themselves, one that does not, and one that is offline: enough that the cards are closed. */
const HOUSE: Readonly<Record<string, string>> = {
  'thermometer/kitchen/info': JSON.stringify({
    kind: 'thermometer',
    properties: { temperature: { type: 'number', unit: '°C' } },
  }),
  'thermometer/kitchen/status': 'online',
  'thermometer/kitchen/temperature/actual': '21.5',
  'heater/desk/info': JSON.stringify({
    kind: 'heater',
    properties: {
      temperature: { type: 'number', unit: '°C' },
      on: { type: 'boolean', settable: true },
      target: { type: 'number', unit: '°C', min: 5, max: 30, settable: true },
      mode: { type: 'choice', options: ['eco', 'comfort'], settable: true },
      lamp: { type: 'color', settable: true },
      note: { type: 'text', settable: true },
      boost: { type: 'boolean', settable: true, momentary: true },
      restart: { type: 'trigger' },
    },
  }),
  'heater/desk/status': 'online',
  'heater/desk/overridden/actual': 'true',
  'rgb/5-6-13/info': JSON.stringify({ kind: 'rgb', gpios: [5, 6, 13], effects: ['none', 'blink'] }),
  'rgb/5-6-13/status': 'online',
  'blob/one/info': JSON.stringify({ kind: 'blob' }),
  'blob/one/status': 'offline',
  'blob/one/meta/hidden': 'true',
  'servo/18/info': JSON.stringify({ kind: 'servo', gpio: 18 }),
  'servo/18/status': 'offline',
  'servo/18/meta/favorite': 'true',
};

describeWith('chromium', 'accessibility by axe', () => {
  let browser: Browser;
  let hub: GuardedHub;
  let house: GuardedHub;

  beforeAll(async () => {
    browser = await launchBrowser();
    hub = await openGuardedHub();
    house = await openGuardedHub();
    for (const [topic, payload] of Object.entries(HOUSE)) house.publish(topic, payload);
  });
  afterAll(async () => {
    await hub.close();
    await house.close();
    await browser.close();
  });

  it.each(LOOKS)('has nothing to say against any page: %s', PATIENT, async (look, options, violationsOf) => {
    const { page } = await openPage(browser, `${hub.url}/login`, { bypassCSP: true, ...options });
    const found: Record<string, readonly string[]> = {};
    const check = async (name: string) => {
      found[name] = await violationsOf(page);
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

  it.each(LOOKS)(
    'has nothing to say against a house full of devices: %s',
    PATIENT,
    async (look, options, violationsOf) => {
      const link = await house.link(`house-${look.replace(/ /g, '-')}`, 'admin');
      const { page } = await openPage(browser, link, { bypassCSP: true, ...options });
      const found: Record<string, readonly string[]> = {};
      const check = async (name: string) => {
        found[name] = await violationsOf(page);
      };
      await page.locator('.cell[data-topic="rgb/5-6-13"] .tile-control').waitFor();
      await page.locator('details.section > summary').click();
      await check('tiles');
      for (const topic of ['thermometer/kitchen', 'heater/desk', 'rgb/5-6-13', 'blob/one', 'servo/18'])
        await page.locator(`.cell[data-topic="${topic}"] > .opener`).click();
      await page.locator('.card[data-topic="heater/desk"] .wheel').waitFor();
      await check('cards');
      await page.locator('.card[data-topic="heater/desk"] .past > summary').first().click();
      await page.locator('.house-bar > .plain').click();
      await check('arranging');
      await page.locator('.arranging .tool:last-child').first().click();
      await page.locator('.dialog[open]').waitFor();
      await check('naming');
      await page.context().close();
      expect(found).toEqual({ tiles: [], cards: [], arranging: [], naming: [] });
    },
  );
});
