import type { PinRole } from '../header/header-pins.ts';

type RoleName = readonly [role: PinRole, name: string];

/** What the simulator says, in English; the other languages have the same keys. */
export const en = {
  title: 'Pinhub · Virtual Raspberry Pi',
  simulator: 'Virtual Raspberry Pi',
  dashboard: 'Dashboard',
  language: 'Language',
  connecting: 'Connecting…',
  online: 'Connected',
  offlineShort: 'Not connected',
  circuit: 'Circuit',
  header:
    'The 40-pin header. Arrow keys move from pin to pin; the oscilloscope shows the one that is chosen.',
  pin: (name: string, physical: string) => `${name}, pin ${physical}`,
  unused: 'not used',
  input: (level: string) => `input, ${level}`,
  output: (level: string) => `output, ${level}`,
  high: 'high',
  low: 'low',
  levelHigh: 'high',
  levelLow: 'low',
  roles: [
    ['gpio', 'GPIO'],
    ['i2c', 'I²C'],
    ['spi', 'SPI'],
    ['uart', 'UART'],
    ['eeprom', 'ID EEPROM'],
    ['power-3v3', '3.3 V'],
    ['power-5v', '5 V'],
    ['ground', 'ground'],
  ] as readonly RoleName[],
  pwmAt: (duty: string, frequency: string) => `PWM ${duty} at ${frequency}`,
  servoPulse: (pulse: string) => `servo pulse ${pulse}`,
  noDevice: 'no device',
  deviceOffline: 'offline',
  led: (gpio: string) => `LED on GPIO ${gpio}`,
  ledLight: (duty: string) => `lit to ${duty}`,
  button: (gpio: string) => `Button on GPIO ${gpio}`,
  buttonHint: 'Hold it with the mouse, a finger or the space bar.',
  pressed: 'pressed',
  released: 'released',
  servo: (gpio: string) => `Servo on GPIO ${gpio}`,
  rgb: (gpios: string) => `RGB LED on GPIO ${gpios}`,
  lightSwitch: 'Light as the eye perceives it',
  lightSwitchHint: 'CIE 1931 lightness: half the power looks about three quarters as light.',
  lightLine: (power: string, lightness: string) => `${power} of the power looks ${lightness} as light.`,
  bounce: 'The contact bounces',
  bounceHint: 'A real contact chatters for some milliseconds before it rests.',
  scope: 'Oscilloscope',
  scopePin: 'Pin',
  timeBase: 'Time base',
  auto: 'auto',
  perDivision: (time: string) => `${time}/div`,
  scopePicture: (text: string) => `Voltage over time. ${text}`,
  onTime: 'on-time',
  period: 'period',
  duty: 'duty cycle',
  frequency: 'frequency',
  scopePulse: (duty: string, on: string, period: string) =>
    `High for ${on} of every ${period}: D = t_on / T = ${duty}.`,
  scopeLow: 'Flat at 0 V: the pin is never on, D = 0 %.',
  scopeHigh: 'Flat at 3.3 V: the pin is always on, D = 100 %.',
  scopeUnused: 'Nothing has used this pin yet.',
  scopeInputHigh: 'An input. It reads high: 3.3 V.',
  scopeInputLow: 'An input. It reads low: 0 V.',
  setDuty: 'Set the duty cycle',
  setDutyTo: (duty: string, gpio: string) => `Set the LED on GPIO ${gpio} to ${duty}`,
  noLed: 'There is no LED on this pin to set; a program may drive it.',
  lesson: 'What is PWM?',
  lessonWave:
    'A digital pin knows only on and off. Pulse-width modulation switches it between the two, always at the same pace, and varies how long it stays on. That share is the duty cycle:',
  lessonPower:
    'Power follows it in proportion: on for 25 % of the time gives 25 % of the full power. An LED at hundreds of hertz looks dimmed because the eye only sees the average; a motor turns more slowly because its mass smooths the pulses.',
  lessonEye:
    'The eye does not judge light in proportion: it tells small amounts apart well and large ones badly. Half the power looks about three quarters as light.',
  lessonCaption: (duty: string) => `${duty} on, ${duty} of the power`,
  tabDevice: 'Make this tab a device',
  tabDeviceText:
    'This tab becomes a Raspberry Pi of its own, with an LED and a button. Everyone on the hub finds it by its name.',
  tabName: 'Name',
  tabNameHint: 'A word for the topic, as in ana/led/21: letters, digits, “-” and “_”, up to 32.',
  start: 'Start',
  stop: 'Stop',
  tabRunning: (name: string) => `This tab is the device “${name}”.`,
  tabTopics: (topics: string) => `It answers to ${topics}, for as long as this page is open.`,
  badName: (name: string) =>
    `“${name}” cannot be a device's name. Use letters, digits, “-” and “_”, at most 32, beginning with a letter or digit.`,
  reservedName: (name: string) =>
    `“${name}” is what a kind of device is called, so it cannot be the name of one. Choose another.`,
  tabStarting: (name: string) => `This tab becomes the device “${name}” …`,
  tabDenied: (name: string) =>
    `You may not be the device “${name}”: your role does not let you speak for it.`,
  tabWatchOnly: 'You may only watch on this hub, so this tab cannot be a device.',
  tabOwnName: 'Your role lets you be a device under your own name.',
  publishFailed: (reason: string) => `The hub did not take that: ${reason}`,
};

/** What every language says. */
export type Messages = typeof en;
