import { expect, it } from 'vitest';
import type { PinState } from '../../../../web/simulator/model/pin-state.ts';
import { describeWave } from '../../../../web/simulator/scope/describe.ts';
import { waveOf } from '../../../../web/simulator/scope/wave.ts';
import { words } from '../../../../web/simulator/words.ts';

const output: PinState = { mode: 'output', dutyPercent: 0, frequencyHz: 800, level: 0, pulseUs: 0 };
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const said = (state: PinState) => plain(describeWave(waveOf(state), state, words.en));

it('says how long the pin is on, of how long a period', () => {
  expect(said({ ...output, dutyPercent: 25 })).toBe(
    'High for 312.5 µs of every 1.25 ms: D = t_on / T = 25 %.',
  );
});

it('says the same with a decimal comma in Portuguese', () => {
  const state = { ...output, dutyPercent: 25 };
  expect(plain(describeWave(waveOf(state), state, words['pt-BR']))).toContain('312,5 µs a cada 1,25 ms');
});

it('has other words for 0 % and 100 %, when nothing pulses', () => {
  expect(said(output)).toBe('Flat at 0 V: the pin is never on, D = 0 %.');
  expect(said({ ...output, dutyPercent: 100 })).toBe('Flat at 3.3 V: the pin is always on, D = 100 %.');
});

it('does not call an input on or off', () => {
  expect(said({ ...output, mode: 'input', frequencyHz: 0, level: 1 })).toBe(
    'An input. It reads high: 3.3 V.',
  );
});

it('says if a pin has not been used', () => {
  expect(describeWave({ kind: 'low' }, undefined, words.en)).toBe('Nothing has used this pin yet.');
});
