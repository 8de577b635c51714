import { HubError } from '../../../hub/core/error.ts';
import { type Command, type Commander, NOT_PERMITTED, runAll } from './commands.ts';
import { pigpioFrequencies, sampleRateOf } from './timing.ts';

/** The abilities of pigpio and its board, determined without changing any pin. */
export interface Survey {
  /** The pins that may be changed, ascending. */
  readonly gpios: readonly number[];
  /** The possible PWM frequencies, Hz, ascending. */
  readonly frequenciesHz: readonly number[];
}

/** Only these GPIOs have PWM, filters and notifications. */
const GPIOS = Array.from({ length: 32 }, (_, gpio) => gpio);

/** An invalid mode. pigpio checks the permission first, so the error shows whether we have it, and nothing changes. */
const IMPOSSIBLE_MODE = 8;

/** Queries pigpio and its board. Rejects with `driver/failed`. */
export async function survey(pigpio: Commander): Promise<Survey> {
  const [permissions, frequencies, ranges] = await Promise.all([
    pigpio.ask(...GPIOS.map((gpio): Command => ['MODES', gpio, IMPOSSIBLE_MODE])),
    runAll(pigpio, ...GPIOS.map((gpio): Command => ['PFG', gpio])),
    runAll(pigpio, ...GPIOS.map((gpio): Command => ['PRRG', gpio])),
  ]);
  // pigpio does not report its sample rate. A pin's frequency and real range reveal it, unless the pin has hardware PWM.
  const rates = GPIOS.map((gpio) => sampleRateOf(frequencies[gpio] ?? 0, ranges[gpio] ?? 0));
  const sampleUs = rates.find((rate) => rate !== undefined);
  if (sampleUs === undefined)
    throw new HubError('driver/failed', 'no GPIO has one of the PWM frequencies of pigpio');
  return {
    gpios: GPIOS.filter((gpio) => permissions[gpio] !== NOT_PERMITTED),
    frequenciesHz: pigpioFrequencies(sampleUs),
  };
}
