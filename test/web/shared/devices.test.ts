import { firstValueFrom, Subject, take, throwError } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLocalBus, Hub, HubError } from '../../../hub/core/index.ts';
import { type Device, type DeviceState, findDevices, watchDevices } from '../../../web/shared/devices.ts';
import { NO_LABEL } from '../../../web/shared/label.ts';

const retain = { retain: true };

afterEach(() => {
  vi.useRealTimers();
});

function createBench() {
  const hub = new Hub({ now: () => 0 });
  const adapter = createLocalBus(hub);
  const describeDevice = (topic: string, kind = 'led') =>
    adapter.publish(`${topic}/info`, JSON.stringify({ kind, gpio: 21 }), retain);
  return { adapter, describeDevice, page: createLocalBus(hub) };
}

const topicsOf = (devices: readonly Device[] | undefined) => devices?.map(({ topic }) => topic);

describe('the devices of a hub', () => {
  it('are found with and without a prefix, in the order of their numbers', async () => {
    const { describeDevice, page } = createBench();
    for (const topic of ['led/21', 'led/4', 'lab/ana/led/21', 'a/b/c/led/1']) await describeDevice(topic);
    const found: (readonly Device[])[] = [];
    findDevices(page).subscribe((devices) => found.push(devices));
    expect(topicsOf(found.at(-1))).toEqual(['a/b/c/led/1', 'lab/ana/led/21', 'led/4', 'led/21']);
  });

  it('come and go with their descriptions, and stay themselves when these change', async () => {
    const { adapter, describeDevice, page } = createBench();
    const found: (readonly Device[])[] = [];
    findDevices(page).subscribe((devices) => found.push(devices));
    await describeDevice('led/21');
    await adapter.publish('led/21/info', JSON.stringify({ kind: 'led', name: 'Lamp' }), retain);
    await describeDevice('led/20');
    await adapter.publish('led/21/info', '', retain);
    expect(found.map(topicsOf)).toEqual([[], ['led/21'], ['led/20', 'led/21'], ['led/20']]);
    expect(found[1]?.[0]).toBe(found[2]?.[1]);
  });

  it('are forgotten when a hub that comes back does not know them any more', async () => {
    vi.useFakeTimers();
    const { adapter, describeDevice, page } = createBench();
    const hubBack$ = new Subject<void>();
    await describeDevice('led/20');
    await describeDevice('led/21');
    const found: (readonly Device[])[] = [];
    findDevices(page, { hubBack$ }).subscribe((devices) => found.push(devices));
    const presence: boolean[] = [];
    found.at(-1)?.[1]?.isOnline$.subscribe((isOnline) => presence.push(isOnline));
    await adapter.publish('led/21/status', 'online', retain);
    hubBack$.next();
    await describeDevice('led/20');
    expect(topicsOf(found.at(-1))).toEqual(['led/20', 'led/21']);
    await vi.advanceTimersByTimeAsync(3000);
    expect(topicsOf(found.at(-1))).toEqual(['led/20']);
    expect(presence).toEqual([false, true, false]);
  });

  it.each(['', 'hello', '[]', 'null', '{"kind":7}', '{"kind":"servo"}', '{"gpio":21}'])(
    'are not made from %j on an LED’s info',
    async (text) => {
      const { adapter, page } = createBench();
      await adapter.publish('led/21/info', text, retain);
      expect(await firstValueFrom(findDevices(page).pipe(take(1)))).toEqual([]);
    },
  );

  it('know their prefix and kind, whether they are there, and what they say', async () => {
    const { adapter, describeDevice, page } = createBench();
    await describeDevice('lab/ana/led/21');
    await adapter.publish('lab/ana/led/21/status', 'online', retain);
    const found: (readonly Device[])[] = [];
    findDevices(page).subscribe((devices) => found.push(devices));
    const device = found.at(-1)?.[0];
    const presence: boolean[] = [];
    device?.isOnline$.subscribe((isOnline) => presence.push(isOnline));
    await adapter.publish('lab/ana/led/21/status', 'offline', retain);
    expect(device).toMatchObject({ prefix: 'lab/ana', kind: 'led' });
    expect(presence).toEqual([true, false]);
  });
});

