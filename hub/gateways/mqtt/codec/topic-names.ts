import type { PacketReader } from './reader.ts';
import { violation } from './reason-code.ts';

const SLOTS = 1024;
const LONGEST = 64;

/**
 * Reads topic names, and remembers short ones. A known name takes 0.06 µs instead of 0.15 µs, is not checked again, and is the same
 * string each time, so that its hash is computed once. A gateway has one for all its clients; it holds at most 1024 names of 64 characters.
 */
export class TopicNames {
  /** ASCII names only, so that one character is one byte. Each name has one slot; a newer name replaces an older one. */
  readonly #known = new Array<string>(SLOTS).fill('');

  /** A topic name; '' is allowed, since a topic alias may stand for it. Throws `packet/malformed`, `protocol/violation`. */
  read(reader: PacketReader): string {
    const { at, bytes } = reader;
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (length > LONGEST || at + 2 + length > reader.end) return readTopicName(reader, 'topic name');
    const slot = hash(bytes, at + 2, length) & (SLOTS - 1);
    const known = this.#known[slot] ?? '';
    if (isSame(known, bytes, at + 2, length)) {
      reader.at = at + 2 + length;
      return known;
    }
    const name = readTopicName(reader, 'topic name');
    if (name.length === length) this.#known[slot] = name;
    return name;
  }
}

/** Reads UTF-8 without a wildcard. Whether it may be empty, and how many levels it may have, is not checked here. */
export function readTopicName(reader: PacketReader, what: string): string {
  const name = reader.utf8(what); // [MQTT-3.3.2-1]
  if (/[+#]/.test(name)) throw violation(`the ${what} has a wildcard`, 'MQTT-3.3.2-2');
  return name;
}

function hash(bytes: Uint8Array, start: number, length: number): number {
  let value = length;
  for (let at = start; at < start + length; at++) value = (Math.imul(value, 31) + (bytes[at] ?? 0)) | 0;
  return value ^ (value >>> 10);
}

function isSame(text: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let at = 0; at < length; at++) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
