import type { Browser, Locator, Page } from 'playwright-core';
import { distinctUntilChanged, filter, firstValueFrom, map } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHubClient, type HubClient, type PublishOptions } from '../../hub/client/index.ts';
import { describeWith } from '../programs.ts';
import {
  type HubProcess,
  type Hubs,
  launchBrowser,
  type OpenPage,
  openPage,
  startHub,
  startHubs,
} from './browser.ts';

const DEVICES = ['led/21', 'button/23', 'servo/18', 'rgb/5-6-13'];

/** The elements of one LED's card that tests look at. */
function cardOf(page: Page, topic = 'led/21') {
  const card = page.locator(`.card[data-topic="${topic}"]`);
  return {
    card,
    range: card.getByRole('slider', { name: /^Duty cycle, LED/ }),
    box: card.getByRole('spinbutton', { name: 'Duty cycle, percent' }),
    actual: card.locator('.figure .actual b'),
    fault: card.locator('.fault'),
    presence: card.locator('.presence'),
  };
}

/** Opens the cards of some devices on a page where they are closed because there are many. */
async function openCards(page: Page, topics: readonly string[]): Promise<void> {
  for (const topic of topics) {
    await page.locator(`.cell[data-topic="${topic}"] .opener`).click();
    await cardOf(page, topic).card.waitFor();
  }
}

const wantedOf = (range: Locator) => range.inputValue().then(Number);

/** The middle of the thumb at a value; the thumb is 28 px wide. */
async function thumbAt(range: Locator, percent: number): Promise<{ x: number; y: number }> {
  const box = await range.boundingBox();
  if (!box) throw new Error('the slider is not on the page');
  return { x: box.x + 14 + ((box.width - 28) * percent) / 100, y: box.y + box.height / 2 };
}

/** Takes hold of the thumb, again if the page has moved it away in between: cards arrive as their devices are found. */
async function grab(page: Page, range: Locator, percent: number): Promise<void> {
  for (;;) {
    const { x, y } = await thumbAt(range, percent);
    await page.mouse.move(x, y);
    await page.mouse.down();
    if (await range.evaluate((element) => element.matches(':active'))) return;
    await page.mouse.up();
  }
}

async function dragByMouse(page: Page, range: Locator, path: readonly number[]): Promise<void> {
  const [start = 0, ...rest] = path;
  await grab(page, range, start);
  for (const percent of rest) {
    const { x, y } = await thumbAt(range, percent);
    await page.mouse.move(x, y, { steps: 4 });
  }
}

