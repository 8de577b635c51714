/** The values of a chart. */
export interface ValueScale {
  /** The name of the values, for people: `Duty cycle`. */
  readonly name: string;
  readonly unit: string;
  /** The ends of the axis. Default: those of the values. */
  readonly min?: number;
  readonly max?: number;
  /** Digits after the decimal mark, at most. Default 1. */
  readonly digits?: number;
  /** Whether the value can only be read. Default false. */
  readonly isReadOnly?: boolean;
}
