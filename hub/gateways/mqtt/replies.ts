import type { Buffer } from 'node:buffer';
import { ACKNOWLEDGEMENT_LENGTH, type AcknowledgementType, writeAcknowledgement } from './codec/index.ts';

const TYPES = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const satisfies readonly AcknowledgementType[];
const IDENTIFIER_BITS = 16;

/** Packets that a client is due by itself: acknowledgements, mostly, and whatever else answers it. In their order. */
export class Replies {
  /** A number is a plain acknowledgement: its type, and in the low bits its packet identifier. */
  readonly #entries: (number | Buffer)[] = [];
  #byteLength = 0;

  get count(): number {
    return this.#entries.length;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  add(packet: Buffer): void {
    this.#entries.push(packet);
    this.#byteLength += packet.byteLength;
  }

  /** Adds an acknowledgement that all went well. */
  acknowledge(type: AcknowledgementType, packetIdentifier: number): void {
    this.#entries.push((TYPES.indexOf(type) << IDENTIFIER_BITS) | packetIdentifier);
    this.#byteLength += ACKNOWLEDGEMENT_LENGTH;
  }

  clear(): void {
    this.#entries.length = 0;
    this.#byteLength = 0;
  }

  /** Writes them all to `target`, from `at` on, and forgets them. The offset behind. */
  drainTo(target: Buffer, start: number): number {
    let at = start;
    for (const entry of this.#entries) {
      if (typeof entry === 'number') at = writePlain(target, at, entry);
      else {
        target.set(entry, at);
        at += entry.byteLength;
      }
    }
    this.clear();
    return at;
  }
}

function writePlain(target: Buffer, at: number, entry: number): number {
  const type = TYPES[entry >> IDENTIFIER_BITS] ?? 'puback';
  return writeAcknowledgement(target, at, type, entry & 0xffff);
}
