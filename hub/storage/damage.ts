/** Something in a file that is not as it was written. */
export interface Damage {
  /** The file, which may be gone. */
  readonly path: string;
  /** What of it is lost. */
  readonly what: string;
}
