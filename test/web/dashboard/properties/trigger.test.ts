import { nothing } from 'lit/html.js';
import { NEVER, of } from 'rxjs';
import { expect, it } from 'vitest';
import { readProperties } from '../../../../devices/facts/property-info.ts';
import { createArchive } from '../../../../web/dashboard/model/archive.ts';
import { createClock } from '../../../../web/dashboard/model/clock.ts';
import { trigger } from '../../../../web/dashboard/properties/trigger.ts';
import { words } from '../../../../web/dashboard/words.ts';
import { stateOf } from '../model/states.ts';

const surroundings = {
  archive: createArchive(() => Promise.reject(new TypeError('no hub')), Date.now),
  clock: createClock(),
  isOnline$: of(true),
  isWhole$: of(true),
  isVisible$: NEVER,
};

function viewOf(schema: object) {
  const { device } = stateOf('bell/1');
  const [info] = readProperties({ ring: { type: 'trigger', ...schema } }).properties;
  return info && trigger({ device, info, surroundings }).view(words.en);
}

it('has no button if pages may not set it off', () => {
  expect(viewOf({ settable: false })).toBe(nothing);
});
