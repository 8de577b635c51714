import type { Qos } from '../../../core/message.ts';

/** The quality of service of two bits that are known not to be 3. */
export function toQos(bits: number): Qos {
  if (bits === 0) return 0;
  return bits === 1 ? 1 : 2;
}
