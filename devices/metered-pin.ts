import type { Meter } from './meter.ts';
import type { PwmPin, PwmState } from './pins/pins.ts';

/** A pin whose writes are measured, by a clock of milliseconds. */
export function meterPin(pin: PwmPin, meter: Meter, now: () => number): PwmPin {
  const measure = async (write: () => Promise<PwmState>): Promise<PwmState> => {
    const beganMs = now();
    try {
      const state = await write();
      meter.wrote(now() - beganMs, 'done');
      return state;
    } catch (error) {
      meter.wrote(now() - beganMs, 'failed');
      throw error;
    }
  };
  return {
    gpio: pin.gpio,
    // Asked for anew each time: a daemon that comes back may be another.
    get frequenciesHz() {
      return pin.frequenciesHz;
    },
    state$: pin.state$,
    setDuty: (dutyPercent) => measure(() => pin.setDuty(dutyPercent)),
    setFrequency: (frequencyHz) => measure(() => pin.setFrequency(frequencyHz)),
    release: () => pin.release(),
  };
}
