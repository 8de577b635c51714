import type { Browser, Page } from 'playwright-core';
import { filter, firstValueFrom, map } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHubClient, type HubClient } from '../../hub/client/index.ts';
import { describeWith } from '../programs.ts';
import { type HubProcess, launchBrowser, type OpenPage, openPage, startHub } from './browser.ts';

const DEVICE = { device: { identifiers: ['0x01'], name: 'Kitchen bulb' }, origin: { name: 'Zigbee2MQTT' } };
const AVAILABILITY = {
  availability: [{ topic: 'zigbee2mqtt/bulb/availability', value_template: '{{ value_json.state }}' }],
};

const LIGHT = {
  ...DEVICE,
  ...AVAILABILITY,
  name: null,
  schema: 'json',
  brightness: true,
  brightness_scale: 254,
  supported_color_modes: ['brightness'],
  command_topic: 'zigbee2mqtt/bulb/set',
  state_topic: 'zigbee2mqtt/bulb',
};

const POWER = {
  ...DEVICE,
  ...AVAILABILITY,
  name: 'Power',
  unit_of_measurement: 'W',
  state_topic: 'zigbee2mqtt/bulb',
  value_template: '{{ value_json.power | round(1) }}',
};

const ALARM = { ...POWER, name: 'Alarm', value_template: '{{ 1 if value_json.power > 5 else 0 }}' };

/** Waits as long as a busy machine may need. */
const poll = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

describeWith('chromium', 'the dashboard, for devices that other programs announce', () => {
  let browser: Browser;
  let hub: HubProcess;
  let client: HubClient;
  let opened: OpenPage;

  const retain = (topic: string, payload: unknown) =>
    client.publish(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { retain: true });
  const announce = async () => {
    await retain('homeassistant/light/0x01/light/config', LIGHT);
    await retain('homeassistant/sensor/0x01/power/config', POWER);
    await retain('homeassistant/sensor/0x01/alarm/config', ALARM);
    await retain('zigbee2mqtt/bulb/availability', { state: 'online' });
    await retain('zigbee2mqtt/bulb', { state: 'ON', brightness: 127, power: 4.321 });
  };
  const show = async (): Promise<Page> => {
    opened = await openPage(browser, hub.url);
    return opened.page;
  };
  const cardIn = (page: Page) => page.locator('.card[data-topic="homeassistant/0x01"]');
  const sent = (topic: string) =>
    firstValueFrom(
      client.messages(topic).pipe(
        filter(({ retained }) => !retained),
        map(({ text, retain: isRetained }) => ({ text, isRetained })),
      ),
    );

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    hub = await startHub();
    client = createHubClient(hub.url);
  });
  afterEach(async () => {
    await opened.page.context().close();
    await client.close();
    await hub.kill();
  });

  it('draws one, with its values, and says what cannot be shown', async () => {
    await announce();
    const page = await show();
    const card = cardIn(page);
    await card.getByRole('heading', { name: 'Kitchen bulb' }).waitFor();
    await card.locator('output', { hasText: '4.3 W' }).waitFor();
    await poll(() => card.getByRole('switch', { name: 'Light' }).isChecked()).toBe(true);
    await poll(() => card.getByRole('spinbutton', { name: 'Brightness, %' }).inputValue()).toBe('50');
    await card.getByText('It cannot be shown: its value is computed by a template.').waitFor();
    await card.getByText('Online').waitFor();
    expect(opened.faults).toEqual([]);
  });

  it('sets it by its own payloads, which are not retained, and follows its state', async () => {
    const page = await show();
    await announce();
    const card = cardIn(page);
    const light = card.getByRole('switch', { name: 'Light' });
    await poll(() => light.isChecked()).toBe(true);
    const [off] = await Promise.all([sent('zigbee2mqtt/bulb/set'), light.click()]);
    expect(off).toEqual({ text: '{"state":"OFF"}', isRetained: false });
    await retain('zigbee2mqtt/bulb', { state: 'OFF', brightness: 127 });
    const box = card.getByRole('spinbutton', { name: 'Brightness, %' });
    await box.fill('100');
    const [bright] = await Promise.all([sent('zigbee2mqtt/bulb/set'), box.press('Enter')]);
    expect(bright.text).toBe('{"state":"ON","brightness":254}');
    await retain('zigbee2mqtt/bulb', { state: 'ON', brightness: 254 });
    await poll(() => light.isChecked()).toBe(true);
    await retain('zigbee2mqtt/bulb/availability', { state: 'offline' });
    await card.getByText('Offline').first().waitFor();
    expect(opened.faults).toEqual([]);
  });

  it('loses it when its announcement is cleared, and asks for nothing more if there is none', async () => {
    const page = await show();
    await page.locator('.card[data-topic="led/21"]').waitFor();
    const scripts = () =>
      page.evaluate(
        () => performance.getEntriesByType('resource').filter(({ name }) => /states-/.test(name)).length,
      );
    expect(await scripts()).toBe(0);
    await announce();
    await cardIn(page).waitFor();
    expect(await scripts()).toBe(1);
    for (const part of ['light/0x01/light', 'sensor/0x01/power', 'sensor/0x01/alarm'])
      await retain(`homeassistant/${part}/config`, '');
    await cardIn(page).waitFor({ state: 'detached' });
    expect(opened.faults).toEqual([]);
  });
});