describe('a device’s feed', () => {
  it('gives late listeners the last value, and asks the hub once', async () => {
    const { adapter, describeDevice, page } = createBench();
    await describeDevice('led/21');
    await adapter.publish('led/21/duty', '42', retain);
    let subscriptions = 0;
    const counting = {
      publish: page.publish,
      messages: (filter: string | readonly string[]) => {
        subscriptions++;
        return page.messages(filter);
      },
    };
    const found: (readonly Device[])[] = [];
    findDevices(counting).subscribe((devices) => found.push(devices));
    const feed = found.at(-1)?.[0]?.feed;
    const early: string[] = [];
    const late: string[] = [];
    feed?.text$('duty').subscribe((text) => early.push(text));
    feed?.text$('duty').subscribe((text) => late.push(text));
    await adapter.publish('led/21/duty', '43', retain);
    expect([early, late]).toEqual([
      ['42', '43'],
      ['42', '43'],
    ]);
    const ofTheList = 3; // Descriptions, labels, statuses.
    expect(subscriptions).toBe(ofTheList + 1);
  });

  it('forgets the device: all that the hub has kept of it, and nothing of others', async () => {
    const { adapter, describeDevice, page } = createBench();
    for (const topic of ['led/21', 'led/210']) {
      await describeDevice(topic);
      await adapter.publish(`${topic}/status`, 'offline', retain);
      await adapter.publish(`${topic}/duty/actual`, '42', retain);
    }
    const found: (readonly Device[])[] = [];
    findDevices(page).subscribe((devices) => found.push(devices));
    const device = found.at(-1)?.[0];
    device?.isOnline$.subscribe();
    await device?.feed.forget();
    expect(topicsOf(found.at(-1))).toEqual(['led/210']);
    const kept: string[] = [];
    page.messages('#').subscribe(({ topic }) => kept.push(topic));
    expect(kept.sort()).toEqual(['led/210/duty/actual', 'led/210/info', 'led/210/status']);
  });

  it('leaves alone the devices below its topic, when it is forgotten and when it is shown', async () => {
    const { adapter, describeDevice, page } = createBench();
    const others = ['ana/led/21/info', 'ana/led/21/duty', 'ana/led/21/duty/actual', 'ana/led/21/meta/name'];
    await describeDevice('ana/led', 'ana');
    for (const topic of others.slice(1)) await adapter.publish(topic, '42', retain);
    await describeDevice('ana/led/21');
    for (const own of ['status', 'mode', 'mode/actual', 'meta/name']) {
      await adapter.publish(`ana/led/${own}`, 'x', retain);
    }
    await adapter.publish('ana/led/22/duty', '7', retain);
    const found: (readonly Device[])[] = [];
    findDevices(page).subscribe((devices) => found.push(devices));
    const feed = found.at(-1)?.find(({ topic }) => topic === 'ana/led')?.feed;
    const shown: string[][] = [];
    feed?.properties$.subscribe((properties) => shown.push([...properties.keys()].sort()));
    expect(shown.at(-1)).toEqual(['22/duty', 'info', 'mode', 'mode/actual', 'status']);
    await feed?.forget();
    const kept: string[] = [];
    page.messages('#').subscribe(({ topic }) => kept.push(topic));
    expect(kept.sort()).toEqual([...others, 'ana/led/22/duty'].sort());
  });

  it('can still be found if the hub refuses to forget it', async () => {
    const { adapter, describeDevice, page } = createBench();
    await describeDevice('led/21');
    await adapter.publish('led/21/status', 'offline', retain);
    const denied = new HubError('auth/denied', 'viewers only watch');
    const viewer = { ...page, publish: () => Promise.reject(denied) };
    const found: (readonly Device[])[] = [];
    findDevices(viewer).subscribe((devices) => found.push(devices));
    const device = found.at(-1)?.[0];
    device?.isOnline$.subscribe();
    await expect(device?.feed.forget()).rejects.toBe(denied);
    expect(topicsOf(found.at(-1))).toEqual(['led/21']);
  });

  it('publishes desired values retained, for clients that come later', async () => {
    const { adapter, describeDevice, page } = createBench();
    await describeDevice('led/21');
    const found: (readonly Device[])[] = [];
    findDevices(page).subscribe((devices) => found.push(devices));
    await found.at(-1)?.[0]?.feed.publish('duty', '7');
    expect(await firstValueFrom(adapter.messages('led/21/duty'))).toMatchObject({
      text: '7',
      retained: true,
    });
  });
});

