import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Pinhub } from '../../hub/cli/run-pinhub.ts';
import { HomeAssistant } from './stand-in.ts';

const DEVICES = ['led/21', 'servo/18', 'rgb/5-6-13', 'button/23'];

const ENTITIES = [
  'pinhub_button_23_event',
  'pinhub_button_23_finger',
  'pinhub_button_23_pressed',
  'pinhub_led_21_frequency',
  'pinhub_led_21_light',
  'pinhub_led_21_transition',
  'pinhub_rgb_5-6-13_light',
  'pinhub_servo_18_angle',
  'pinhub_servo_18_pulse-max',
  'pinhub_servo_18_pulse-min',
];

const HOUSE = 200;

/** Waits as long as a busy machine may need. */
const poll = <T>(read: () => T) => expect.poll(read, { timeout: 30_000 });

/** A hub in its own process, as a user starts it, whose data is kept from one start to the next. */
class Server {
  #process: Pinhub | undefined;
  #mqttPort = 0;
  readonly #announcing: readonly string[];
  readonly #data = mkdtempSync(join(tmpdir(), 'pinhub-home-assistant-'));

  constructor(announcing: readonly string[]) {
    this.#announcing = announcing;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.#mqttPort}`;
  }

  async start(): Promise<void> {
    const options = [
      '--port',
      '0',
      '--mqtt-port',
      String(this.#mqttPort),
      '--driver',
      'virtual',
      '--no-pigpiod',
    ];
    const announcing = [...this.#announcing, '--device', ...DEVICES];
    this.#process = new Pinhub([
      'start',
      ...options,
      '--data',
      this.#data,
      '--log-level',
      'error',
      ...announcing,
    ]);
    const started = this.#process;
    await vi.waitUntil(() => started.output.includes('Ctrl-C'), { timeout: 100_000 });
    this.#mqttPort = Number(/mqtt:\/\/localhost:(\d+)/.exec(started.output)?.[1]);
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#data, { recursive: true });
  }
}

