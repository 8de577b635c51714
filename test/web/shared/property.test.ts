import { expect, it } from 'vitest';
import { createLocalBus, Hub } from '../../../hub/core/index.ts';
import { watchText } from '../../../web/dashboard/model/watch-text.ts';
import { createDeviceFeed } from '../../../web/shared/device-feed.ts';
import { numberPayload } from '../../../web/shared/payload.ts';
import { createProperty } from '../../../web/shared/property.ts';

const retain = { retain: true };

function createBench() {
  const hub = new Hub({ now: () => 0 });
  const adapter = createLocalBus(hub);
  const feed = createDeviceFeed(createLocalBus(hub), 'sensor/1');
  const measure = (text: string) => adapter.publish('sensor/1/temperature/actual', text, retain);
  return { feed, measure };
}

it('shows no reading once the device has cleared it, and keeps one over what is no number', async () => {
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

it('starts empty, so that a tile does not keep what another property said', async () => {
  const { feed, measure } = createBench();
  const texts: string[] = [];
  watchText(feed, { property: 'temperature', hasActual: true }).subscribe((text) => texts.push(text));
  await measure('20');
  await measure('');
  expect(texts).toEqual(['', '20', '']);
});
