import type { Meter } from './meter.ts';
import type { OutputPin, PwmPin } from './pins/pins.ts';

/** Wraps a PWM pin to measure its writes, with a clock in milliseconds. */
export function meterPin(pin: PwmPin, meter: Meter, now: () => number): PwmPin {
  return {
    gpio: pin.gpio,
    // Read each time: after a reconnect it may be a different daemon.
    get frequenciesHz() {
      return pin.frequenciesHz;
    },
    state$: pin.state$,
    setDuty: (dutyPercent) => measure(() => pin.setDuty(dutyPercent), meter, now),
    setFrequency: (frequencyHz) => measure(() => pin.setFrequency(frequencyHz), meter, now),
    release: () => pin.release(),
  };
}

/** The same for a high/low pin. */
export function meterOutput(pin: OutputPin, meter: Meter, now: () => number): OutputPin {
  return {
    gpio: pin.gpio,
    level$: pin.level$,
    write: (level) => measure(() => pin.write(level), meter, now),
    release: () => pin.release(),
  };
}

async function measure<T>(write: () => Promise<T>, meter: Meter, now: () => number): Promise<T> {
  const beganMs = now();
  try {
    const result = await write();
    meter.wrote(now() - beganMs, 'done');
    return result;
  } catch (error) {
    meter.wrote(now() - beganMs, 'failed');
    throw error;
  }
}
