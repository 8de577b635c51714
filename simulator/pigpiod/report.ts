/** The length of a notification report, bytes. */
export const REPORT_BYTES = 12;

/** The most reports in one write: 4096 bytes, the atomic size of a pipe. */
export const MAX_REPORTS_A_WRITE = 341;

/** The flag of a report that is not a change of level; its low bits contain the GPIO or the event. */
export const Flag = { LEVELS: 0, WATCHDOG: 0x20, ALIVE: 0x40, EVENT: 0x80 } as const;

export interface Report {
  /** The sequence number of the handle's reports, so that a reader notices missing ones; wraps at 2^16. */
  readonly sequence: number;
  readonly flags: number;
  /** Microseconds of the board's clock; sent modulo 2^32. */
  readonly us: number;
  /** GPIO 0–31, one bit each. */
  readonly levels: number;
}

/** Encodes reports for the wire, one after the other, little-endian. */
export function encodeReports(reports: readonly Report[]): Uint8Array {
  const bytes = new Uint8Array(reports.length * REPORT_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, { sequence, flags, us, levels }] of reports.entries()) {
    const at = index * REPORT_BYTES;
    view.setUint16(at, sequence, true);
    view.setUint16(at + 2, flags, true);
    view.setUint32(at + 4, us % 2 ** 32, true);
    view.setUint32(at + 8, levels, true);
  }
  return bytes;
}
