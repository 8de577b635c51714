import type { Light, Reading } from '../../reading.ts';
import type { CircuitWords } from '../words.ts';
import { unitsOf } from './fault-text.ts';

/** The state of a part, in words; empty if there is nothing to report. */
export function readingText(reading: Reading | undefined, words: CircuitWords): string {
  const { wording, instrument } = words;
  switch (reading?.is) {
    case 'light':
      return lightText(reading.lights, words);
    case 'tone':
      return reading.frequencyHz > 0
        ? wording.tone(instrument.frequency(reading.frequencyHz))
        : wording.silent;
    case 'angle':
      return angleText(reading, words);
    case 'contact':
      return reading.isPressed ? wording.pressed : wording.released;
    case 'wiper':
      return wiperText(reading, words);
    case 'current':
      return wording.current(unitsOf(words).current(reading.currentMa));
    case undefined:
      return '';
  }
}

/** For an RGB LED, the state of each color. */
function lightText(lights: readonly Light[], words: CircuitWords): string {
  const { wording, instrument, list } = words;
  const lit = lights.filter(({ light }) => light > 0);
  if (lit.length === 0) return wording.dark;
  const text = ({ light, currentMa }: Light) =>
    wording.lit(instrument.percent(Math.round(light * 1000) / 10), unitsOf(words).current(currentMa));
  if (lights.length === 1) return lit.map(text).join('');
  return list(lit.map((light) => `${wording.legs[light.color] ?? light.color} ${text(light)}`));
}

function angleText(
  { degrees, isPowered }: Reading & { is: 'angle' },
  { wording, instrument }: CircuitWords,
): string {
  if (!isPowered) return wording.noSupply;
  return degrees === undefined
    ? wording.noPulses
    : wording.angle(`${instrument.number(Math.round(degrees))}°`);
}

function wiperText({ share, volts }: Reading & { is: 'wiper' }, words: CircuitWords): string {
  const { wording, instrument } = words;
  const turned = instrument.percent(Math.round(share * 100));
  return volts === undefined ? wording.wiper(turned) : wording.wiperAt(turned, unitsOf(words).volts(volts));
}
