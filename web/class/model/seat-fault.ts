import type { SeatState } from '../../../hub/client/api/class-api.ts';

/** An error at a seat. */
export interface SeatFault {
  readonly code: string;
  readonly message: string;
  /** When it was reported, milliseconds since 1970. */
  readonly atMs: number;
}

/** The later one of a device's last error and the hub's last refusal; `undefined` if there is neither. */
export function lastFault(
  device: SeatFault | undefined,
  refusal: SeatState['refusal'],
): SeatFault | undefined {
  if (refusal === undefined) return device;
  const { at, code, message } = refusal;
  const atMs = Date.parse(at);
  return device !== undefined && device.atMs >= atMs ? device : { code, message, atMs };
}
