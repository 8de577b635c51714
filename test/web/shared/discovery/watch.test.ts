import { firstValueFrom, filter as where } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Hub } from '../../../../hub/core/hub.ts';
import { createLocalBus } from '../../../../hub/core/local-bus.ts';
import type { DeviceState } from '../../../../web/shared/devices.ts';
import { watchDiscovered } from '../../../../web/shared/discovery/watch.ts';

const DEVICE = { device: { identifiers: ['box'], name: 'Box' }, availability_topic: 'box/status' };
const SWITCH_TOPIC = 'homeassistant/switch/box/relay/config';
const SWITCH = { ...DEVICE, name: 'Relay', command_topic: 'box/relay/set', state_topic: 'box/relay' };
const TEXT = { ...DEVICE, name: 'Note', command_topic: 'box/note/set' };

async function createBench() {
  const hub = new Hub({ now: () => 0 });
  const bus = createLocalBus(hub);
  const page = createLocalBus(hub);
  const retain = (topic: string, value: unknown) =>
    bus.publish(topic, typeof value === 'string' ? value : JSON.stringify(value), { retain: true });
  const states$ = watchDiscovered(page);
  states$.subscribe();
  const until = (isGood: (states: readonly DeviceState[]) => boolean) =>
    firstValueFrom(states$.pipe(where(isGood)));
  const find = async () => {
    const [state] = await until(({ length }) => length === 1);
    return state ?? expect.unreachable('there is no device');
  };
  const sent: string[] = [];
  bus.messages('box/+/set').subscribe(({ topic, text, retain: isRetained }) => {
    sent.push(`${topic} ${text}${isRetained ? ' R' : ''}`);
  });
  await retain(SWITCH_TOPIC, SWITCH);
  await retain('homeassistant/text/box/note/config', TEXT);
  return { hub, retain, until, find, sent };
}

describe('Devices that other programs announce', () => {
  it('are devices with a name, and away until their availability says otherwise', async () => {
    const { retain, until, find } = await createBench();
    const { device, info, status } = await find();
    expect([device.topic, info.name, status]).toEqual(['homeassistant/box', 'Box', undefined]);
    await retain('box/status', 'online');
    await until(([state]) => state?.status === 'online');
    expect(await firstValueFrom(device.isOnline$)).toBe(true);
    await retain('box/status', 'offline');
    await until(([state]) => state?.status === 'offline');
  });

  it('report their values as our own devices do, and get values in their own form', async () => {
    const { retain, find, sent } = await createBench();
    const { device } = await find();
    const property = 'switch box relay';
    await retain('box/relay', 'ON');
    expect(await firstValueFrom(device.feed.text$(`${property}/actual`))).toBe('true');
    expect(await firstValueFrom(device.feed.text$(property))).toBe('true');
    await device.feed.publish(property, 'false');
    expect(sent).toEqual(['box/relay/set OFF']);
  });

  it('that report no state show what this page has sent', async () => {
    const { find } = await createBench();
    const { device } = await find();
    const text = firstValueFrom(device.feed.text$('text box note'));
    await device.feed.publish('text box note', 'hello');
    expect(await text).toBe('hello');
  });

  it('stay the same device when their description changes, and go when it is cleared', async () => {
    const { retain, until, find } = await createBench();
    const { device } = await find();
    await retain(SWITCH_TOPIC, { ...SWITCH, name: 'Pump' });
    const [changed] = await until(([state]) => state?.info.properties[0]?.name === 'Pump');
    expect(changed?.device).toBe(device);
    await retain(SWITCH_TOPIC, '');
    await retain('homeassistant/text/box/note/config', '');
    await until(({ length }) => length === 0);
  });

  it('can be named and forgotten', async () => {
    const { hub, until, find } = await createBench();
    const { device } = await find();
    await device.feed.publish('meta/name', 'Shed');
    await until(([state]) => state?.label.name === 'Shed');
    await device.feed.forget();
    await until(({ length }) => length === 0);
    expect([...hub.retained.match('homeassistant/#')]).toEqual([]);
  });

  it('are found, named and forgotten below a prefix of several levels too', async () => {
    const { hub, retain, until } = await createBench();
    const { device: _, ...alone } = SWITCH;
    await retain('my/own/house/switch/shed/config', alone);
    const [, state] = await until(({ length }) => length === 2);
    expect(state?.device.topic).toBe('my/own/house/shed');
    await state?.device.feed.publish('meta/name', 'Shed');
    await until(([, shed]) => shed?.label.name === 'Shed');
    await state?.device.feed.forget();
    await until(({ length }) => length === 1);
    expect([...hub.retained.match('my/#')]).toEqual([]);
  });

  it('do not include devices that this hub announces itself', async () => {
    const { retain, until } = await createBench();
    await retain('my/own/house/device/pinhub_led_21/config', {
      components: { x: { p: 'text', cmd_t: 'x' } },
    });
    await retain('homeassistant/light/pinhub_led_21/light/config', {
      ...SWITCH,
      device: { identifiers: ['x'] },
    });
    await retain('homeassistant/text/other/config', { command_topic: 'x' });
    const states = await until(({ length }) => length > 1);
    expect(states.map(({ device }) => device.topic)).toEqual(['homeassistant/box', 'homeassistant/other']);
  });
});