describe.each([
  ['device', 'homeassistant'],
  ['component', 'my/house'],
])('A stand-in for Home Assistant, with announcements by %s below %s', (form, prefix) => {
  const server = new Server(['--home-assistant', prefix, '--home-assistant-form', form]);
  let home: HomeAssistant;
  let other: MqttClient;
  /** The last messages on topics of the LED and the RGB LED. */
  const said = new Map<string, string>();

  const light = 'pinhub_led_21_light';
  const colored = 'pinhub_rgb_5-6-13_light';

  beforeAll(async () => {
    await server.start();
    home = await HomeAssistant.start(server.url, prefix);
    other = await mqtt.connectAsync(server.url, { protocolVersion: 5 });
    other.on('message', (topic, payload) => said.set(topic, String(payload)));
    await other.subscribeAsync(['led/#', 'rgb/#', 'servo/#']);
  });
  afterAll(async () => {
    await home.stop();
    await other.endAsync(true);
    await server.close();
  });

  it('finds every entity, and all are available', async () => {
    await home.untilIds((ids) => ids.length === ENTITIES.length);
    expect(home.ids).toEqual(ENTITIES);
    for (const id of ENTITIES) await home.until(id, ({ isAvailable }) => isAvailable);
  });

  it('turns the LED on, off, and on again as bright as before', async () => {
    await home.turnOn(light, { brightness: 102 });
    await home.until(light, ({ state, brightness }) => state === 'on' && brightness === 102);
    await poll(() => said.get('led/21/duty/actual')).toBe('40');
    await home.turnOff(light);
    await home.until(light, ({ state }) => state === 'off');
    await poll(() => said.get('led/21/duty/actual')).toBe('0');
    await home.turnOn(light);
    await home.until(light, ({ state, brightness }) => state === 'on' && brightness === 102);
    await poll(() => said.get('led/21/duty/actual')).toBe('40');
  });

  it('plays an effect, during which the light stays on and its brightness does not move', async () => {
    await home.turnOn(light, { effect: 'blink' });
    await home.until(light, ({ effect }) => effect === 'blink');
    await poll(() => said.get('led/21/duty/actual')).toBe('0');
    expect(home.state(light)).toMatchObject({ state: 'on', brightness: 102 });
    await home.turnOn(light, { effect: 'none' });
    await home.until(light, ({ effect }) => effect === 'none');
  });

  it('sets numbers, and sees what the pin can give', async () => {
    await home.set('pinhub_led_21_frequency', '801');
    await home.until('pinhub_led_21_frequency', ({ state }) => state === '800');
    await home.set('pinhub_led_21_transition', '0.5');
    await home.until('pinhub_led_21_transition', ({ state }) => state === '0.5');
    await home.set('pinhub_led_21_transition', '0');
    await home.set('pinhub_servo_18_angle', '45');
    await home.until('pinhub_servo_18_angle', ({ state }) => state === '45');
    await poll(() => Number(said.get('servo/18/angle/actual'))).toBeCloseTo(45, 0);
  });

  it('colors the RGB LED, turns it off and on in its color, and halves its light', async () => {
    await home.turnOn(colored, { rgb: [255, 0, 127] });
    await home.until(colored, ({ state, rgb }) => state === 'on' && String(rgb) === '255,0,127');
    await poll(() => said.get('rgb/5-6-13/color')).toBe('#ff007f');
    await home.turnOff(colored);
    await home.until(colored, ({ state }) => state === 'off');
    await home.turnOn(colored);
    await home.until(colored, ({ state, rgb }) => state === 'on' && String(rgb) === '255,0,127');
    await home.turnOn(colored, { brightness: 128 });
    await home.until(colored, ({ brightness }) => brightness === 128);
    await poll(() => said.get('rgb/5-6-13/color')).toBe('#800040');
  });

  it('presses the button by the virtual finger: a sensor, and two events', async () => {
    await home.turnOn('pinhub_button_23_finger');
    await home.until('pinhub_button_23_pressed', ({ state }) => state === 'on');
    await home.until('pinhub_button_23_finger', ({ state }) => state === 'on');
    await home.turnOff('pinhub_button_23_finger');
    await home.until('pinhub_button_23_pressed', ({ state }) => state === 'off');
    const { events } = await home.until('pinhub_button_23_event', (entity) => entity.events.length === 2);
    expect(events).toEqual(['press', 'release']);
  });

  it('is back after its own restart with every entity and state, and without an event', async () => {
    await home.stop();
    home = await HomeAssistant.start(server.url, prefix);
    await home.untilIds((ids) => ids.length === ENTITIES.length);
    for (const id of ENTITIES) await home.until(id, ({ isAvailable }) => isAvailable);
    await home.until(light, ({ state, brightness }) => state === 'on' && brightness === 102);
    await home.until('pinhub_button_23_pressed', ({ state }) => state === 'off');
    expect(home.state('pinhub_button_23_event')?.events).toEqual([]);
  });

  it('sees the hub go and come back; the hub keeps the desired values', async () => {
    const gone = home.until(light, ({ isAvailable }) => !isAvailable);
    await server.stop();
    await gone;
    await server.start();
    for (const id of ENTITIES) await home.until(id, ({ isAvailable }) => isAvailable);
    await home.turnOff(light);
    await home.until(light, ({ state }) => state === 'off');
  });

  it('hears no announcement in the name of the hub by anybody else', async () => {
    const publish = (topic: string) => other.publishAsync(topic, '', { qos: 1, retain: true });
    await expect(publish(`${prefix}/device/pinhub_led_21/config`)).rejects.toThrow('Not authorized');
    await expect(publish(`${prefix}/light/pinhub_led_21/light/config`)).rejects.toThrow('Not authorized');
    await publish(`${prefix}/light/0x00124b/light/config`);
    expect(home.ids).toEqual(ENTITIES);
  });

  it('loses what the hub forgets, for good', async () => {
    await other.publishAsync('button/23/info', '', { qos: 1, retain: true });
    const isGone = (ids: readonly string[]) => !ids.some((id) => id.startsWith('pinhub_button_23'));
    await home.untilIds(isGone);
    expect(home.ids).toHaveLength(ENTITIES.length - 3);
    await home.stop();
    home = await HomeAssistant.start(server.url, prefix);
    await home.untilIds((ids) => ids.length >= ENTITIES.length - 3);
    expect(isGone(home.ids)).toBe(true);
  });

  it('finds a house of 200 more devices, which are there again after a restart of either side', async () => {
    const info = JSON.stringify({ properties: { temperature: { type: 'number', unit: '°C' } } });
    const topics = Array.from({ length: HOUSE }, (_, index) => `house/room-${index % 20}/meter/${index}`);
    const retain = (topic: string, payload: string) =>
      other.publishAsync(topic, payload, { qos: 1, retain: true });
    await Promise.all(
      topics.flatMap((topic) => [retain(`${topic}/info`, info), retain(`${topic}/status`, 'online')]),
    );
    const metersIn = (ids: readonly string[]) => ids.filter((id) => id.includes('_meter_'));
    const areThere = async (count: number) => {
      await home.untilIds((ids) => metersIn(ids).length === count);
      for (const id of metersIn(home.ids)) await home.until(id, ({ isAvailable }) => isAvailable);
    };
    await areThere(HOUSE);
    await home.stop();
    await server.stop();
    await server.start();
    home = await HomeAssistant.start(server.url, prefix);
    await areThere(HOUSE);
    await retain(`${topics[0]}/info`, '');
    await areThere(HOUSE - 1);
    await retain(`${topics[1]}/temperature/actual`, '21.5');
    await home.until('pinhub_house_room-1_meter_1_temperature', ({ state }) => state === '21.5');
  });
});