describeWith('chromium', 'the dashboard', () => {
  let browser: Browser;
  let hubs: Hubs;
  let hub: HubProcess;
  let opened: OpenPage[] = [];

  const open = async (options = {}) => {
    const one = await openPage(browser, hub.url, options);
    opened.push(one);
    await one.page
      .locator('.cell')
      .nth(DEVICES.length - 1)
      .waitFor();
    return one.page;
  };
  const allFaults = () => opened.flatMap(({ faults }) => faults);

  beforeAll(async () => {
    hubs = startHubs();
    browser = await launchBrowser();
  });
  afterAll(() => Promise.all([browser.close(), hubs.end()]));
  beforeEach(async () => {
    opened = [];
    hub = await hubs.open(DEVICES);
  });
  afterEach(async () => {
    for (const { page } of opened) await page.context().close();
    await hub.kill();
  });

  it('finds the devices, and says that it is connected', async () => {
    const page = await open();
    await page.getByText(/^\s*Connected\b/).waitFor();
    await page.getByText('Devices online: 4 of 4').waitFor();
    await page.getByText(/^· [\d.]+ ms|^[\d.]+ ms/).waitFor();
    expect(await page.locator('.card h2').allTextContents()).toEqual([
      'LED on GPIO 21',
      'RGB LED on GPIO 5, 6, 13',
      'Servo on GPIO 18',
      'Button on GPIO 23',
    ]);
    expect(await page.locator('.session').count(), 'nobody is asked who they are').toBe(0);
    const boxOf = async (topic: string) =>
      (await cardOf(page, topic).card.boundingBox()) ?? expect.fail(`${topic} is not on the page`);
    const [light, servo, color] = [await boxOf('led/21'), await boxOf('servo/18'), await boxOf('rgb/5-6-13')];
    expect(servo.y, 'small things stand beside the light').toBe(light.y);
    expect(color.width, 'what needs more room has all of it').toBeCloseTo(servo.x + servo.width - light.x, 0);
    const people = page.locator('.people');
    const isOpen = () => people.evaluate((list) => list.hasAttribute('open'));
    for (const close of [() => page.keyboard.press('Escape'), () => page.locator('h2').first().click()]) {
      await people.locator('summary').click();
      await people.getByText('this page').waitFor();
      await close();
      expect(await isOpen(), 'the list of people covers the page no longer').toBe(false);
    }
    expect(allFaults()).toEqual([]);
  });

  it('names two lights on the same pin differently', async () => {
    await publish('lab/kim/led/21/info', '{"kind":"led","gpio":21}', { retain: true });
    await publish('kim/servo/18/info', '{"kind":"servo","gpio":18,"name":"Barrier"}', { retain: true });
    const page = await open();
    const titleOf = (topic: string) => cardOf(page, topic).card.getByRole('heading').innerText();
    await openCards(page, ['led/21', 'lab/kim/led/21', 'kim/servo/18']);
    expect(await titleOf('led/21')).toBe('LED on GPIO 21');
    expect(await titleOf('lab/kim/led/21')).toBe('lab/kim LED on GPIO 21');
    expect(await titleOf('kim/servo/18')).toBe('kim Barrier');
  });

  it('dims the LED by mouse, and a second window stays in step', async () => {
    const one = cardOf(await open());
    const other = cardOf(await open());
    await other.presence.getByText('online').waitFor();
    await one.presence.getByText('online').waitFor();
    await dragByMouse(one.range.page(), one.range, [50, 70, 20, 90]);
    await one.range.page().mouse.up();
    await one.actual.getByText('90 %').waitFor();
    await other.actual.getByText('90 %').waitFor();
    expect(await wantedOf(one.range)).toBe(90);
    expect(await wantedOf(other.range)).toBe(90);
    expect(await other.box.inputValue()).toBe('90');
  });

  it('never moves the slider against the hand, or back after it', async () => {
    const page = await open();
    const { range, actual } = cardOf(page);
    await actual.getByText('50 %').waitFor();
    // Every value that the slider ever shows, next to every value that the hand gave it.
    await range.evaluate((element: HTMLInputElement) => {
      const state = { shown: [] as number[], given: [Number(element.value)] };
      Object.assign(window, { state });
      element.addEventListener('input', () => state.given.push(element.valueAsNumber), { capture: true });
      const watch = () => {
        if (state.shown.at(-1) !== element.valueAsNumber) state.shown.push(element.valueAsNumber);
        requestAnimationFrame(watch);
      };
      watch();
    });
    await dragByMouse(page, range, [50, 80, 10, 60, 30, 95]);
    await page.mouse.up();
    await actual.getByText('95 %').waitFor();
    const state = await page.evaluate(
      () => (window as unknown as { state: { shown: number[]; given: number[] } }).state,
    );
    expect(isSubsequence(state.shown, state.given)).toBe(true);
    expect(state.shown.at(-1)).toBe(95);
  });

  it('holds still under a hand while another window drags, and then agrees with it', async () => {
    const one = cardOf(await open());
    const other = cardOf(await open());
    await one.actual.getByText('50 %').waitFor();
    await other.actual.getByText('50 %').waitFor();
    await dragByMouse(one.range.page(), one.range, [50, 40]);
    await dragByMouse(other.range.page(), other.range, [50, 75]);
    await one.actual.getByText('75 %').waitFor();
    expect(await wantedOf(one.range)).toBe(40);
    await one.range.page().mouse.up();
    await other.range.page().mouse.up();
    await expect.poll(() => wantedOf(one.range)).toBe(75);
  });

  it('is worked by keyboard', async () => {
    const page = await open();
    const { range, box, actual } = cardOf(page);
    await actual.getByText('50 %').waitFor();
    await range.focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp', 'ArrowLeft']) await page.keyboard.press(key);
    await actual.getByText('52 %').waitFor();
    await page.keyboard.press('End');
    await actual.getByText('100 %').waitFor();
    expect(await range.getAttribute('aria-valuetext')).toBe('100 %');
    await box.fill('12.5');
    await page.keyboard.press('Enter');
    await actual.getByText('12.5 %').waitFor();
    await box.fill('150');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Between 0 and 100 %.').waitFor();
    expect(await box.getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.press('Escape');
    expect(await box.inputValue()).toBe('12.5');
    await box.fill('');
    await page.keyboard.press('Enter');
    expect(await box.inputValue()).toBe('12.5');
    await box.fill('20,5');
    await page.keyboard.press('Enter');
    await actual.getByText('20.5 %').waitFor();
    await page.keyboard.press('ArrowDown');
    await actual.getByText('20.4 %').waitFor();
    await box.fill('12.5');
    await page.keyboard.press('Enter');
    await actual.getByText('12.5 %').waitFor();
    await page.getByRole('button', { name: 'Raise by 1' }).first().press('Space');
    await actual.getByText('13.5 %').waitFor();
  });

  it('goes on while + is held down, and stops when it is released', async () => {
    const page = await open();
    const { card, range, actual } = cardOf(page);
    await actual.getByText('50 %').waitFor();
    await card.getByRole('button', { name: 'Raise by 1' }).hover();
    await page.mouse.down();
    await expect.poll(() => wantedOf(range), { timeout: 15_000 }).toBeGreaterThan(55);
    await page.mouse.up();
    // The last step may still be on its way to the screen.
    const isAtRest = async () => actual.getByText(`${await wantedOf(range)} %`, { exact: true }).count();
    await expect.poll(isAtRest, { timeout: 15_000 }).toBe(1);
    const reached = await wantedOf(range);
    await card.getByRole('button', { name: 'Lower by 1' }).click();
    await actual.getByText(`${reached - 1} %`, { exact: true }).waitFor();
  });

  it('is left alone by a finger that scrolls the page', async () => {
    const page = await open({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 500 } });
    const { range, actual } = cardOf(page);
    await actual.getByText('50 %').waitFor();
    const { x, y } = await thumbAt(range, 80);
    const touch = await page.context().newCDPSession(page);
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
    for (let step = 1; step <= 10; step++) {
      const point = { x, y: y - 10 * step };
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [point] });
    }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
    expect(await wantedOf(range)).toBe(50);
  });

  it('is worked by touch', async () => {
    const page = await open({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
    const { range, actual } = cardOf(page);
    await actual.getByText('50 %').waitFor();
    const touch = await page.context().newCDPSession(page);
    const at = async (percent: number) => [await thumbAt(range, percent)];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: await at(50) });
    for (const percent of [55, 60, 70, 80]) {
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: await at(percent) });
    }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await actual.getByText('80 %').waitFor();
    expect(await wantedOf(range)).toBe(80);
  });

  it('follows other people’s values, and says what is wrong with a bad value', async () => {
    const page = await open();
    const { range, actual, fault } = cardOf(page);
    await actual.getByText('50 %').waitFor();
    await publish('led/21/duty', '33');
    await actual.getByText('33 %').waitFor();
    await expect.poll(() => wantedOf(range)).toBe(33);
    await publish('led/21/duty', 'banana');
    await fault.getByText('does not understand that value').waitFor();
    expect(await fault.textContent()).toContain('“banana”');
    expect(await wantedOf(range)).toBe(33);
    await page.getByRole('button', { name: 'Português' }).click();
    await fault.getByText('O dispositivo não entende este valor').waitFor();
    await page.getByRole('button', { name: 'Fechar' }).click();
    await fault.waitFor({ state: 'hidden' });
  });

  it('sets frequency, transition and effect', async () => {
    const page = await open();
    const { card, actual } = cardOf(page);
    await actual.getByText('50 %').waitFor();
    const client = await connect();
    const seen: string[] = [];
    client.messages('led/21/+').subscribe(({ topic, text }) => seen.push(`${topic}=${text}`));
    await card.getByLabel('Frequency').selectOption({ label: '800 Hz' });
    await card.getByLabel('Transition, seconds').fill('0.5');
    await page.keyboard.press('Enter');
    await card.getByText('Breathe').click();
    await expect
      .poll(() => seen)
      .toEqual(
        expect.arrayContaining(['led/21/frequency=800', 'led/21/transition=0.5', 'led/21/effect=breathe']),
      );
    await expect.poll(() => actual.textContent()).not.toBe('50 %');
    await client.close();
  });

  it('draws the desired and the actual value over time', async () => {
    const page = await open();
    const { card, actual } = cardOf(page);
    await actual.getByText('50 %').waitFor();
    const canvas = card.locator('canvas');
    const before = await inkOf(canvas);
    await publish('led/21/duty', '100');
    await actual.getByText('100 %').waitFor();
    await expect.poll(() => inkOf(canvas)).toBeGreaterThan(before);
  });

  it('draws nothing while the chart is out of sight', async () => {
    const page = await open({ viewport: { width: 390, height: 500 } });
    const { actual, card } = cardOf(page);
    await actual.getByText('50 %').waitFor();
    await card.locator('canvas').scrollIntoViewIfNeeded();
    await countDrawings(page);
    await publish('led/21/duty', '60');
    await expect.poll(() => drawingsOf(page)).toBeGreaterThan(0);
    await page.locator('.card').last().scrollIntoViewIfNeeded();
    await expect.poll(() => restsFor(page, 5)).toBe(true);
    const before = await drawingsOf(page);
    await setDuty('70');
    // The button's value reaches the page after the LED's: once this is on the screen, the other value has arrived.
    await publish('button/23/pressed', 'true');
    await cardOf(page, 'button/23').card.getByText('Pressed').waitFor();
    expect(await drawingsOf(page)).toBe(before);
    await card.locator('canvas').scrollIntoViewIfNeeded();
    await expect.poll(() => drawingsOf(page)).toBeGreaterThan(before);
    await actual.getByText('70 %').waitFor();
  });

  it('presses the button, turns the servo and colors the RGB LED', async () => {
    const page = await open();
    const button = page.locator('.card[data-kind="button"]');
    await button.getByText('Released').waitFor();
    await button.getByRole('button', { name: 'Press' }).hover();
    await page.mouse.down();
    await button.getByText('Pressed').waitFor();
    await page.mouse.up();
    await button.getByText('Released').waitFor();
    const servo = page.locator('.card[data-kind="servo"]');
    await servo.getByRole('slider').press('End');
    await servo.locator('.actual').getByText('90°').waitFor();
    const rgb = page.locator('.card[data-kind="rgb"]');
    await rgb.getByLabel('Color, RGB LED').fill('#2f7fff');
    await rgb.locator('.actual').getByText('#2f7fff').waitFor();
    expect(allFaults()).toEqual([]);
  });

  it('holds the button by the main mouse button only, and until it is released anywhere', async () => {
    const page = await open();
    const button = page.locator('.card[data-kind="button"]');
    await button.getByText('Released').waitFor();
    const client = await connect();
    const seen: (string | undefined)[] = [];
    client
      .messages('button/23/pressed')
      .pipe(
        filter(({ retained }) => !retained),
        map(({ text }) => text),
        // The adapter retains a value that has stayed the same for a while, which is not a press.
        distinctUntilChanged(),
      )
      .subscribe((text) => seen.push(text));
    await client.ping();
    await button.getByRole('button', { name: 'Press' }).hover();
    await page.mouse.down({ button: 'right' });
    await page.mouse.up({ button: 'right' });
    await page.mouse.down();
    await button.getByText('Pressed').waitFor();
    await page.mouse.move(2, 2);
    await page.mouse.up();
    await button.getByText('Released').waitFor();
    expect(seen).toEqual(['true', 'false']);
    await client.close();
  });

  it('disables the button of a device that is gone, and forgets it on every dashboard', async () => {
    const topic = 'ana/button/23';
    const retain = { retain: true };
    await publish(`${topic}/info`, '{"kind":"button","gpio":23,"pressable":true}', retain);
    await publish(`${topic}/status`, 'offline', retain);
    await publish(`${topic}/pressed/actual`, 'false', retain);
    const pages = [await open(), await open()];
    for (const page of pages) await openCards(page, [topic]);
    const cards = pages.map((page) => cardOf(page, topic).card);
    for (const card of cards)
      expect(await card.getByRole('button', { name: 'Press' }).isDisabled()).toBe(true);
    const forget = { name: 'Forget, ana Button on GPIO 23' };
    for (const page of pages) expect(await page.getByRole('button', forget).count()).toBe(1);
    await cards[0]?.getByRole('button', forget).click();
    for (const card of cards) await card.waitFor({ state: 'detached' });
    const client = await connect();
    const kept: string[] = [];
    client.messages(`${topic}/#`).subscribe((message) => kept.push(message.topic));
    await client.ping();
    expect(kept).toEqual([]);
    await client.close();
    expect(allFaults()).toEqual([]);
  });

  it('draws a servo within its range, whatever angle is reported', async () => {
    const page = await open();
    const { card } = cardOf(page, 'servo/1');
    await publish('servo/1/info', '{"kind":"servo"}', { retain: true });
    await publish('servo/1/angle/actual', '1e308', { retain: true });
    await openCards(page, ['servo/1']);
    await card.locator('.figure .actual b', { hasText: /^90°$/ }).waitFor();
    expect(allFaults()).toEqual([]);
  });

  it('shows hundreds of devices, and answers the hand', async () => {
    const client = await connect();
    const retain = { retain: true };
    const topics = Array.from(
      { length: 299 },
      (_, index) => `desk${index}/${index % 2 ? 'button' : 'led'}/21`,
    );
    const described = topics.flatMap((topic) => [
      client.publish(`${topic}/info`, JSON.stringify({ kind: topic.split('/')[1], gpio: 21 }), retain),
      client.publish(`${topic}/status`, 'online', retain),
      client.publish(`${topic}/duty/actual`, '40', retain),
    ]);
    await Promise.all(described);
    await client.close();
    const page = await open();
    await page.locator('.facts', { hasText: 'Devices online: 303 of 303' }).waitFor();
    await expect.poll(() => page.locator('.cell').count()).toBe(303); // First a screenful, then the rest.
    await openCards(page, ['led/21']);
    const { card } = cardOf(page);
    await card.locator('.nudge').last().click();
    await card.locator('.figure .actual b', { hasText: '51 %' }).waitFor();
    await page.locator('.cell').last().scrollIntoViewIfNeeded();
    await page.locator('.languages [lang="pt-BR"]').click();
    await page.locator('.facts', { hasText: 'Dispositivos online: 303 de 303' }).waitFor();
    // A hub does not remember this many values, which the browser logs on its console.
    expect(allFaults().filter((fault) => !fault.includes('404'))).toEqual([]);
  });

  it('makes a chart no sooner than it comes into sight', async () => {
    const page = await open({ viewport: { width: 390, height: 300 } });
    await page.locator('.facts', { hasText: 'Devices online: 4 of 4' }).waitFor();
    const canvas = cardOf(page).card.locator('canvas');
    await canvas.waitFor({ state: 'attached' });
    expect(await isCharted(canvas)).toBe(false);
    await canvas.scrollIntoViewIfNeeded();
    await expect.poll(() => isCharted(canvas)).toBe(true);
  });

  it('keeps a card, with what is being typed in it, when other devices come and go', async () => {
    await publish('led/22/info', '{"kind":"led"}', { retain: true });
    const page = await open();
    await openCards(page, ['servo/18']);
    const { card } = cardOf(page, 'servo/18');
    await card.locator('.figure .actual b', { hasText: '°' }).waitFor();
    await card.evaluate((element) => {
      const watcher = new MutationObserver((records) => {
        element.dataset.changes = records.map(({ target }) => target.nodeName).join();
      });
      watcher.observe(element, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    await publish('led/22/info', '', { retain: true });
    await page.locator('.cell[data-topic="led/22"]').waitFor({ state: 'detached' });
    await publish('led/23/info', '{"kind":"led"}', { retain: true });
    await page.locator('.cell[data-topic="led/23"]').waitFor();
    expect(await card.getAttribute('data-changes')).toBeNull();
  });

  it('says that the hub is gone, and sends the last value when it is back', async () => {
    await hub.kill();
    hub = await startHub({ devices: DEVICES }); // This hub can be killed, as in a power cut.
    const page = await open();
    const { range, actual, card } = cardOf(page);
    await actual.getByText('50 %').waitFor();
    await dragByMouse(page, range, [50, 60]);
    await hub.kill();
    await page.getByText('The hub cannot be reached.').waitFor();
    await page.getByText('Not connected').waitFor();
    await page.getByText('Devices online').waitFor({ state: 'detached' });
    const { x, y } = await thumbAt(range, 85);
    await page.mouse.move(x, y, { steps: 10 });
    await page.mouse.up();
    expect(await wantedOf(range)).toBe(85);
    hub = await startHub({ port: hub.port });
    await page.getByText(/^\s*Connected\b/).waitFor();
    await page.getByText('Devices online: 1 of').waitFor();
    await actual.getByText('85 %').waitFor();
    expect(await wantedOf(range)).toBe(85);
    expect(await page.getByText('The hub cannot be reached.').count()).toBe(0);
    expect(await card.count()).toBe(1);
  });

  it('fits a phone, and has nothing that is too small to touch', async () => {
    for (const width of [360, 390]) {
      const page = await open({ viewport: { width, height: 800 }, locale: 'pt-BR' });
      await page.getByText(/^\s*Conectado\b/).waitFor();
      await page.locator('.card').nth(3).waitFor();
      await page.locator('.people summary').click();
      await page.getByText('esta página').waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      await page.keyboard.press('Escape');
      const targets = page
        .locator('button, select, input:not([type=radio]), summary, .choices label, nav a')
        .filter({ visible: true });
      expect(await lowerThan(targets, 40)).toEqual([]);
    }
  });

  it('speaks the browser’s language, and remembers another', async () => {
    const page = await open({ locale: 'pt-BR' });
    await page.getByText(/^\s*Conectado\b/).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('pt-BR');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText(/^\s*Connected\b/).waitFor();
    await page.reload();
    await page.getByText(/^\s*Connected\b/).waitFor();
  });

  const connect = async (): Promise<HubClient> => {
    const client = createHubClient(hub.url);
    await firstValueFrom(client.connection$.pipe(filter(({ status }) => status === 'online')));
    return client;
  };
  /** Resolves when the LED has the duty cycle. */
  const setDuty = async (percent: string) => {
    const client = await connect();
    const isSet = firstValueFrom(
      client.messages('led/21/duty/actual').pipe(filter(({ text }) => text === percent)),
    );
    await client.publish('led/21/duty', percent);
    await isSet;
    await client.close();
  };
  const publish = async (topic: string, payload: string, options: PublishOptions = {}) => {
    const client = await connect();
    await client.publish(topic, payload, options);
    await client.close();
  };
});

function isSubsequence<T>(part: readonly T[], whole: readonly T[]): boolean {
  let from = 0;
  return part.every((item) => {
    from = whole.indexOf(item, from) + 1;
    return from > 0;
  });
}

/** How many pixels of a canvas are painted. */
function inkOf(canvas: Locator): Promise<number> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const image = element.getContext('2d')?.getImageData(0, 0, element.width, element.height);
    return image?.data.filter((value, index) => index % 4 === 3 && value > 0).length ?? 0;
  });
}

