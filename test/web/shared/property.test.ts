import { expect, it } from 'vitest';
import { createLocalBus, Hub } from '../../../hub/core/index.ts';
import { watchText } from '../../../web/dashboard/model/watch-text.ts';
import { createDeviceFeed } from '../../../web/shared/device-feed.ts';
import { numberPayload } from '../../../web/shared/payload.ts';
import { createMomentary, createProperty } from '../../../web/shared/property.ts';

const retain = { retain: true };

function createBench() {
  const hub = new Hub({ now: () => 0 });
  const adapter = createLocalBus(hub);
  const feed = createDeviceFeed(createLocalBus(hub), 'sensor/1');
  const measure = (text: string) => adapter.publish('sensor/1/temperature/actual', text, retain);
  const want = (text: string) => adapter.publish('sensor/1/temperature', text, retain);
  return { feed, measure, want };
}

it('shows no reading once the device has cleared it, and keeps one if a payload is not a number', async () => {
  const { feed, measure } = createBench();
  const readings: unknown[] = [];
  const actuals: unknown[] = [];
  const property = createProperty(feed, 'temperature', numberPayload);
  property.reading$.subscribe((value) => readings.push(value));
  property.actual$.subscribe((value) => actuals.push(value));
  for (const text of ['20', 'warm', '', '20']) await measure(text);
  expect(readings).toEqual([20, undefined, 20]);
  expect(actuals).toEqual([20]);
});

it('wants nothing once the wanted value was cleared, unless a hand is on it', async () => {
  const { feed, want } = createBench();
  const property = createProperty(feed, 'temperature', numberPayload);
  const wanted: unknown[] = [];
  property.value$.subscribe((value) => wanted.push(value));
  await want('20');
  await want('');
  expect(wanted).toEqual([undefined, 20, undefined]);
  await want('21');
  property.hold();
  await want('');
  expect(wanted.at(-1)).toBe(21);
  property.release();
  expect(wanted.at(-1)).toBeUndefined();
});

it('is at rest once a press was cleared', async () => {
  const { feed, want } = createBench();
  const pressed: unknown[] = [];
  createMomentary(feed, 'temperature').value$.subscribe((value) => pressed.push(value));
  for (const text of ['true', '']) await want(text);
  expect(pressed).toEqual([false, true, false]);
});

it('starts empty, so that a tile does not keep what another property said', async () => {
  const { feed, measure } = createBench();
  const texts: string[] = [];
  watchText(feed, { property: 'temperature', hasActual: true }).subscribe((text) => texts.push(text));
  await measure('20');
  await measure('');
  expect(texts).toEqual(['', '20', '']);
});
