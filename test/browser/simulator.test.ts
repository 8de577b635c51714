import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import {
  distinctUntilChanged,
  filter,
  first,
  firstValueFrom,
  map,
  scan,
  skipWhile,
  takeWhile,
  toArray,
} from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeSrgb } from '../../devices/facts/srgb.ts';
import { createHubClient, type HubClient } from '../../hub/client/index.ts';
import { describeWith } from '../programs.ts';
import { overflowOf } from './axe-rules.ts';
import { type HubProcess, launchBrowser, type OpenPage, openPage, startHub } from './browser.ts';

/** A retained value, once it has the expected value. */
function settled(client: HubClient, topic: string, expected: string): Promise<string> {
  const text$ = client.messages(topic).pipe(map(({ text }) => text ?? ''));
  return firstValueFrom(text$.pipe(filter((text) => text === expected)));
}

/** The values that a topic takes from now on, until `last` has occurred this many times. */
function changes(client: HubClient, topic: string, last: string, times = 1): Promise<string[]> {
  const seen$ = client.messages(topic).pipe(
    map(({ text }) => text ?? ''),
    scan((all, text) => [...all, text], [] as string[]),
  );
  const isOver = (all: string[]) => all.slice(1).filter((text) => text === last).length >= times;
  return firstValueFrom(
    seen$.pipe(
      filter(isOver),
      map((all) => all.slice(1)),
    ),
  );
}

/** A page's pixels, read in another page: the page's own security policy forbids reading images. */
async function greenAt(browser: Browser, page: Page, x: number, y: number): Promise<number> {
  const png = await page.screenshot({ clip: { x, y, width: 1, height: 1 } });
  const reader = await browser.newPage();
  try {
    return await reader.evaluate(async (base64) => {
      const response = await fetch(`data:image/png;base64,${base64}`);
      const canvas = new OffscreenCanvas(1, 1).getContext('2d');
      canvas?.drawImage(await createImageBitmap(await response.blob()), 0, 0);
      return canvas?.getImageData(0, 0, 1, 1).data[1] ?? -1;
    }, png.toString('base64'));
  } finally {
    await reader.close();
  }
}

