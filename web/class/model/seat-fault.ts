import type { SeatState } from '../../../hub/client/api/class-api.ts';

/** What went wrong at a seat. */
export interface SeatFault {
  readonly code: string;
  readonly message: string;
  /** When it was told, milliseconds since 1970. */
  readonly atMs: number;
}

/** The last of what a device has refused and what the hub has refused; `undefined` if neither has. */
export function lastFault(
  device: SeatFault | undefined,
  refusal: SeatState['refusal'],
): SeatFault | undefined {
  if (refusal === undefined) return device;
  const { at, code, message } = refusal;
  const atMs = Date.parse(at);
  return device !== undefined && device.atMs >= atMs ? device : { code, message, atMs };
}
