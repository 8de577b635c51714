import type { PinState } from '../model/pin-state.ts';
import type { Words } from '../words.ts';
import { dutyPercentOf, type Wave } from './wave.ts';

/** Describes what the oscilloscope shows, in one sentence. */
export function describeWave(wave: Wave, pin: PinState | undefined, { say, instrument }: Words): string {
  if (!pin) return say.scopeUnused;
  if (pin.mode === 'input') return wave.kind === 'high' ? say.scopeInputHigh : say.scopeInputLow;
  if (wave.kind === 'low') return say.scopeLow;
  if (wave.kind === 'high') return say.scopeHigh;
  return say.scopePulse(
    instrument.percent(dutyPercentOf(wave)),
    instrument.time(wave.onUs),
    instrument.time(wave.periodUs),
  );
}
