import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Hub } from '../../../hub/core/hub.ts';
import { createLocalBus } from '../../../hub/core/local-bus.ts';
import type { AnnouncementForm } from '../../../hub/home-assistant/announcement.ts';
import { announceDevices, BIRTH_SPREAD_MS } from '../../../hub/home-assistant/announcer.ts';
import { BUTTON_INFO, LED_INFO } from './built-in.ts';

const LED_CONFIG = 'homeassistant/device/pinhub_led_21/config';

/** A hub with an announcer, in virtual time. */
function createBench(prefix = 'homeassistant') {
  const hub = new Hub({ now: () => 0 });
  const bus = createLocalBus(hub);
  const scheduler = new VirtualTimeScheduler();
  const errors: Error[] = [];
  const published: { topic: string; text: string | undefined; retain: boolean; atMs: number }[] = [];
  bus.messages(`${prefix}/#`).subscribe((message) => {
    const { topic, text, retain, retained } = message;
    if (!retained && topic.endsWith('/config'))
      published.push({ topic, text, retain, atMs: scheduler.now() });
  });
  const settle = async () => {
    for (let turn = 0; turn < 50; turn++) {
      scheduler.flush();
      await Promise.resolve();
    }
  };
  const retained = () =>
    new Map([...hub.retained.match(`${prefix}/#`)].map(({ topic, text }) => [topic, text]));
  return {
    bus,
    scheduler,
    errors,
    published,
    settle,
    retained,
    start: (form: AnnouncementForm = 'device', random = () => 0) =>
      announceDevices({
        bus: createLocalBus(hub),
        prefix,
        form,
        version: '1',
        onError: (error) => errors.push(error),
        scheduler,
        random,
      }),
    retain: (topic: string, value: unknown) =>
      bus.publish(topic, typeof value === 'string' ? value : JSON.stringify(value), { retain: true }),
    nameOf: (topic: string) => JSON.parse(retained().get(topic) ?? '{}').device?.name,
    qosOf: (topic: string) => hub.retained.get(topic)?.qos,
  };
}

describe('The announcer', () => {
  it('announces present and later devices, retained and with QoS 1', async () => {
    const { start, retain, settle, retained, qosOf, errors } = createBench();
    await retain('led/21/info', LED_INFO);
    start();
    await settle();
    expect([...retained().keys()]).toEqual([LED_CONFIG]);
    expect(qosOf(LED_CONFIG)).toBe(1);
    await retain('lab/ana/led/21/info', LED_INFO);
    await settle();
    expect([...retained().keys()]).toEqual([LED_CONFIG, 'homeassistant/device/pinhub_lab_ana_led_21/config']);
    expect(errors).toEqual([]);
  });

  it('follows the name that people set, and the description', async () => {
    const { start, retain, settle, nameOf, retained } = createBench();
    await retain('led/21/info', LED_INFO);
    await retain('led/21/meta/name', 'Desk lamp');
    start();
    await settle();
    expect(nameOf(LED_CONFIG)).toBe('Desk lamp');
    await retain('led/21/meta/name', '');
    await settle();
    expect(nameOf(LED_CONFIG)).toBe('LED on GPIO 21');
    const { duty, frequency } = LED_INFO.properties;
    await retain('led/21/info', { ...LED_INFO, properties: { duty, frequency: { ...frequency, max: 500 } } });
    await settle();
    expect(JSON.parse(retained().get(LED_CONFIG) ?? '').components.frequency.max).toBe(500);
  });

  it('announces nothing twice', async () => {
    const { start, retain, settle, published } = createBench();
    await retain('led/21/info', LED_INFO);
    start();
    await settle();
    await retain('led/21/info', { ...LED_INFO, steps: 4000 });
    await settle();
    expect(published.length).toBe(1);
  });

  it('takes back what was forgotten, also while it was away', async () => {
    const { start, retain, settle, retained } = createBench();
    await retain('led/21/info', LED_INFO);
    await retain('button/23/info', BUTTON_INFO);
    const first = start();
    await settle();
    await retain('button/23/info', '');
    await settle();
    expect([...retained().keys()]).toEqual([LED_CONFIG]);
    first.unsubscribe();
    await retain('led/21/info', '');
    await retain('homeassistant/light/0x00124b/light/config', '{}');
    start();
    await settle();
    expect([...retained().keys()]).toEqual(['homeassistant/light/0x00124b/light/config']);
  });

  it('moves from one form to the other, and notifies Home Assistant beforehand', async () => {
    const { start, retain, settle, retained, published } = createBench();
    await retain('led/21/info', LED_INFO);
    const first = start('component');
    await settle();
    const single = [...retained().keys()];
    expect(single).toHaveLength(3);
    first.unsubscribe();
    published.length = 0;
    start('device');
    await settle();
    expect([...retained().keys()]).toEqual([LED_CONFIG]);
    const steps = published.map(({ topic, text = '', retain: isRetained }) => [
      topic,
      text.startsWith('{"migrate') ? 'migrates' : text === '' ? 'ends' : 'begins',
      isRetained,
    ]);
    expect(steps).toEqual([
      ...single.map((topic) => [topic, 'migrates', false]),
      [LED_CONFIG, 'begins', true],
      ...single.map((topic) => [topic, 'ends', true]),
    ]);
  });

  it('announces all again some time after the birth message', async () => {
    const { bus, start, retain, settle, scheduler, published } = createBench();
    await retain('led/21/info', LED_INFO);
    await retain('homeassistant/status', 'online');
    start('device', () => 0.5);
    await settle();
    expect(published).toHaveLength(1);
    const before = scheduler.now();
    await bus.publish('homeassistant/status', 'offline');
    await settle();
    expect(published).toHaveLength(1);
    await bus.publish('homeassistant/status', 'online');
    await settle();
    expect(published.map(({ topic, retain: isRetained }) => [topic, isRetained])).toEqual([
      [LED_CONFIG, true],
      [LED_CONFIG, true],
    ]);
    expect((published[1]?.atMs ?? 0) - before).toBe(BIRTH_SPREAD_MS / 2);
  });

  it('announces below a prefix of several levels, also after the birth message that Home Assistant sends wherever its prefix is', async () => {
    const { bus, start, retain, settle, retained, published } = createBench('my/house');
    await retain('led/21/info', LED_INFO);
    const first = start('component');
    await settle();
    first.unsubscribe();
    start('device');
    await settle();
    expect([...retained().keys()]).toEqual(['my/house/device/pinhub_led_21/config']);
    for (const birth of ['homeassistant/status', 'my/house/status']) {
      published.length = 0;
      await bus.publish(birth, 'online');
      await settle();
      expect(published.map(({ topic }) => topic)).toEqual(['my/house/device/pinhub_led_21/config']);
    }
  });
});
