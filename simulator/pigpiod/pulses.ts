import type { Pulse } from '../board/wave.ts';

/** The size of a pulse in an extension, bytes: the bits to set, the bits to clear, the delay. */
const PULSE_BYTES = 12;

/** Parses the pulses in the extension of WVAG, without the GPIO that the mask forbids. */
export function parsePulses(extension: DataView, mask: number): Pulse[] {
  const count = Math.floor(extension.byteLength / PULSE_BYTES);
  return Array.from({ length: count }, (_, index) => {
    const at = index * PULSE_BYTES;
    return {
      on: extension.getUint32(at, true) & mask,
      off: extension.getUint32(at + 4, true) & mask,
      delayUs: extension.getUint32(at + 8, true),
    };
  });
}

/** Whether the pulses in an extension use a GPIO that the mask forbids. */
export function exceedsMask(extension: DataView, mask: number): boolean {
  for (let at = 0; at + PULSE_BYTES <= extension.byteLength; at += PULSE_BYTES) {
    const bits = extension.getUint32(at, true) | extension.getUint32(at + 4, true);
    if ((bits & ~mask) !== 0) return true;
  }
  return false;
}

/** The total duration of pulses, microseconds. */
export function durationUs(pulses: readonly Pulse[]): number {
  return pulses.reduce((us, pulse) => us + pulse.delayUs, 0);
}

/** Merges two trains of pulses that start together; pulses at the same instant become one. */
export function mergePulses(one: readonly Pulse[], other: readonly Pulse[]): Pulse[] {
  const timed: { us: number; on: number; off: number }[] = [];
  const first = startTimes(one);
  const second = startTimes(other);
  for (let i = 0, j = 0; i < one.length || j < other.length; ) {
    const us = Math.min(first[i] ?? Number.POSITIVE_INFINITY, second[j] ?? Number.POSITIVE_INFINITY);
    const due = [first[i] === us ? one[i++] : undefined, second[j] === us ? other[j++] : undefined];
    const on = due.reduce((bits, pulse) => bits | (pulse?.on ?? 0), 0);
    const off = due.reduce((bits, pulse) => bits | (pulse?.off ?? 0), 0);
    timed.push({ us, on, off });
  }
  const endUs = Math.max(durationUs(one), durationUs(other));
  return timed.map(({ us, on, off }, index) => ({ on, off, delayUs: (timed[index + 1]?.us ?? endUs) - us }));
}

function startTimes(pulses: readonly Pulse[]): number[] {
  let us = 0;
  return pulses.map(({ delayUs }) => {
    const start = us;
    us += delayUs;
    return start;
  });
}