describe('the state of a device', () => {
  const statesOf = (page: Parameters<typeof watchDevices>[0], options = {}) => {
    const seen: (readonly DeviceState[])[] = [];
    watchDevices(page, options).subscribe((states) => seen.push(states));
    return seen;
  };

  it('has its description, its status, and what people have set about it', async () => {
    const { adapter, describeDevice, page } = createBench();
    await describeDevice('lab/led/21');
    await adapter.publish('lab/led/21/status', 'online', retain);
    await adapter.publish('lab/led/21/meta/name', 'Lamp', retain);
    await adapter.publish('lab/led/21/meta/order', '2', retain);
    const seen = statesOf(page);
    expect(seen.at(-1)).toMatchObject([
      { info: { kind: 'led', gpios: [21] }, status: 'online', label: { name: 'Lamp', order: 2 } },
    ]);
    await adapter.publish('lab/led/21/meta/name', '', retain);
    expect(seen.at(-1)?.[0]?.label.name).toBeUndefined();
  });

  it('stays the same object until one of these changes, whatever its properties do', async () => {
    const { adapter, describeDevice, page } = createBench();
    await describeDevice('led/20');
    await describeDevice('led/21');
    const seen = statesOf(page);
    const [other] = seen.at(-1) ?? [];
    const { length } = seen;
    await adapter.publish('led/21/duty/actual', '42', retain);
    await describeDevice('led/21');
    expect(seen).toHaveLength(length);
    await adapter.publish('led/21/meta/favorite', 'true', retain);
    expect(seen).toHaveLength(length + 1);
    expect(seen.at(-1)?.[0]).toBe(other);
  });

  it('loses facts that a hub does not repeat after its return', async () => {
    vi.useFakeTimers();
    const { adapter, describeDevice, page } = createBench();
    const hubBack$ = new Subject<void>();
    await describeDevice('led/21');
    await adapter.publish('led/21/status', 'online', retain);
    await adapter.publish('led/21/meta/name', 'Lamp', retain);
    await adapter.publish('led/21/meta/group', 'Desk', retain);
    const seen = statesOf(page, { hubBack$ });
    hubBack$.next();
    expect(seen.at(-1)?.[0]?.status).toBeUndefined();
    await describeDevice('led/21');
    await adapter.publish('led/21/meta/group', 'Desk', retain);
    await vi.advanceTimersByTimeAsync(3000);
    expect(seen.at(-1)?.[0]?.label).toEqual({ ...NO_LABEL, group: 'Desk' });
  });

  it('is without labels for users who may not read them', async () => {
    const { describeDevice, page } = createBench();
    await describeDevice('led/21');
    const denied = new HubError('auth/denied', 'no');
    const messages = (filter: string | readonly string[]) =>
      filter[0]?.endsWith('/meta/+') ? throwError(() => denied) : page.messages(filter);
    expect(statesOf({ ...page, messages }).at(-1)).toMatchObject([{ label: NO_LABEL }]);
  });

  it('is forgotten with all that the hub has kept, also when nobody was listening to the device', async () => {
    const { adapter, describeDevice, page } = createBench();
    await describeDevice('led/21');
    await adapter.publish('led/21/duty', '42', retain);
    await adapter.publish('led/21/meta/name', 'Lamp', retain);
    const seen = statesOf(page);
    await seen.at(-1)?.[0]?.device.feed.forget();
    expect(seen.at(-1)).toEqual([]);
    const kept: string[] = [];
    page.messages('#').subscribe(({ topic }) => kept.push(topic));
    expect(kept).toEqual([]);
  });
});
