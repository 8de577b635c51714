import { firstValueFrom, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLocalBus, Hub } from '../../../hub/core/index.ts';
import { createDeviceFeed, type DeviceFeedOptions } from '../../../web/shared/device-feed.ts';
import { numberPayload } from '../../../web/shared/payload.ts';
import { createMomentary, createProperty } from '../../../web/shared/property.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function createBench(options: DeviceFeedOptions = {}) {
  const hub = new Hub({ now: () => 0 });
  const device = createLocalBus(hub);
  const heard: (string | undefined)[] = [];
  device.messages('bell/1/pressed').subscribe(({ text }) => heard.push(text));
  return { device, heard, feed: createDeviceFeed(createLocalBus(hub), 'bell/1', options) };
}

describe('a momentary property', () => {
  it('is let go also after its view has gone', async () => {
    const { feed, heard } = createBench();
    const pressed = createMomentary(feed, 'pressed');
    const watching = pressed.value$.subscribe();
    pressed.set(true);
    watching.unsubscribe();
    pressed.set(false);
    await vi.advanceTimersByTimeAsync(100);
    expect(heard).toEqual(['true', 'false']);
  });

  it('is at rest for a new observer: a press that was heard may have ended', async () => {
    const { feed, device } = createBench();
    const pressed = createMomentary(feed, 'pressed');
    const watching = pressed.value$.subscribe();
    await device.publish('bell/1/pressed', 'true');
    watching.unsubscribe();
    await vi.advanceTimersByTimeAsync(3000);
    expect(await firstValueFrom(pressed.value$)).toBe(false);
  });
});

describe('a property whose listeners have left', () => {
  it('is still known while the hub is away, and asked for again once it was back', async () => {
    const hubAway$ = new Subject<void>();
    const hubBack$ = new Subject<void>();
    const { feed, device } = createBench({ hubAway$, hubBack$ });
    await device.publish('bell/1/volume', '40', { retain: true });
    const watching = feed.text$('volume').subscribe();
    watching.unsubscribe();
    hubAway$.next();
    await vi.advanceTimersByTimeAsync(60_000);
    const known: string[] = [];
    feed.properties$.subscribe((all) => known.push([...all.keys()].join())).unsubscribe();
    expect(known).toEqual(['volume']);
    hubBack$.next();
    await vi.advanceTimersByTimeAsync(2000);
    await device.publish('bell/1/volume', '', { retain: true });
    feed.properties$.subscribe((all) => known.push([...all.keys()].join())).unsubscribe();
    expect(known).toEqual(['volume', '']);
  });

  it('shows its last value at once', async () => {
    const { feed, device } = createBench();
    await device.publish('bell/1/volume', '40', { retain: true });
    const volume = createProperty(feed, 'volume', numberPayload);
    volume.value$.subscribe().unsubscribe();
    await vi.advanceTimersByTimeAsync(3000);
    expect(await firstValueFrom(volume.value$)).toBe(40);
  });
});
