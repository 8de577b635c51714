import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import { type DeviceInfo, readDescription } from '../../../../devices/facts/device-info.ts';
import { describedProperties, type Models } from '../../../../web/dashboard/model/described.ts';

const infoOf = (properties: unknown): DeviceInfo =>
  readDescription(JSON.stringify({ kind: 'x', properties }), 'x') ??
  expect.unreachable('it is no description');

it('keeps the model of a property for as long as its description stays the same', () => {
  const info$ = new Subject<DeviceInfo>();
  let made = 0;
  let models: Models<string> = new Map();
  describedProperties(info$, ({ property }) => `${property} ${++made}`).subscribe((next) => {
    models = next;
  });
  const on = { type: 'boolean', settable: true };
  info$.next(infoOf({ on, speed: { type: 'number' } }));
  expect([...models.values()]).toEqual(['on 1', 'speed 2']);
  info$.next(infoOf({ speed: { type: 'number', unit: 'rpm' }, on }));
  expect([...models.values()]).toEqual(['speed 3', 'on 1']);
});

it('has no model for the property that says whether another program drives the device', () => {
  const info$ = new Subject<DeviceInfo>();
  let names: string[] = [];
  describedProperties(info$, ({ property }) => property).subscribe((models) => {
    names = [...models.values()];
  });
  info$.next(infoOf({ on: { type: 'boolean' }, overridden: { type: 'boolean' } }));
  expect(names).toEqual(['on']);
});
