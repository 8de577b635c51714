import { HubError } from '../../../core/error.ts';
import { MAX_TOPIC_LEVELS } from '../../../core/topic.ts';
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
  /** The most levels of a topic name or filter. */
  readonly maxLevels: number;

  constructor(maxLevels = MAX_TOPIC_LEVELS) {
    this.maxLevels = maxLevels;
  }

  /** A topic name; '' is allowed, since a topic alias may stand for it. Throws `packet/malformed`, `protocol/violation`, `topic/invalid`. */
  read(reader: PacketReader): string {
    const { at, bytes } = reader;
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (length > LONGEST || at + 2 + length > reader.end) return this.#read(reader);
    const slot = hash(bytes, at + 2, length) & (SLOTS - 1);
    const known = this.#known[slot] ?? '';
    if (isSame(known, bytes, at + 2, length)) {
      reader.at = at + 2 + length;
      return known;
    }
    const name = this.#read(reader);
    if (name.length === length) this.#known[slot] = name;
    return name;
  }

  #read(reader: PacketReader): string {
    if (hasTooManyLevels(reader, this.maxLevels)) {
      throw new HubError('topic/invalid', `the topic name has more than ${this.maxLevels} levels`);
    }
    return readTopicName(reader, 'topic name');
  }
}

const SLASH = 0x2f;

/**
 * Whether the UTF-8 string that comes next has more levels than allowed. Looks at the bytes and no further than it has to, so a refusal costs
 * next to nothing: a topic of 65,535 bytes takes about 40 µs to decode and check.
 */
export function hasTooManyLevels({ bytes, at, end }: PacketReader, maxLevels: number): boolean {
  const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (length < maxLevels) return false; // Each further level takes a byte.
  const stop = Math.min(at + 2 + length, end);
  let levels = 1;
  for (let index = at + 2; index < stop; index++) {
    if (bytes[index] === SLASH && ++levels > maxLevels) return true;
  }
  return false;
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