describeWith('chromium', 'the simulator', () => {
  let browser: Browser;
  let hub: HubProcess;
  let client: HubClient;
  let opened: OpenPage[] = [];

  const load = async (query = '', options: BrowserContextOptions = {}) => {
    const one = await openPage(browser, `${hub.url}/simulator${query}`, {
      viewport: { width: 1440, height: 900 },
      ...options,
    });
    await one.page.getByText('Connected', { exact: true }).waitFor();
    return one;
  };
  /** A page for one test. */
  const open = async (query = '', options: BrowserContextOptions = {}) => {
    const one = await load(query, options);
    opened.push(one);
    return one.page;
  };
  /** One page for all tests of a group, which start once it shows their common initial state. */
  const share = () => {
    let one: OpenPage | undefined;
    beforeAll(async () => {
      one = await load();
    });
    beforeEach(() => lit(sharedPage(), '50 %'));
    afterAll(() => one?.page.context().close());
    const sharedPage = () => one?.page ?? expect.unreachable('the page is open');
    return sharedPage;
  };
  /** The board's button, once it can be pressed. */
  const readyButton = async (page: Page) => {
    await page.locator('.press:enabled').waitFor();
    return page.getByRole('button', { name: 'Button on GPIO 23' });
  };
  const set = (topic: string, payload: string) => client.publish(topic, payload, { retain: true });
  const lit = (page: Page, duty: string) => page.getByRole('img', { name: `lit at ${duty}` }).waitFor();
  const measured = (page: Page) =>
    page
      .locator('dd[data-measure]')
      .evaluateAll((all) =>
        Object.fromEntries(
          all.map((one) => [one.getAttribute('data-measure'), one.textContent?.replaceAll('\u00a0', ' ')]),
        ),
      );

  beforeAll(async () => {
    browser = await launchBrowser();
    hub = await startHub({ devices: ['led/21', 'button/23', 'servo/18', 'rgb/5-6-13'] });
    client = createHubClient(hub.url);
    await settled(client, 'led/21/status', 'online');
  });
  afterAll(async () => {
    await client.close();
    await hub.kill();
    await browser.close();
  });
  /** One hub for all tests, as every test starts from the same state. */
  beforeEach(async () => {
    opened = [];
    await set('led/21/frequency', '100');
    await set('led/21/duty', '50');
    await settled(client, 'led/21/frequency/actual', '100');
    await settled(client, 'led/21/duty/actual', '50');
  });
  afterEach(async () => {
    for (const { page } of opened) await page.context().close();
  });

  describe('the circuit', () => {
    it('is drawn without a fault, with every pin of the header', async () => {
      const page = await open();
      await lit(page, '50 %');
      expect(await page.locator('.pin').count()).toBe(40);
      expect(await page.getByRole('radio').count()).toBe(28);
      await page.getByRole('radio', { name: 'GPIO 21, pin 40: PWM 50 % at 100 Hz' }).waitFor();
      expect(opened.flatMap(({ faults }) => faults)).toEqual([]);
    });

    it('gives light in proportion to the duty cycle, encoded for the screen', async () => {
      const page = await open();
      const lens = await page.locator('[data-part="led/21"] .bulb').boundingBox();
      if (!lens) throw new Error('the LED is not on the page');
      // A third down the dome, in its middle: neither highlight nor frame lies there.
      const lightAt = async (duty: number) => {
        await set('led/21/duty', String(duty));
        await lit(page, `${duty} %`);
        return decodeSrgb(
          (await greenAt(browser, page, lens.x + lens.width / 2, lens.y + lens.height * 0.34)) / 255,
        );
      };
      const [dark, bright] = [await lightAt(0), await lightAt(100)];
      for (const duty of [10, 25, 50, 90]) {
        expect(((await lightAt(duty)) - dark) / (bright - dark)).toBeCloseTo(duty / 100, 1.5);
      }
    });

    it('can show the light as the eye perceives it', async () => {
      const page = await open();
      await lit(page, '50 %');
      const part = page.locator('[data-part="led/21"]');
      expect(await part.getAttribute('data-light')).toBe('0.5000');
      await page.getByRole('checkbox', { name: 'Light as the eye perceives it' }).check();
      await expect.poll(() => part.getAttribute('data-light')).toBe('0.7607');
      await page.getByText('At 50 % power it looks 76.1 % as bright.').waitFor();
    });

    it('draws a servo within its range if a device reports an angle outside', async () => {
      const page = await open();
      await set('servo/1/info', '{"kind":"servo","gpio":1,"driver":"virtual"}');
      await set('servo/1/angle/actual', '1e308');
      await page.getByRole('img', { name: 'Servo on GPIO 1: 90°' }).waitFor();
      for (const property of ['angle/actual', 'info']) await set(`servo/1/${property}`, '');
      expect(opened.flatMap(({ faults }) => faults)).toEqual([]);
    });

    it('draws a servo and an RGB LED if there are such devices', async () => {
      const page = await open();
      await set('servo/18/angle', '45');
      await set('rgb/5-6-13/color', '#00ff00');
      await page.getByRole('img', { name: 'Servo on GPIO 18: 45°' }).waitFor();
      await page.getByRole('img', { name: 'RGB LED on GPIO 5-6-13: #00ff00' }).waitFor();
      // Their drawings come after the page, as few boards need them.
      for (const element of ['wokwi-servo', 'wokwi-rgb-led'])
        await page.locator(`${element} svg`).first().waitFor();
      expect(
        await page
          .locator('wokwi-servo')
          .first()
          .evaluate((servo) => Reflect.get(servo, 'angle')),
      ).toBe(45);
    });

    it('lights a pin that a program drives, and the oscilloscope shows it', async () => {
      const page = await open();
      await set(
        'board/gpio/17',
        '{"mode":"output","function":"pwm","dutyPercent":75,"frequencyHz":8000,"level":1}',
      );
      const pin = page.getByRole('radio', { name: 'GPIO 17, pin 11: PWM 75 % at 8 kHz' });
      await pin.click();
      await expect
        .poll(() => measured(page))
        .toEqual({ on: '93.75 µs', period: '125 µs', duty: '75 %', frequency: '8 kHz' });
      await page.getByText('The hub has no LED device on this pin').waitFor();
      await pin.press('ArrowDown');
      await page.getByRole('radio', { name: /GPIO 27/, checked: true }).waitFor();
      await page.getByText('Nothing has used this pin yet.').first().waitFor();
    });
  });

  describe('the oscilloscope', () => {
    const sharedPage = share();

    it('measures on-time, period and duty cycle', async () => {
      const page = sharedPage();
      await set('led/21/frequency', '400');
      await set('led/21/duty', '25');
      await expect
        .poll(() => measured(page))
        .toEqual({ on: '625 µs', period: '2.5 ms', duty: '25 %', frequency: '400 Hz' });
      await page.getByText('High for 625 µs of every 2.5 ms: D = t_on / T = 25 %.').waitFor();
    });

    it('draws a wave that is high for as much of the screen as the duty cycle says', async () => {
      const page = sharedPage();
      await set('led/21/frequency', '400');
      for (const duty of [25, 90]) {
        await set('led/21/duty', String(duty));
        await lit(page, `${duty} %`);
        // Two whole periods fit on the screen: ten divisions of 500 µs.
        await expect
          .poll(() => page.locator('scope-screen canvas').evaluate(shareOfHigh))
          .toBeCloseTo(duty / 100, 1.3);
      }
    });

    it('sets 25, 50 and 90 % at a click', async () => {
      const page = sharedPage();
      for (const duty of ['25', '50', '90']) {
        await page.getByRole('button', { name: `Set the LED on GPIO 21 to ${duty} %` }).click();
        await settled(client, 'led/21/duty/actual', duty);
        await page.getByRole('button', { name: `to ${duty} %`, pressed: true }).waitFor();
      }
    });

    it.each([
      ['0', 'Flat at 0 V: the pin is never on, D = 0 %.'],
      ['100', 'Flat at 3.3 V: the pin is always on, D = 100 %.'],
    ])('reads %s % as a flat line, and says so', async (duty, text) => {
      const page = sharedPage();
      await set('led/21/duty', duty);
      await page.locator('.sentence', { hasText: text }).waitFor();
      expect(await measured(page)).toMatchObject({ on: '—', period: '—', duty: `${duty} %` });
    });

    it('has a knob for its time base', async () => {
      const page = sharedPage();
      await page.getByRole('combobox', { name: 'Time base' }).selectOption('50');
      expect(await page.getByRole('combobox', { name: 'Time base' }).inputValue()).toBe('50');
    });
  });

  describe('the button', () => {
    const sharedPage = share();

    it('is pressed for as long as the mouse holds it', async () => {
      const page = sharedPage();
      await (await readyButton(page)).hover();
      await page.mouse.down();
      await settled(client, 'button/23/pressed/actual', 'true');
      await page.locator('.press[aria-pressed="true"]').waitFor();
      await page.mouse.up();
      await settled(client, 'button/23/pressed/actual', 'false');
    });

    it('is let go when the mouse leaves with it', async () => {
      const page = sharedPage();
      await (await readyButton(page)).hover();
      await page.mouse.down();
      await settled(client, 'button/23/pressed/actual', 'true');
      await page.mouse.move(5, 5);
      await page.mouse.up();
      await settled(client, 'button/23/pressed/actual', 'false');
    });

    it('is pressed by the space bar, once, however long it repeats', async () => {
      const page = sharedPage();
      const seen = changes(client, 'button/23/pressed/actual', 'false');
      await (await readyButton(page)).focus();
      for (let repeat = 0; repeat < 5; repeat++) await page.keyboard.down(' ');
      await settled(client, 'button/23/pressed/actual', 'true');
      await page.keyboard.up(' ');
      expect(await seen).toEqual(['true', 'false']);
    });

    it('is pressed once by one touch', async () => {
      const page = await open('', { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
      const wanted = client.messages('button/23/pressed').pipe(
        filter(({ retained }) => !retained),
        map(({ text }) => text),
        takeWhile((text) => text !== 'end'),
        // The adapter publishes the last value again, retained, once the button rests.
        distinctUntilChanged(),
        toArray(),
      );
      const seen = firstValueFrom(wanted);
      const isReleased = firstValueFrom(
        client.messages('button/23/pressed').pipe(
          map(({ text }) => text),
          skipWhile((text) => text !== 'true'),
          first((text) => text === 'false'),
        ),
      );
      await (await readyButton(page)).tap();
      await isReleased;
      // By now the events would have arrived that a browser derives from a touch for pages that only know the mouse.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
      await client.publish('button/23/pressed', 'end');
      expect(await seen).toEqual(['true', 'false']);
    });

    it('is let go when its device goes, and cannot be pressed then', async () => {
      const info = { kind: 'button', gpio: 23, driver: 'virtual', pressable: true };
      await set('lab/button/23/info', JSON.stringify(info));
      await set('lab/button/23/status', 'online');
      const page = await open('?board=lab');
      const wanted = firstValueFrom(
        client.messages('lab/button/23/pressed').pipe(
          map(({ text }) => text),
          takeWhile((text) => text !== 'false', true),
          toArray(),
        ),
      );
      await (await readyButton(page)).hover();
      await page.mouse.down();
      await firstValueFrom(client.messages('lab/button/23/pressed'));
      await set('lab/button/23/status', 'offline');
      expect(await wanted).toEqual(['true', 'false']);
      await page.locator('.press:disabled').waitFor();
      for (const property of ['info', 'status']) await set(`lab/button/23/${property}`, '');
    });

    it('bounces if it is told to', async () => {
      const page = sharedPage();
      const bounces = page.getByRole('checkbox', { name: 'The contact bounces' });
      await bounces.check();
      await settled(client, 'button/23/bounce', '10');
      await page.getByRole('checkbox', { name: 'The contact bounces', checked: true }).waitFor();
      await bounces.uncheck();
      await settled(client, 'button/23/bounce', '0');
    });
  });

  describe('a tab as a device', () => {
    it('describes itself, obeys, and is offline when it is closed', async () => {
      const page = await open('?device=ana');
      await page.getByText('This tab is the device “ana”.').waitFor();
      await settled(client, 'ana/led/21/status', 'online');
      const info = await firstValueFrom(client.messages('ana/led/21/info'));
      expect(JSON.parse(info.text ?? '')).toMatchObject({ kind: 'led', gpio: 21, driver: 'virtual' });
      await client.publish('ana/led/21/duty', '37.5');
      await settled(client, 'ana/led/21/duty/actual', '37.5');
      await lit(page, '37.5 %');
      await page.context().close();
      await settled(client, 'ana/led/21/status', 'offline');
      await settled(client, 'ana/button/23/status', 'offline');
    });

    it("has its own button, and leaves the hub's alone", async () => {
      const page = await open('?device=ana');
      const others: (string | undefined)[] = [];
      const watching = client.messages('button/23/pressed/actual').subscribe(({ text }) => others.push(text));
      await settled(client, 'ana/button/23/status', 'online');
      await (await readyButton(page)).hover();
      await page.mouse.down();
      await settled(client, 'ana/button/23/pressed/actual', 'true');
      await page.mouse.up();
      await settled(client, 'ana/button/23/pressed/actual', 'false');
      watching.unsubscribe();
      expect(new Set(others)).toEqual(new Set(['false']));
    });

    it('is found by the dashboard', async () => {
      await open('?device=ana');
      const one = await openPage(browser, hub.url);
      opened.push(one);
      await one.page.locator('[data-topic="ana/led/21"]').waitFor();
    });

    it('is made by the form', async () => {
      const page = await open();
      await page.getByRole('textbox', { name: 'Name' }).fill('bia');
      await page.getByRole('button', { name: 'Start' }).click();
      await page.getByText('This tab is the device “bia”.').waitFor();
      await settled(client, 'bia/led/21/status', 'online');
    });

    it('is refused with the reason under an invalid name', async () => {
      const page = await open('?device=a%2Fb');
      for (const [name, reason] of [
        ['a%2Fb', '“a/b” cannot be a device'],
        ['%23', '“#” cannot be a device'],
        ['', '“” cannot be a device'],
        ['led', '“led” is a device type'],
      ] as const) {
        await page.goto(`${hub.url}/simulator?device=${name}`);
        await page.getByRole('alert').filter({ hasText: reason }).waitFor();
        // The page is the hub's own board, as it is without a name.
        await lit(page, '50 %');
      }
    });
  });

  describe('the page', () => {
    it('says when the hub is gone, and comes back without a reload', async () => {
      const other = await startHub({ devices: ['led/21'] });
      const { page } = await openPage(browser, `${other.url}/simulator`);
      await page.getByText('Connected', { exact: true }).waitFor();
      await other.kill();
      await page.getByText('The hub cannot be reached.').waitFor();
      await page.getByText('Not connected').waitFor();
      const again = await startHub({ port: other.port, devices: ['led/21'] });
      try {
        await page.getByText('Connected', { exact: true }).waitFor();
        await page.getByRole('button', { name: 'Set the LED on GPIO 21 to 90 %' }).click();
        await lit(page, '90 %');
      } finally {
        await page.context().close();
        await again.kill();
      }
    });

    it('speaks Portuguese when asked to, and remembers it', async () => {
      const page = await open();
      await page.getByRole('button', { name: 'Português' }).click();
      await page.getByRole('heading', { name: 'Osciloscópio' }).waitFor();
      expect(
        await page.evaluate(() => [document.documentElement.lang, localStorage.getItem('pinhub.language')]),
      ).toEqual(['pt-BR', 'pt-BR']);
      await page.reload();
      await page.getByRole('heading', { name: 'Osciloscópio' }).waitFor();
    });

    it('follows the browser’s language', async () => {
      const one = await openPage(browser, `${hub.url}/simulator`, { locale: 'pt-BR' });
      opened.push(one);
      await one.page.getByText('Conectado', { exact: true }).waitFor();
    });

    it('fits any width', async () => {
      const page = await open('', { viewport: { width: 360, height: 800 } });
      await lit(page, '50 %');
      for (const width of [360, 390, 768, 1024]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await overflowOf(page), `${width} pixels`).toBe(0);
      }
    });

    it('draws nothing while the browser gives it no frames, as it does to a hidden tab, and then the latest', async () => {
      const page = await open();
      await lit(page, '50 %');
      await page.evaluate(() => {
        const waiting: FrameRequestCallback[] = [];
        const { requestAnimationFrame } = window;
        window.requestAnimationFrame = (draw) => waiting.push(draw);
        const drawings = new MutationObserver((changes) =>
          Object.assign(window, { drawings: changes.length }),
        );
        drawings.observe(document.body, {
          subtree: true,
          attributes: true,
          childList: true,
          characterData: true,
        });
        window.addEventListener('show-again', () => {
          window.requestAnimationFrame = requestAnimationFrame;
          for (const draw of waiting) requestAnimationFrame(draw);
        });
      });
      for (const duty of [10, 20, 30]) {
        await set('led/21/duty', String(duty));
        await settled(client, 'led/21/duty/actual', String(duty));
      }
      // The page has had time to draw everything that it got before this round trip.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
      expect(await page.evaluate(() => Reflect.get(window, 'drawings'))).toBeUndefined();
      await page.evaluate(() => window.dispatchEvent(new Event('show-again')));
      await lit(page, '30 %');
    });

    it('moves nothing by itself', async () => {
      const page = await open('', { reducedMotion: 'reduce' });
      await set('led/21/duty', '80');
      await lit(page, '80 %');
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    });

    it('leads back to the dashboard', async () => {
      const page = await open();
      await page.getByRole('link', { name: 'Dashboard' }).click();
      await page.locator('.cell[data-topic="led/21"]').waitFor();
    });
  });
});

/** Runs in the page: of the columns that the trace crosses, the share in which it is at its upper level. */
function shareOfHigh(element: Element): number {
  if (!(element instanceof HTMLCanvasElement)) throw new TypeError('no canvas');
  const { width, height } = element;
  const { data } = element.getContext('2d')?.getImageData(0, 0, width, height) ?? { data: [] };
  const isTrace = (x: number, y: number) => {
    const at = 4 * (y * width + x);
    return (
      (data[at] ?? 0) < 160 &&
      (data[at + 1] ?? 0) > 240 &&
      (data[at + 2] ?? 0) < 210 &&
      (data[at + 3] ?? 0) > 200
    );
  };
  const columns = Array.from({ length: width }, (_, x) => x);
  const rows = Array.from({ length: height }, (_, y) => y);
  const counts = rows.map((y) => columns.filter((x) => isTrace(x, y)).length);
  const most = (from: number, to: number) => Math.max(...counts.slice(from, to));
  const middle = Math.round(height / 2);
  const [high, low] = [most(0, middle), most(middle, height)];
  return high / (high + low);
}
