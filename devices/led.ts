import { combineLatest, map, merge, withLatestFrom } from 'rxjs';
import { ANY_FREQUENCY_HZ, clamp, PERCENT, type Range, TRANSITION_SECONDS } from './facts/range.ts';
import { formatNumber } from './facts/value.ts';
import { type DeviceKind, parseGpio } from './kind.ts';
import { type DutyRequest, numberWithin, oneOf, parseDuty } from './payload.ts';
import { createPinOutput, OVERRIDDEN } from './pin-output.ts';
import type { PwmPin } from './pins/pins.ts';
import { EFFECTS, type Effect, effect } from './pipeline/effect.ts';
import { transition } from './pipeline/transition.ts';

/** The default of gpiozero's PWMLED: no visible flicker, and 2000 steps of light on a Pi. */
const INITIAL_HZ = 100;

/** A light on one pin: `led/21/duty` in percent, with frequency, transition and effect. */
export const led: DeviceKind = {
  kind: 'led',
  gpios: (id) => [parseGpio(id)],
  async open(device) {
    const gpio = parseGpio(device.id);
    const pin = await device.pwm(gpio);
    const output = createPinOutput(pin, device);
    const frequencies = frequencyRange(pin);
    const duty = device.property<DutyRequest>({
      name: 'duty',
      initial: { percent: 50 },
      parse: parseDuty,
      limit: limitDuty,
      format: ({ percent }) => formatNumber(percent),
      schema: { type: 'number', unit: '%', ...PERCENT, step: 0.1 },
    });
    const frequency = device.property({
      name: 'frequency',
      initial: INITIAL_HZ,
      ...numberWithin(frequencies, { unit: 'Hz' }),
    });
    const fade = device.property({
      name: 'transition',
      initial: 0,
      ...numberWithin(TRANSITION_SECONDS, { unit: 's', step: 0.1 }),
    });
    const play = device.property<Effect>({ name: 'effect', initial: 'none', ...oneOf(EFFECTS) });

    const target$ = duty.desired$.pipe(
      withLatestFrom(pin.state$),
      map(([{ percent, seconds = fade.value }, { dutyPercent }]) => ({
        value: percent,
        seconds,
        // During an effect the pin is somewhere below the duty that the effect scales.
        from: play.value === 'none' ? dutyPercent : undefined,
      })),
    );
    const light$ = target$.pipe(transition(device.pace), effect(play.desired$, device.pace));
    const desired$ = combineLatest({ dutyPercent: light$, frequencyHz: frequency.desired$ });
    return {
      info$: pin.state$.pipe(map(({ steps }) => ({ gpio, steps, ...describe(pin, frequencies) }))),
      run$: merge(
        output.follow(desired$),
        device.reading(OVERRIDDEN, output.isOverridden$),
        duty.show(pin.state$.pipe(map(({ dutyPercent }) => ({ percent: dutyPercent })))),
        frequency.show(pin.state$.pipe(map(({ frequencyHz }) => frequencyHz))),
        play.show(play.desired$),
      ),
    };
  },
};

function limitDuty(request: DutyRequest): DutyRequest {
  const percent = clamp(PERCENT, request.percent);
  if (request.seconds === undefined) return percent === request.percent ? request : { percent };
  const seconds = clamp(TRANSITION_SECONDS, request.seconds);
  return percent === request.percent && seconds === request.seconds ? request : { percent, seconds };
}

function frequencyRange({ frequenciesHz }: PwmPin): Range {
  const [min = ANY_FREQUENCY_HZ.min] = frequenciesHz;
  return { min, max: frequenciesHz.at(-1) ?? ANY_FREQUENCY_HZ.max };
}

function describe(pin: PwmPin, frequency: Range) {
  return {
    frequencies: pin.frequenciesHz,
    effects: EFFECTS,
    limits: { duty: PERCENT, frequency, transition: TRANSITION_SECONDS },
  };
}
