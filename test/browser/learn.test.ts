import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { filter, firstValueFrom, map } from 'rxjs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createHubClient, type HubClient } from '../../hub/client/index.ts';
import { learn } from '../../web/languages/pt-BR/learn.ts';
import { describeWith } from '../programs.ts';
import { violations } from './axe-rules.ts';
import { type HubProcess, launchBrowser, type OpenPage, openPage, startHub } from './browser.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/page');

describeWith('chromium', 'the lessons', () => {
  let browser: Browser;
  let hub: HubProcess;
  let client: HubClient;
  let opened: OpenPage[] = [];
  /** Faults that a program on the page must have. */
  let expected = /^$/;

  beforeAll(async () => {
    [browser, hub] = await Promise.all([
      launchBrowser(),
      startHub({ more: ['--mqtt-port', '0', '--www', EXAMPLE] }),
    ]);
    client = createHubClient(hub.url);
  });
  afterEach(async () => {
    const faults = opened.flatMap((one) => one.faults).filter((fault) => !expected.test(fault));
    for (const { page } of opened) await page.context().close();
    opened = [];
    expected = /^$/;
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await client.close();
    await hub.kill();
    await browser.close();
  });

  const open = async (lesson: string) => {
    const one = await openPage(browser, `${hub.url}/learn#${lesson}`, {
      viewport: { width: 1280, height: 900 },
    });
    opened.push(one);
    await one.page.locator('.learn-stage').waitFor();
    return one.page;
  };
  /** Whether each step of the task is done. */
  const stepsOf = (page: Page) =>
    page
      .locator('.learn-task li')
      .evaluateAll((steps) => steps.map((step) => step.getAttribute('data-done') === 'true'));
  const stepDone = (page: Page, number: number) =>
    page.locator(`.learn-task li:nth-child(${number})[data-done="true"]`).waitFor({ timeout: 30_000 });
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const baseOf = async (page: Page) => {
    const shown = await page.locator('.learn-list code').textContent();
    return shown?.replace('/progress', '') ?? '';
  };

  it('compares polling, long-polling and a WebSocket over the real network', {
    timeout: 40_000,
  }, async () => {
    const page = await open('connection');
    await press(page, 'Run for 7 seconds');
    await stepDone(page, 1);
    const cells = (way: string) =>
      page
        .locator(`tr[data-way="${way}"] td`)
        .evaluateAll((all) => all.map((cell) => cell.textContent ?? ''));
    const bytesOf = async (way: string) => Number((await cells(way))[2]?.replace(/\D/g, ''));
    expect(await bytesOf('webSocket')).toBeLessThan((await bytesOf('longPolling')) / 2);
    expect(Number((await cells('polling'))[1])).toBeGreaterThan(0);
    expect(await page.locator('.learn-head code').textContent()).toMatch(
      /^GET \/api\/request HTTP\/1\.1\r?\n.*Host: localhost:\d+/s,
    );
    const [inVain, cheapest] = [page.locator('fieldset').nth(0), page.locator('fieldset').nth(1)];
    await inVain.getByLabel('WebSocket').check();
    await inVain.getByText('Not quite').waitFor();
    expect(await stepsOf(page)).toEqual([true, false, false]);
    await inVain.getByLabel('Polling', { exact: true }).check();
    await cheapest.getByLabel('WebSocket').check();
    await stepDone(page, 2);
    await stepDone(page, 3);
    await page.getByRole('button', { name: 'Next: Topics and wildcards' }).click();
    await page.getByRole('heading', { name: '2. Topics and wildcards' }).waitFor();
  });

  it('has the hub judge filters, and says what a wrong one missed or caught too much', async () => {
    const page = await open('topics');
    const attempt = async (typed: string, says: string) => {
      await page.getByLabel('Filter').fill(typed);
      await press(page, 'Subscribe');
      await page.locator('.learn-stage').getByText(says).waitFor();
    };
    await attempt('house/#', '4 came that were not asked for.');
    await attempt('house/kitchen', '3 are missing.');
    await attempt('house/#/kitchen', 'stands for one level');
    expect(await stepsOf(page)).toEqual([false, false, false]);
    await attempt('house/kitchen/#', 'Right:');
    await attempt('house/+/temperature', 'Right: house/+/temperature');
    await attempt('house/+/light', 'Right: house/+/light');
    expect(await stepsOf(page)).toEqual([true, true, true]);
  });

  it('lets late joiners see what is retained, and nothing else', async () => {
    const page = await open('retained');
    const join = async (number: number, says: string) => {
      await press(page, 'Somebody joins');
      await page.getByText(`Joiner ${number} sees ${says}`).waitFor();
    };
    await press(page, 'Publish');
    await join(1, 'nothing.');
    expect(await stepsOf(page)).toEqual([false, false, false]);
    await page.getByLabel('Retain it').check();
    await press(page, 'Publish');
    await join(2, '70 %.');
    await press(page, 'Clear');
    await join(3, 'nothing.');
    await page.getByLabel('Retain it').uncheck();
    await press(page, 'Publish');
    await join(4, 'nothing.');
    expect(await stepsOf(page)).toEqual([true, true, true]);
  });

  it('shows a lamp that lags behind, stays behind without its plug, and catches up', {
    timeout: 40_000,
  }, async () => {
    const page = await open('actual');
    const slider = page.getByLabel('Desired light');
    await slider.fill('80');
    await stepDone(page, 1);
    await slider.fill('30');
    await page.locator('[data-name="actual"]').getByText('30 %').waitFor();
    expect(await stepsOf(page)).toEqual([true, false, false]);
    await slider.fill('80');
    await page.locator('[data-name="actual"]').getByText('80 %').waitFor();
    await page.getByLabel('The lamp is plugged in').uncheck();
    await slider.fill('30');
    await stepDone(page, 2);
    await page.getByLabel('The lamp is plugged in').check();
    await stepDone(page, 3);
  });

  it('judges what was measured of a wave, and sends it to the lamp over the hub', async () => {
    const page = await open('pwm');
    const measure = async (on: string, period: string, duty: string) => {
      await page.locator('[name="onMs"]').fill(on);
      await page.locator('[name="periodMs"]').fill(period);
      await page.locator('[name="duty"]').fill(duty);
      await press(page, 'Check');
    };
    await measure('8', '2', '400');
    await page.getByText('mixed up').waitFor();
    await measure('2', '8', '75');
    await page.getByText('That is the time off').waitFor();
    expect(await stepsOf(page)).toEqual([false, false, false]);
    const light = firstValueFrom(
      client.messages(`${await baseOf(page)}/led/duty`).pipe(
        filter(({ text }) => text === '50'),
        map(({ text }) => text),
      ),
    );
    await measure('2 ms', '8,0', '25 %');
    await stepDone(page, 1);
    await measure('5', '10', '50');
    await stepDone(page, 2);
    await measure('18', '20', '90');
    await stepDone(page, 3);
    expect(await light).toBe('50');
  });

  it('loses, doubles or keeps numbers over a bad link, by quality of service', {
    timeout: 60_000,
  }, async () => {
    const page = await open('qos');
    const send = async (level: number) => {
      await press(page, `Send with QoS ${level}`);
      await page.getByText(/The link broke \d+ times/).waitFor();
    };
    await send(0);
    expect(await stepsOf(page)).toEqual([true, false, false, false]);
    await page.getByRole('switch', { name: 'Bad link' }).check();
    for (const level of [0, 1, 2]) {
      await press(page, `Send with QoS ${level}`);
      await stepDone(page, level + 2);
    }
  });

  it('shows when the hub publishes a will, and when it does not', async () => {
    const page = await open('will');
    const status = page.locator('[data-name="status"]');
    const plugIn = async () => {
      await press(page, 'Plug in');
      await status.getByText('online').waitFor();
      await page.getByText('connected', { exact: true }).waitFor();
    };
    await plugIn();
    await press(page, 'Pull the plug');
    await stepDone(page, 1);
    await plugIn();
    await press(page, 'Say goodbye and leave');
    await stepDone(page, 2);
    expect(await status.textContent()).toBe('online');
    await plugIn();
    await press(page, 'Publish offline, then leave');
    await stepDone(page, 3);
  });

  it('lights a lamp beside a program in Python while the hub sees it, and tells where it finds the hub', async () => {
    const page = await open('python');
    const paho = page.locator('[data-library="paho"]');
    expect(await paho.locator('code').last().textContent()).toContain(`"localhost", ${hub.port})`);
    const status = `${await baseOf(page)}/python/status`;
    await client.publish(status, 'online', { retain: true });
    await paho.getByText('connected now').waitFor();
    await stepDone(page, 1);
    await client.publish(status, 'offline', { retain: true });
    await paho.getByText('not connected').waitFor();
    const pigpio = page.locator('[data-library="pigpio"]');
    await pigpio.getByText('No virtual Pi of this hub answers you').waitFor();
    await client.publish('board/pigpiod/port/actual', '18888', { retain: true });
    await client.publish('board/pigpiod/connections/actual', '2', { retain: true });
    await pigpio.getByText('connected now').waitFor();
    expect(await pigpio.locator('code').last().textContent()).toContain('pigpio.pi("localhost", 18888)');
    for (const name of ['port', 'connections'])
      await client.publish(`board/pigpiod/${name}/actual`, '', { retain: true });
  });

  it('runs a program of one’s own in a box that reaches nothing but its own topics', async () => {
    const page = await open('page');
    expected = /may only use topics|cross-origin|Unexpected token/;
    const editor = page.getByLabel('Program');
    const first = await editor.inputValue();
    await press(page, 'Run');
    const result = page.frameLocator('.learn-frame');
    await result.locator('#slider').fill('60');
    await stepDone(page, 1);
    await page.locator('[data-name="light"]').getByText('60 %').waitFor();
    await editor.fill(
      first.replace('slider.oninput', "await hub.publish('led/21/duty', '1');\nslider.oninput"),
    );
    await press(page, 'Run');
    await page.locator('.learn-reports').getByText('It tried led/21/duty.').waitFor();
    await editor.fill(first.replace('slider.oninput', "parent.document.title = 'mine';\nslider.oninput"));
    await press(page, 'Run');
    await page.locator('.learn-reports').getByText('Uncaught').waitFor();
    await editor.fill(first.replace('slider.oninput', 'const a = ;\nslider.oninput'));
    await press(page, 'Run');
    await page
      .locator('.learn-reports')
      .getByText(/^Line 15: Uncaught SyntaxError: Unexpected token/)
      .waitFor();
    expect(await stepsOf(page)).toEqual([true, false]);
    await editor.fill(
      first.replace(
        'slider.oninput',
        "hub.publish(lamp.replace('lamp/light', 'hello'), 'Oi!');\nslider.oninput",
      ),
    );
    await press(page, 'Run');
    await stepDone(page, 2);
    await page.locator('[data-name="hello"]').getByText('Oi!').waitFor();
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe objects to, %s',
    { timeout: 120_000 },
    async (colorScheme) => {
      const one = await openPage(browser, `${hub.url}/learn`, {
        bypassCSP: true,
        colorScheme,
        locale: 'pt-BR',
      });
      opened.push(one);
      const found: Record<string, readonly string[]> = {};
      for (const [index, { title }] of Object.values(learn.lessons).entries()) {
        await one.page.locator('.learn-list button').nth(index).click();
        await one.page.getByRole('heading', { level: 2, name: `${index + 1}. ${title}` }).waitFor();
        found[title] = await violations(one.page);
      }
      expect(found).toEqual(Object.fromEntries(Object.values(learn.lessons).map(({ title }) => [title, []])));
    },
  );

  it('leads to a page of one’s own, which has the hub’s client from the hub', async () => {
    const one = await openPage(browser, `${hub.url}/www/lamp.html`);
    opened.push(one);
    const wanted = firstValueFrom(client.messages('led/21/duty').pipe(filter(({ text }) => text === '35')));
    await one.page.locator('#slider').fill('35');
    await wanted;
    await one.page.locator('#duty').getByText('35 %').waitFor();
  });

  it('keeps on the hub how far somebody is, and takes it up again', async () => {
    const page = await open('retained');
    await page.getByLabel('Retain it').check();
    await press(page, 'Publish');
    await press(page, 'Somebody joins');
    await stepDone(page, 1);
    await press(page, 'Clear');
    await press(page, 'Somebody joins');
    await stepDone(page, 2);
    await page.getByLabel('Retain it').uncheck();
    await press(page, 'Publish');
    await press(page, 'Somebody joins');
    await stepDone(page, 3);
    await page.locator('.learn-list [data-done]').getByText('Retained').waitFor();
    await page.reload();
    await page.locator('.learn-list [data-done]').getByText('Retained').waitFor();
    await page.getByText('You have done this lesson before.').waitFor();
    expect(await stepsOf(page)).toEqual([true, true, true]);
    const kept = await firstValueFrom(client.messages(`${await baseOf(page)}/progress`));
    expect(JSON.parse(kept.text ?? '')).toEqual({ lesson: 'retained', done: ['retained'] });
    await page.getByRole('button', { name: 'Next: Desired and actual' }).click();
    await page.getByRole('heading', { name: '4. Desired and actual' }).waitFor();
    expect(await stepsOf(page)).toEqual([false, false, false]);
  });
});
