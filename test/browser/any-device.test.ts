import type { Browser, Locator, Page } from 'playwright-core';
import { filter, firstValueFrom, map } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHubClient, type HubClient } from '../../hub/client/index.ts';
import { describeWith } from '../programs.ts';
import { type HubProcess, type Hubs, launchBrowser, type OpenPage, openPage, startHubs } from './browser.ts';

const THERMOMETER = { temperature: { type: 'number', unit: '°C', name: 'Temperature' } };

const RELAY = {
  on: { type: 'boolean', name: 'Heating', settable: true },
  target: { type: 'number', name: 'Target', unit: '°C', min: 5, max: 30, step: 0.5, settable: true },
  mode: { type: 'choice', options: ['eco', 'comfort'], settable: true },
  note: { type: 'text', settable: true, actual: false },
  restart: { type: 'trigger', name: 'Restart' },
  boost: { type: 'boolean', name: 'Boost', settable: true, momentary: true },
};

describeWith('chromium', 'the dashboard, for any device', () => {
  let browser: Browser;
  let hubs: Hubs;
  let hub: HubProcess;
  let client: HubClient;
  let opened: OpenPage;

  const retain = (topic: string, payload: string) => client.publish(topic, payload, { retain: true });
  /** An ESP32's reports about itself: usually three messages. */
  const describeDevice = async (
    topic: string,
    info: unknown,
    values: Readonly<Record<string, string>> = {},
  ) => {
    await retain(`${topic}/info`, typeof info === 'string' ? info : JSON.stringify(info));
    await retain(`${topic}/status`, 'online');
    for (const [name, value] of Object.entries(values)) await retain(`${topic}/${name}`, value);
  };
  const show = async (): Promise<Page> => {
    opened = await openPage(browser, hub.url);
    return opened.page;
  };
  const cardOf = (page: Page, topic: string) => page.locator(`.card[data-topic="${topic}"]`);
  /** Resolves with the next message that is not a retained one. */
  const next = (topic: string, text: string | RegExp) =>
    firstValueFrom(
      client.messages(topic).pipe(
        filter((message) => !message.retained && isText(message.text, text)),
        map(({ retain: isRetained }) => isRetained),
      ),
    );
  const retained = async (topic: string) => {
    const response = await fetch(`${hub.url}/api/topics/${topic}`);
    return response.ok ? response.text() : undefined;
  };

  beforeAll(async () => {
    hubs = startHubs();
    browser = await launchBrowser();
  });
  afterAll(() => Promise.all([browser.close(), hubs.end()]));
  beforeEach(async () => {
    hub = await hubs.open(['button/23', 'rgb/5-6-13']);
    client = createHubClient(hub.url);
  });
  afterEach(async () => {
    await opened.page.context().close();
    await client.close();
    await hub.kill();
  });

  it('shows a thermometer with its value and its past', async () => {
    await describeDevice(
      'thermometer/kitchen',
      { kind: 'thermometer', name: 'Kitchen', properties: THERMOMETER },
      { 'temperature/actual': '21.5' },
    );
    const page = await show();
    const card = cardOf(page, 'thermometer/kitchen');
    await card.getByRole('heading', { name: 'Kitchen' }).waitFor();
    await card.locator('output', { hasText: '21.5 °C' }).waitFor();
    await retain('thermometer/kitchen/temperature/actual', '22.25');
    await card.locator('output', { hasText: '22.25 °C' }).waitFor();
    await card.locator('canvas').scrollIntoViewIfNeeded();
    await card.getByRole('img', { name: 'The last minute. Temperature' }).waitFor();
    await expect.poll(() => isDrawn(card.locator('canvas'))).toBe(true);
    expect(await card.getByText('desired').count()).toBe(0);
    expect(opened.faults).toEqual([]);
  });

  it('sets a relay by switch, slider, choice, text and trigger', async () => {
    await describeDevice(
      'relay/heater',
      { kind: 'relay', name: 'Heater', properties: RELAY },
      { on: 'false', 'on/actual': 'false', target: '21', 'target/actual': '19.5', 'mode/actual': 'eco' },
    );
    const page = await show();
    const card = cardOf(page, 'relay/heater');
    await Promise.all([
      next('relay/heater/on', 'true'),
      card.getByRole('switch', { name: 'Heating' }).click(),
    ]);
    await expect.poll(() => retained('relay/heater/on')).toBe('true');
    const box = card.getByRole('spinbutton', { name: 'Target, °C' });
    await box.fill('35');
    await box.press('Enter');
    await card.getByText('Between 5 and 30 °C.').waitFor();
    await box.fill('22,5');
    await Promise.all([next('relay/heater/target', '22.5'), box.press('Enter')]);
    await card.locator('.actual', { hasText: '19.5 °C' }).waitFor();
    const slider = card.getByRole('slider', { name: 'Target, Heater', exact: true });
    await Promise.all([next('relay/heater/target', '23'), slider.press('ArrowRight')]);
    await Promise.all([
      next('relay/heater/mode', 'comfort'),
      card.getByText('comfort', { exact: true }).click(),
    ]);
    const note = card.getByRole('textbox', { name: 'note' });
    await note.fill('hello');
    await Promise.all([next('relay/heater/note', 'hello'), note.press('Enter')]);
    await Promise.all([next('relay/heater/note', 'hello'), note.press('Enter')]);
    const [isRetained] = await Promise.all([
      next('relay/heater/restart', 'true'),
      card.getByRole('button', { name: 'Restart' }).click(),
    ]);
    expect(isRetained).toBe(false);
    expect(opened.faults).toEqual([]);
  });

  it('keeps what is being typed when the description changes elsewhere', async () => {
    await describeDevice('relay/heater', { kind: 'relay', properties: RELAY });
    const page = await show();
    const card = cardOf(page, 'relay/heater');
    const note = card.getByRole('textbox', { name: 'note' });
    await note.pressSequentially('half a wo');
    await describeDevice('relay/heater', {
      kind: 'relay',
      properties: { ...THERMOMETER, ...RELAY },
    });
    await card.getByText('Temperature').first().waitFor();
    await note.pressSequentially('rd');
    expect(await note.inputValue()).toBe('half a word');
  });

  it('says what it does not understand of a description, and shows the rest', async () => {
    await describeDevice('broken/one', '{kind:thermometer}');
    await describeDevice(
      'broken/two',
      {
        kind: 'broken',
        properties: { speed: { type: 'integer' }, ok: { type: 'text' } },
      },
      { 'ok/actual': 'fine', 'speed/actual': '7' },
    );
    const page = await show();
    await cardOf(page, 'broken/one').getByText('It is not valid JSON.').waitFor();
    const two = cardOf(page, 'broken/two');
    await two.getByText('The type must be number, boolean, choice, color, text or trigger.').waitFor();
    await two.locator('output', { hasText: 'fine' }).waitFor();
    await two.getByText('Other topics').click();
    await two.getByRole('cell', { name: '7' }).waitFor();
    await retain('broken/one/info', JSON.stringify({ kind: 'broken', properties: THERMOMETER }));
    await cardOf(page, 'broken/one').getByText('Temperature').first().waitFor();
    expect(opened.faults).toEqual([]);
  });

  it('lets go of a button whose tab dies, and retains no press', async () => {
    const page = await show();
    const press = cardOf(page, 'button/23').getByRole('button', { name: 'Press' });
    await press.hover();
    const [isRetained] = await Promise.all([next('button/23/pressed', 'true'), page.mouse.down()]);
    expect(isRetained).toBe(false);
    await expect.poll(() => retained('button/23/pressed/actual')).toBe('true');
    const released = next('button/23/pressed', 'false');
    const dying = page.waitForEvent('crash');
    page.goto('chrome://crash').catch(() => undefined);
    await Promise.all([released, dying]);
    await expect.poll(() => retained('button/23/pressed/actual')).toBe('false');
    expect(await retained('button/23/pressed')).toBeUndefined();
  });

  it('calls controls by their device too, as it is renamed', async () => {
    for (const name of ['Lamp', 'Desk'])
      await describeDevice(
        `led/${name.toLowerCase()}`,
        { kind: 'led', name, limits: { transition: { min: 0, max: 60 } } },
        { duty: '50' },
      );
    const page = await show();
    const control = (name: string) => page.getByRole('slider', { name, exact: true });
    await control('Duty cycle, Lamp').waitFor();
    await control('Duty cycle, Desk').waitFor();
    const transition = page.getByRole('spinbutton', { name: 'Transition, seconds, Desk' });
    await transition.fill('3');
    await retain('led/desk/meta/name', 'Bedside');
    await control('Duty cycle, Bedside').waitFor();
    const renamed = page.getByRole('spinbutton', { name: 'Transition, seconds, Bedside' });
    expect(await renamed.inputValue(), 'it was not drawn again').toBe('3');
    await control('Duty cycle, Lamp').waitFor();
    const controls = page.locator('.card').locator('input, button, select, [role="slider"]');
    const names = await controls.evaluateAll((all) => all.map((each) => each.ariaLabel));
    expect(names.filter((name, at) => name === null || names.indexOf(name) !== at)).toEqual([]);
  });

  it('offers to take back what another program drives', async () => {
    const page = await show();
    const card = cardOf(page, 'rgb/5-6-13');
    await card.getByRole('slider', { name: 'Hue and saturation' }).waitFor();
    await retain('rgb/5-6-13/overridden/actual', 'true');
    await card.getByText('Another program drives it.').waitFor();
    const sent = next('rgb/5-6-13/color', '#000000');
    await card.getByRole('button', { name: 'Take back' }).click();
    expect(await sent).toBe(true);
    await retain('rgb/5-6-13/overridden/actual', 'false');
    await card.getByText('Another program drives it.').waitFor({ state: 'detached' });
  });

  it('opens the card of a color that its tile has shown already', async () => {
    for (const room of ['kitchen', 'hall', 'attic'])
      await describeDevice(`thermometer/${room}`, { kind: 'thermometer', properties: THERMOMETER });
    await retain('rgb/5-6-13/color', '#800000');
    const page = await show();
    const cell = page.locator('.cell[data-topic="rgb/5-6-13"]');
    await cell.getByText('#800000').waitFor();
    await cell.locator('.opener').click();
    await cell.locator('.color-brightness .actual', { hasText: '50.2 %' }).waitFor();
    await cell.getByRole('spinbutton', { name: 'Brightness, percent' }).waitFor();
    await retain('rgb/5-6-13/color', '#ff0000');
    await cell.locator('.color-brightness .actual', { hasText: '100 %' }).waitFor();
    expect(opened.faults).toEqual([]);
  });

  it('colors an RGB LED by wheel, preset and brightness, and finds its color again after Off', async () => {
    const page = await show();
    const card = cardOf(page, 'rgb/5-6-13');
    await Promise.all([
      next('rgb/5-6-13/color', '#0000ff'),
      card.getByRole('button', { name: /^Blue,/ }).click(),
    ]);
    const wheel = card.locator('.wheel');
    const { width = 0 } = (await wheel.boundingBox()) ?? {};
    // Near the top is red, almost full.
    await Promise.all([
      next('rgb/5-6-13/color', /^#ff0[\da-f]0[\da-f]$/),
      wheel.click({ position: { x: width / 2, y: 2 } }),
    ]);
    await Promise.all([
      next('rgb/5-6-13/color', '#ff0000'),
      card.getByRole('button', { name: /^Red,/ }).click(),
    ]);
    await card.getByText('Brightness', { exact: true }).waitFor();
    const brightness = card.getByRole('spinbutton', { name: 'Brightness, percent' });
    await brightness.fill('50');
    await Promise.all([next('rgb/5-6-13/color', '#800000'), brightness.press('Enter')]);
    await Promise.all([
      next('rgb/5-6-13/color', '#000000'),
      card.getByRole('button', { name: /^Off,/ }).click(),
    ]);
    await Promise.all([
      next('rgb/5-6-13/color', '#800000'),
      card.getByRole('button', { name: /^On,/ }).click(),
    ]);
    const handle = card.getByRole('slider', { name: 'Hue and saturation' });
    await handle.press('ArrowDown');
    await expect.poll(() => handle.getAttribute('aria-valuetext')).toBe('hue 0°, saturation 95 %');
    await Promise.all([next('rgb/5-6-13/effect', 'breathe'), card.getByText('Breathe').click()]);
    expect(opened.faults).toEqual([]);
  });
});

function isText(text: string | undefined, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text === wanted : wanted.test(text ?? '');
}

function isDrawn(canvas: Locator): Promise<boolean> {
  return canvas.evaluate((element) => {
    if (!(element instanceof HTMLCanvasElement)) return false;
    const { width, height } = element;
    const pixels = element.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    return pixels.some((part) => part !== 0);
  });
}
