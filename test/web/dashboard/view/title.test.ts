import { nothing } from 'lit/html.js';
import { expect, it } from 'vitest';
import { pinout } from '../../../../web/dashboard/view/pinout.ts';
import { titleOf } from '../../../../web/dashboard/view/title.ts';
import { words } from '../../../../web/dashboard/words.ts';
import { stateOf } from '../model/states.ts';

function titleFor(topic: string, info: object, label: object = {}) {
  const state = stateOf(topic, label);
  return titleOf(words.en, { ...state, info: { ...state.info, ...info } });
}

it.each([
  ['what people call it', { name: 'Lamp', gpios: [21] }, { name: 'Desk' }, 'Desk'],
  ['what it calls itself', { name: 'Lamp', gpios: [21] }, {}, 'Lamp'],
  [
    'its kind and pins, where its name is the topic',
    { name: 'lab/led/21', gpios: [21] },
    {},
    words.en.say.led('21'),
  ],
  [
    'that with its id, where it uses other pins than its topic says',
    { gpios: [5] },
    {},
    `${words.en.say.led('5')} ·\u00a021`,
  ],
  ['its topic, where it names no pins', {}, {}, 'lab/led/21'],
])('a device’s title is %s', (_, info, label, title) => {
  expect(titleFor('lab/led/21', info, label)).toBe(title);
});

it.each(['virtual', 'pigpio', 'pigpiod'])('pins are drawn for %s', (driver) => {
  expect(pinout(words.en, { gpios: [26], driver })).not.toBe(nothing);
});

it.each(['esp32', undefined])('no pins are drawn for %s: its board is another', (driver) => {
  expect(pinout(words.en, { gpios: [26], driver })).toBe(nothing);
});
