import type { Words } from '../i18n/words.ts';
import type { PinState } from '../model/pin-state.ts';
import { dutyPercentOf, type Wave } from './wave.ts';

/** What the oscilloscope shows, in one sentence. */
export function describeWave(wave: Wave, pin: PinState | undefined, { say, format }: Words): string {
  if (!pin) return say.scopeUnused;
  if (pin.mode === 'input') return wave.kind === 'high' ? say.scopeInputHigh : say.scopeInputLow;
  if (wave.kind === 'low') return say.scopeLow;
  if (wave.kind === 'high') return say.scopeHigh;
  return say.scopePulse(
    format.percent(dutyPercentOf(wave)),
    format.time(wave.onUs),
    format.time(wave.periodUs),
  );
}
