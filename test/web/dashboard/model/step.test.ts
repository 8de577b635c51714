import { expect, it } from 'vitest';
import { readProperties } from '../../../../devices/facts/property-info.ts';
import { stepOf } from '../../../../web/dashboard/model/step.ts';

it.each([
  [{ min: 0, max: 1 }, 0.01],
  [{ min: 0, max: 100 }, 1],
  [{ min: -180, max: 180 }, 5],
  [{ min: 0, max: 100, step: 0.25 }, 0.25],
  [{ min: 0 }, 1],
])('a number of %j has the step %d', (bounds, step) => {
  const { properties } = readProperties({ level: { type: 'number', settable: true, ...bounds } });
  expect(properties.map(stepOf)).toEqual([step]);
});
