import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { launchBrowser, type OpenPage, openPage } from './browser.ts';
import { type GuardedHub, openGuardedHub } from './guarded-hub.ts';

const WATCHES = { read: ['#'] };
const CONTROLS = { read: ['#'], publish: ['#'], report: ['+/+/+/status'] };
const OWN = { read: ['#'], publish: ['%u/#'], report: ['%u/#'] };

const cardOf = (page: Page, topic: string) => page.locator(`.card[data-topic="${topic}"]`);
const badgeOf = (page: Page) => page.locator('.top').getByText('Watching only');

/** All controls on a card that set something: whether the user may. The chart's own controls set nothing. */
async function controlsOf(page: Page, topic: string): Promise<boolean[]> {
  const card = cardOf(page, topic);
  const controls = card.locator(
    '.slider button, .slider input, .figure input, .settings input, .settings select, .press',
  );
  return controls.evaluateAll((all) => all.map((one) => !one.matches(':disabled')));
}

const sets = (page: Page, topic: string) =>
  expect.poll(async () => [...new Set(await controlsOf(page, topic))]);

describeWith('chromium', 'the rights of a visitor', () => {
  let browser: Browser;
  let hub: GuardedHub;
  let opened: OpenPage[] = [];

  const open = async (role: string, path?: string, options: BrowserContextOptions = {}) => {
    const one = await openPage(browser, await hub.link('ana', role, path), options);
    opened.push(one);
    return one.page;
  };
  /** This hub has no history and refuses with a status, which the browser logs on its console. */
  const faults = () =>
    opened.flatMap((one) => one.faults).filter((fault) => !/status of 40[134]/.test(fault));

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    opened = [];
    hub = await openGuardedHub();
  });
  afterEach(async () => {
    for (const { page } of opened) await page.context().close();
    await hub.close();
  });

  describe('on the dashboard', () => {
    it('let a viewer watch live values, and set nothing', async () => {
      const page = await open('viewer');
      await badgeOf(page).waitFor();
      for (const topic of ['led/21', 'button/23', 'ana/led/21']) await sets(page, topic).toEqual([false]);
      expect((await controlsOf(page, 'led/21')).length).toBeGreaterThan(6);
      expect(await cardOf(page, 'led/21').getByText('Watching only').isVisible(), 'it is said once').toBe(
        false,
      );
      hub.publish('led/21/duty/actual', '75');
      await cardOf(page, 'led/21').locator('.actual', { hasText: '75 %' }).waitFor();
      expect(await cardOf(page, 'led/21').getByRole('radio', { name: '1 hour' }).isEnabled()).toBe(true);
      expect(faults()).toEqual([]);
    });

    it('let a controller set everything, without the badge of a viewer', async () => {
      const page = await open('controller');
      await page.getByText('controller').waitFor();
      await cardOf(page, 'led/21').waitFor();
      await sets(page, 'led/21').toEqual([true]);
      expect(await page.getByText('Watching only').count()).toBe(0);
    });

    it('go by topic: of two lights on the same pin, one may be set', async () => {
      hub.setRoles({ pupil: OWN });
      const page = await open('pupil');
      await sets(page, 'led/21').toEqual([false]);
      await sets(page, 'ana/led/21').toEqual([true]);
      await cardOf(page, 'led/21').getByText('Watching only').waitFor();
      expect(await cardOf(page, 'ana/led/21').getByText('Watching only').count()).toBe(0);
      expect(await badgeOf(page).count()).toBe(0);
    });

    it('change what is on the page without a reload', async () => {
      hub.setRoles({ pupil: WATCHES });
      const page = await open('pupil');
      await badgeOf(page).waitFor();
      await sets(page, 'led/21').toEqual([false]);
      hub.setRoles({ pupil: CONTROLS });
      await sets(page, 'led/21').toEqual([true]);
      await badgeOf(page).waitFor({ state: 'detached' });
      hub.setRoles({ pupil: WATCHES });
      await sets(page, 'led/21').toEqual([false]);
      await badgeOf(page).waitFor();
      expect(faults()).toEqual([]);
    });

    it('to see nothing are announced once, until they allow something', async () => {
      hub.setRoles({ pupil: {} });
      const page = await open('pupil');
      await page.getByRole('heading', { name: 'You are not allowed to see this' }).waitFor();
      expect(await page.getByText('No devices yet').count()).toBe(0);
      hub.setRoles({ pupil: CONTROLS });
      await sets(page, 'led/21').toEqual([true]);
      hub.setRoles({ pupil: {} });
      await page.getByRole('button', { name: 'Sign in as somebody else' }).click();
      await page.waitForURL('**/login');
      expect(faults()).toEqual([]);
    });

    it('let nobody forget a device that they may not publish for', async () => {
      for (const topic of ['led/21', 'ana/led/21']) hub.publish(`${topic}/status`, 'offline');
      const page = await open('controller');
      await cardOf(page, 'ana/led/21').getByRole('button', { name: 'Forget' }).waitFor();
      await cardOf(page, 'led/21').getByText('It applies your settings').waitFor();
      expect(await cardOf(page, 'led/21').getByRole('button', { name: 'Forget' }).count()).toBe(0);
    });
  });

  describe('on the simulator', () => {
    const start = (page: Page) => page.getByRole('button', { name: 'Start' });

    it('let a viewer watch, but not make the tab a device', async () => {
      const page = await open('viewer', '/simulator');
      await badgeOf(page).waitFor();
      for (const name of ['Set the LED on GPIO 21 to 25 %', 'Button on GPIO 23', 'Start']) {
        expect(await page.getByRole('button', { name }).isDisabled(), name).toBe(true);
      }
      expect(await page.getByRole('checkbox', { name: 'The contact bounces' }).isDisabled()).toBe(true);
      await page.getByText('this tab cannot be a device').waitFor();
      hub.publish('led/21/duty/actual', '75');
      await page.getByRole('img', { name: 'lit at 75 %' }).waitFor();
      expect(faults()).toEqual([]);
    });

    it('do not make a viewer’s tab a device by its address either, and the page says so', async () => {
      const page = await open('viewer', '/simulator?device=bob');
      await page.getByText('You may not be the device “bob”').waitFor();
      expect(await page.getByText('This tab is the device').count()).toBe(0);
      expect(hub.retained('bob/led/21/info')).toBeUndefined();
    });

    it('can allow only a device of one name', async () => {
      hub.setRoles({ pupil: OWN });
      const page = await open('pupil', '/simulator?device=bob');
      await page.getByText('You may not be the device “bob”').waitFor();
      await page.getByText('under your own name').waitFor();
      await start(page).click();
      await page.getByText('This tab is the device “ana”.').waitFor();
      await expect.poll(() => hub.retained('ana/led/21/duty/actual')).toBe('50');
      expect(await page.getByRole('button', { name: 'Set the LED on GPIO 21 to 25 %' }).isDisabled()).toBe(
        false,
      );
    });

    it('change while the tab is a device, which ends and begins with them', async () => {
      hub.setRoles({ pupil: OWN });
      const page = await open('pupil', '/simulator?device=ana');
      await page.getByText('This tab is the device “ana”.').waitFor();
      hub.setRoles({ pupil: WATCHES });
      await page.getByText('You may not be the device “ana”').waitFor();
      await badgeOf(page).waitFor();
      expect(await start(page).isDisabled()).toBe(true);
      hub.setRoles({ pupil: OWN });
      await page.getByText('This tab is the device “ana”.').waitFor();
      await expect.poll(() => hub.retained('ana/led/21/status')).toBe('online');
      expect(faults()).toEqual([]);
    });

    it('to see nothing are told', async () => {
      hub.setRoles({ pupil: {} });
      const page = await open('pupil', '/simulator');
      await page.getByRole('heading', { name: 'You are not allowed to see this' }).waitFor();
      hub.setRoles({ pupil: WATCHES });
      await page.getByRole('img', { name: 'lit at 50 %' }).waitFor();
      expect(faults()).toEqual([]);
    });
  });
});
