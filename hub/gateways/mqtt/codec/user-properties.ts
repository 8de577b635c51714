import { Buffer } from 'node:buffer';
import type { UserProperties } from './packet.ts';
import { PacketReader } from './reader.ts';

/** So many user properties are decoded at once; the rest only when somebody asks for them. */
const EAGER = 32;

type Pair = readonly [name: string, value: string];

/**
 * Gathers the user properties of one packet. A few are decoded as they come. A packet with thousands, which nobody may
 * ever read, has the others checked and kept as bytes, so that it costs the sender more than the server.
 */
export class UserPropertyList {
  readonly #pairs: Pair[] = [];
  /** Where the properties that were not decoded start. */
  readonly #starts: number[] = [];

  read(reader: PacketReader): void {
    if (this.#pairs.length < EAGER) {
      this.#pairs.push(readPair(reader));
      return;
    }
    this.#starts.push(reader.at);
    reader.skipUtf8('name of a user property');
    reader.skipUtf8('value of a user property');
  }

  /** Puts the pairs on `target`, in order, as its property `userProperties`. The reader stands behind the last one. */
  give(target: { userProperties?: UserProperties }, reader: PacketReader): void {
    const first = this.#starts[0];
    if (first === undefined) target.userProperties = this.#pairs;
    else defineLazily(target, this.#pairs, new PendingPairs(reader, first, this.#starts));
  }
}

function readPair(reader: PacketReader): Pair {
  return [reader.utf8('name of a user property'), reader.utf8('value of a user property')]; // [MQTT-1.5.7-1]
}

/** User properties that are known to be well-formed, as bytes of their own: the packet's chunk can go. */
class PendingPairs {
  readonly #reader: PacketReader;
  readonly #starts: readonly number[];
  readonly #offset: number;

  constructor(source: PacketReader, first: number, starts: readonly number[]) {
    const bytes = Buffer.from(source.bytes.subarray(first, source.at));
    this.#reader = new PacketReader(bytes, 0, bytes.length);
    this.#starts = starts;
    this.#offset = first;
  }

  decode(): Pair[] {
    return this.#starts.map((start) => {
      this.#reader.at = start - this.#offset;
      return readPair(this.#reader);
    });
  }
}

function defineLazily(
  target: { userProperties?: UserProperties },
  pairs: readonly Pair[],
  pending: PendingPairs,
): void {
  let all: UserProperties | undefined;
  Object.defineProperty(target, 'userProperties', {
    enumerable: true,
    configurable: true,
    get(): UserProperties {
      all ??= [...pairs, ...pending.decode()];
      return all;
    },
  });
}
