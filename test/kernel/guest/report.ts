import type { PinRow } from '../../../devices/drivers.ts';
import type { Level, PwmState } from '../../../devices/pins/pins.ts';

/** The state of one channel of a PWM block, from its registers. */
export interface Registers {
  readonly periodClocks: number;
  readonly dutyClocks: number;
  readonly isEnabled: boolean;
  /** Whether a period has one pulse; otherwise its light is spread over many, which no servo understands. */
  readonly isOnePulse: boolean;
}

/** A write of the driver to a file of sysfs, and the registers right after it. */
export interface ObservedWrite {
  /** `period 1250000`. */
  readonly line: string;
  /** The kernel's error, if it refused. */
  readonly errno?: string;
  readonly registers: Registers;
}

/** An operation of the `Pins` contract, and its effect. */
export interface Step {
  readonly title: string;
  /** The value that the operation resolved to. */
  readonly result?: PwmState | Level;
  readonly writes: readonly ObservedWrite[];
  /** The registers of the pin's channel after the operation. */
  readonly registers: Registers;
}

/** A requested change. */
export type Change = { readonly dutyPercent: number } | { readonly frequencyHz: number };

/** A change, its result, and how it was made. */
export interface Changed {
  readonly change: Change;
  readonly before: PwmState;
  readonly after: PwmState;
  readonly writes: readonly ObservedWrite[];
  /** The registers of the pin's channel after the change. */
  readonly registers: Registers;
}

/** A write to a file of a PWM chip: `export`, or an attribute of channel 0. */
export interface FileWrite {
  readonly file: 'export' | 'period' | 'duty_cycle' | 'enable';
  readonly text: string;
}

/** The result of a sequence of writes on a sysfs. */
export interface Outcome {
  /** For each write `ok`, or the kernel's error: `period 0: EINVAL`. */
  readonly answers: readonly string[];
  /** Period, duty cycle and enable afterwards. */
  readonly attributes: readonly string[];
}

/** The input that the host passes to the program. */
export interface GuestInput {
  readonly changes: readonly Change[];
  /** Sequences of writes. Each begins with a chip that no program has used. */
  readonly sequences: readonly (readonly FileWrite[])[];
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** A test of the contract of pins. */
export interface TestResult {
  readonly title: string;
  readonly error?: string;
}

/** The program's report, part by part. */
export interface Report {
  readonly detection: {
    readonly sentence: string;
    readonly rows: readonly PinRow[];
    /** The driver of each device behind a chip: `pwmchip0` → `70020000.pwm`. */
    readonly devices: Readonly<Record<string, string>>;
    /** The function that the pin controller gives each pin: 4 is ALT0, 2 is ALT5. */
    readonly functions: Readonly<Record<number, number>>;
  };
  readonly permissions: { readonly refusedOpens: readonly string[]; readonly after: Registers };
  readonly refusals: { readonly kernelHas: Refusal; readonly noChannel: Refusal };
  readonly operations: readonly Step[];
  readonly law: readonly Changed[];
  readonly sequences: readonly Outcome[];
  readonly contract: readonly TestResult[];
}
