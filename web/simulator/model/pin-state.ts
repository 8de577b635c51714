import { readObject } from '../../../devices/facts/device-info.ts';
import type { Pull } from '../../../devices/pins/pins.ts';

/** The state of a pin of a virtual board. */
export interface PinState {
  /** `input`, `output`, or an alternate function (`alt0` …). */
  readonly mode: string;
  /** Percent 0–100. */
  readonly dutyPercent: number;
  /** 0 without PWM. */
  readonly frequencyHz: number;
  readonly level: 0 | 1;
  /** Length of a servo's pulse, microseconds; 0 if the pin drives no servo. */
  readonly pulseUs: number;
  /** For an input, if the board reports it. */
  readonly pull?: Pull;
}

/** Parses the board's message at `board/gpio/<n>`; `undefined` if the text is not a valid state. */
export function readPinState(text: string | undefined): PinState | undefined {
  const json = readObject(text ?? '');
  if (typeof json?.mode !== 'string') return undefined;
  const pull = PULLS.find((each) => each === json.pull);
  return {
    mode: json.mode,
    dutyPercent: readWithin(json.dutyPercent, 0, 100) ?? 0,
    frequencyHz: readWithin(json.frequencyHz, 0, 1e9) ?? 0,
    level: json.level === 1 ? 1 : 0,
    pulseUs: readWithin(json.pulseUs, 0, 20_000) ?? 0,
    ...(pull && { pull }),
  };
}

const PULLS: readonly Pull[] = ['none', 'down', 'up'];

/** Whether two pins have the same state. */
export function isSamePin(one: PinState, other: PinState): boolean {
  return (
    one.mode === other.mode &&
    one.dutyPercent === other.dutyPercent &&
    one.frequencyHz === other.frequencyHz &&
    one.level === other.level &&
    one.pulseUs === other.pulseUs &&
    one.pull === other.pull
  );
}

/** The share of time for which a pin is high, 0–1. */
export function highShare({ pulseUs, frequencyHz, dutyPercent, level }: PinState): number {
  if (pulseUs > 0) return pulseUs / 20_000;
  return frequencyHz > 0 ? dutyPercent / 100 : level;
}

/** A finite number within bounds, or `undefined`. */
function readWithin(value: unknown, least: number, most: number): number | undefined {
  return typeof value === 'number' && value >= least && value <= most ? value : undefined;
}
