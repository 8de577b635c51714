import { type Bench, pinStateOf } from '../model/bench.ts';
import type { PinState } from '../model/pin-state.ts';
import type { Words } from '../words.ts';
import { describeWave } from './describe.ts';
import { type Wave, waveOf } from './wave.ts';

/** A channel of the oscilloscope, and its signal. */
export interface Channel {
  readonly number: 1 | 2;
  /** BCM number. */
  readonly gpio: number;
  readonly wave: Wave;
  /** A description of what it shows, in one sentence. */
  readonly text: string;
}

/** The pins on the two channels, BCM numbers; the second may be off. */
export interface Probes {
  readonly gpio: number;
  readonly secondGpio: number | undefined;
}

/** The first channel, and the second if it is on. */
export function channelsOf(
  { gpio, secondGpio }: Probes,
  bench: Bench,
  words: Words,
): readonly [Channel, ...Channel[]] {
  const channel = (number: Channel['number'], of: number): Channel => {
    const pin = pinStateOf(bench, of);
    const wave = waveOn(pin);
    return { number, gpio: of, wave, text: describeWave(wave, pin, words) };
  };
  const second = secondGpio === undefined ? [] : [channel(2, secondGpio)];
  return [channel(1, gpio), ...second];
}

function waveOn(pin: PinState | undefined): Wave {
  return pin ? waveOf(pin) : { kind: 'low' };
}
