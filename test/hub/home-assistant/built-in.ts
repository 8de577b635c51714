/** The descriptions of the built-in kinds, as the adapters publish them on the virtual Pi. */
const number = (unit: string, min: number, max: number, step = 1) => ({
  type: 'number',
  unit,
  min,
  max,
  step,
});
const effect = { type: 'choice', options: ['none', 'blink', 'breathe'], settable: true, actual: true };

export const LED_INFO = {
  kind: 'led',
  name: 'led/21',
  gpio: 21,
  properties: {
    duty: { ...number('%', 0, 100, 0.1), settable: true, actual: true },
    frequency: { ...number('Hz', 10, 8000), settable: true, actual: true },
    transition: { ...number('s', 0, 60, 0.1), settable: true, actual: false },
    effect,
    overridden: { type: 'boolean', settable: false, actual: true },
  },
};

export const SERVO_INFO = {
  kind: 'servo',
  name: 'servo/18',
  gpio: 18,
  properties: {
    angle: { ...number('°', -90, 90), settable: true, actual: true },
    'pulse-min': { ...number('µs', 500, 2500), settable: true, actual: false },
    'pulse-max': { ...number('µs', 500, 2500), settable: true, actual: false },
  },
};

export const RGB_INFO = {
  kind: 'rgb',
  name: 'rgb/5-6-13',
  gpios: [5, 6, 13],
  properties: { color: { type: 'color', settable: true, actual: true }, effect },
};

export const BUTTON_INFO = {
  kind: 'button',
  name: 'button/23',
  gpio: 23,
  properties: {
    pressed: { type: 'boolean', settable: true, actual: true, momentary: true },
    bounce: { ...number('ms', 0, 100), settable: true, actual: false },
  },
};

/** Every built-in kind, by its device's topic. */
export const BUILT_IN: Readonly<Record<string, object>> = {
  'led/21': LED_INFO,
  'servo/18': SERVO_INFO,
  'rgb/5-6-13': RGB_INFO,
  'button/23': BUTTON_INFO,
};
