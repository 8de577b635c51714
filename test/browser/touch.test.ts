import type { Browser, Page } from 'playwright-core';
import { distinctUntilChanged, filter, firstValueFrom, map } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHubClient, type HubClient } from '../../hub/client/index.ts';
import { describeWith } from '../programs.ts';
import { type HubProcess, type Hubs, launchBrowser, type OpenPage, openPage, startHubs } from './browser.ts';
import { Fingers, middleOf } from './fingers.ts';

const PHONE = { viewport: { width: 390, height: 500 }, hasTouch: true, isMobile: true };

describeWith('chromium', 'a finger on a press button', () => {
  let browser: Browser;
  let hubs: Hubs;
  let hub: HubProcess;
  let client: HubClient;
  let opened: OpenPage;
  let seen: string[];

  beforeAll(async () => {
    hubs = startHubs();
    browser = await launchBrowser();
  });
  afterAll(() => Promise.all([browser.close(), hubs.end()]));
  beforeEach(async () => {
    hub = await hubs.open(['led/21', 'button/23']);
    client = createHubClient(hub.url);
    await client.publish('bell/1/info', JSON.stringify(BELL), { retain: true });
    await client.publish('bell/1/status', 'online', { retain: true });
    seen = [];
    client
      .messages(['button/23/pressed', 'bell/1/ring'])
      .pipe(
        filter(({ retained }) => !retained),
        map(({ text }) => text ?? ''),
        // The adapter repeats a value that has stayed the same for a while.
        distinctUntilChanged(),
      )
      .subscribe((text) => seen.push(text));
    await client.ping();
  });
  afterEach(async () => {
    await opened.page.context().close();
    await client.close();
    await hub.kill();
  });

  const show = async (path: string, selector: string) => {
    opened = await openPage(browser, `${hub.url}${path}`, PHONE);
    const { page } = opened;
    const button = page.locator(selector);
    await page.locator('.connection[data-status="online"]').waitFor();
    await expect.poll(() => button.isEnabled()).toBe(true);
    await button.evaluate((element) => element.scrollIntoView({ block: 'center', behavior: 'instant' }));
    const fingers = new Fingers(await page.context().newCDPSession(page));
    return { page, button, fingers };
  };
  /** Starts listening at once, and resolves once other clients have been told. */
  const told = (text: string) =>
    firstValueFrom(
      client
        .messages(['button/23/pressed', 'bell/1/ring'])
        .pipe(filter((message) => !message.retained && message.text === text)),
    );
  const scrolled = (page: Page) => page.evaluate(() => scrollY);

  it.each([
    ['of a button device', '/', '.card[data-topic="button/23"] .press'],
    ['of a momentary property', '/', '.card[data-topic="bell/1"] .press'],
    ['of the simulator', '/simulator', '.part[data-part="button/23"] .press'],
  ])('%s scrolls the page without a press, taps, and holds', async (_, path, selector) => {
    const { page, button, fingers } = await show(path, selector);
    const before = await scrolled(page);
    const from = await middleOf(button);
    await fingers.down(from);
    await fingers.move(from, { x: from.x, y: from.y + (before > 100 ? 100 : -100) });
    await fingers.up();
    await expect.poll(async () => Math.abs((await scrolled(page)) - before)).toBeGreaterThan(30);
    // A tap while the page still scrolls would only stop it.
    await button.evaluate((element) => element.scrollIntoView({ block: 'center', behavior: 'instant' }));

    const tapped = Promise.all([told('true'), told('false')]);
    await fingers.down(await middleOf(button));
    await fingers.up();
    await tapped;
    expect(seen).toEqual(['true', 'false']);

    const place = await middleOf(button);
    const pressed = told('true');
    await fingers.down(place);
    await pressed;
    const still = await scrolled(page);
    await fingers.move(place, { x: place.x, y: place.y - 60 });
    expect(seen, 'it slides, and presses on').toEqual(['true', 'false', 'true']);
    expect(await scrolled(page)).toBe(still);
    const released = told('false');
    await fingers.up();
    await released;
    expect(seen).toEqual(['true', 'false', 'true', 'false']);
    expect(opened.faults).toEqual([]);
  });

  it('that comes second and leaves first does not let go', async () => {
    const { page, button, fingers } = await show('/', '.card[data-topic="button/23"] .press');
    await button.evaluate((element: HTMLElement) => {
      element.addEventListener('pointerup', ({ isPrimary }) =>
        element.setAttribute('data-left', String(isPrimary)),
      );
    });
    const { x, y } = await middleOf(button);
    const [first, second] = [
      { x: x - 20, y },
      { x: x + 20, y },
    ];
    const pressed = told('true');
    await fingers.down(first);
    await pressed;
    await fingers.down(first, second);
    await fingers.leave(second);
    expect(await button.getAttribute('data-left'), 'the second has left').toBe('false');
    // If the page had let go, the hub would know by now.
    await page.evaluate(() => fetch('healthz'));
    await client.ping();
    expect(seen).toEqual(['true']);
    const released = told('false');
    await fingers.up();
    await released;
    expect(seen).toEqual(['true', 'false']);
  });
});

const BELL = {
  kind: 'bell',
  properties: { ring: { type: 'boolean', settable: true, momentary: true, actual: false } },
};