/** The elements whose touch area is too low, CSS pixels. A `::before` may extend beyond what is visible. */
function lowerThan(targets: Locator, leastPx: number): Promise<string[]> {
  return targets.evaluateAll((elements, least) => {
    const heightOf = (element: Element) => {
      const { position, height } = getComputedStyle(element, '::before');
      const reach = position === 'absolute' ? Number.parseFloat(height) || 0 : 0;
      return Math.round(Math.max(element.getBoundingClientRect().height, reach));
    };
    return elements.filter((element) => heightOf(element) < least).map((element) => element.outerHTML);
  }, leastPx);
}

/** Whether a chart has given the canvas its size. */
function isCharted(canvas: Locator): Promise<boolean> {
  return canvas.evaluate((element) => element.hasAttribute('width'));
}

/** Starts counting how often a chart is drawn: each drawing clears its canvas first. */
function countDrawings(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { clearRect } = CanvasRenderingContext2D.prototype;
    document.documentElement.dataset.drawings = '0';
    CanvasRenderingContext2D.prototype.clearRect = function (...area) {
      const { dataset } = document.documentElement;
      dataset.drawings = String(Number(dataset.drawings) + 1);
      clearRect.apply(this, area);
    };
  });
}

function drawingsOf(page: Page): Promise<number> {
  return page.evaluate(() => Number(document.documentElement.dataset.drawings));
}

/** Whether nothing is drawn for some frames of the screen. */
function restsFor(page: Page, frames: number): Promise<boolean> {
  return page.evaluate(async (count) => {
    const { dataset } = document.documentElement;
    const before = dataset.drawings;
    for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame);
    return dataset.drawings === before;
  }, frames);
}
