import type { Pulse } from '../board/wave.ts';
import { Failure } from './failure.ts';

/** The request of WVAS: bytes that a GPIO sends like a serial line, least significant bit first. */
export interface SerialText {
  readonly gpio: number;
  readonly baud: number;
  readonly dataBits: number;
  /** The length of the stop bit, in half bits. */
  readonly halfStopBits: number;
  /** The delay before the first start bit, microseconds. */
  readonly offsetUs: number;
  readonly bytes: DataView;
}

const HEADER_BYTES = 12;
const MAX_CHARS = 1200;
const MAX_OFFSET_US = 1_800_000_000;

/** Parses the arguments of WVAS. Its extension contains data bits, half stop bits, offset, and the bytes. */
export function parseSerialText(gpio: number, baud: number, extension: DataView): SerialText {
  return {
    gpio,
    baud,
    dataBits: extension.getUint32(0, true),
    halfStopBits: extension.getUint32(4, true),
    offsetUs: extension.getUint32(8, true),
    bytes: new DataView(
      extension.buffer,
      extension.byteOffset + HEADER_BYTES,
      extension.byteLength - HEADER_BYTES,
    ),
  };
}

/** Returns pigpio's error number for an invalid request; `undefined` if the request is valid. */
export function serialFault({
  baud,
  dataBits,
  halfStopBits,
  offsetUs,
  bytes,
}: SerialText): number | undefined {
  if (baud < 50 || baud > 1_000_000) return Failure.BAD_WAVE_BAUD;
  if (dataBits < 1 || dataBits > 32) return Failure.BAD_DATA_BITS;
  if (halfStopBits < 2 || halfStopBits > 8) return Failure.BAD_STOP_BITS;
  if (bytes.byteLength > MAX_CHARS) return Failure.TOO_MANY_CHARS;
  if (offsetUs > MAX_OFFSET_US) return Failure.BAD_SERIAL_OFFSET;
  return undefined;
}

/** Returns the pulses that send the bytes. The idle line is high, also before the first start bit. */
export function serialPulses(text: SerialText): Pulse[] {
  const bit = 1 << text.gpio;
  const words = wordsOf(text);
  if (words.length === 0) return [];
  const timing = bitTimesUs(text);
  const pulses: Pulse[] = [{ on: bit, off: 0, delayUs: Math.max(text.offsetUs, timing.bits[0] ?? 0) }];
  for (const word of words) {
    let run = { level: 0, delayUs: timing.bits[0] ?? 0 };
    const push = () =>
      pulses.push({ on: run.level ? bit : 0, off: run.level ? 0 : bit, delayUs: run.delayUs });
    const extend = (level: number, delayUs: number) => {
      if (level === run.level) {
        run.delayUs += delayUs;
      } else {
        push();
        run = { level, delayUs };
      }
    };
    for (let index = 0; index < text.dataBits; index++)
      extend((word >>> index) & 1, timing.bits[index + 1] ?? 0);
    extend(1, timing.stop);
    push();
  }
  return pulses;
}

/** A character takes one, two or four bytes, depending on the number of data bits. */
function wordsOf({ dataBits, bytes }: SerialText): number[] {
  const size = dataBits <= 8 ? 1 : dataBits <= 16 ? 2 : 4;
  return Array.from({ length: Math.floor(bytes.byteLength / size) }, (_, index) => {
    if (size === 1) return bytes.getUint8(index);
    return size === 2 ? bytes.getUint16(index * 2, true) : bytes.getUint32(index * 4, true);
  });
}

/** The lengths of the start bit and of each data bit, and of the stop bit: whole microseconds without drift. */
function bitTimesUs({ baud, dataBits, halfStopBits }: SerialText): { bits: number[]; stop: number } {
  const fullNs = Math.floor(1e9 / baud);
  const endUs = (bits: number) => Math.floor((bits * fullNs + 500) / 1000);
  const bits = Array.from({ length: dataBits + 1 }, (_, index) => endUs(index + 1) - endUs(index));
  return { bits, stop: endUs(dataBits + 1 + halfStopBits / 2) - endUs(dataBits + 1) };
}
