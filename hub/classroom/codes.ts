import { randomInt } from 'node:crypto';

/** Capital letters and digits that nobody confuses on a projector or in a loud room: without I, L, O, 0 and 1. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** Characters of a class code: 31⁵ ≈ 29 million codes. */
export const CLASS_CODE_LENGTH = 5;

/** Characters of a seat's code, so that none is a class code. */
export const SEAT_CODE_LENGTH = 6;

export function createCode(length: number, pick: (below: number) => number = randomInt): string {
  return Array.from({ length }, () => ALPHABET[pick(ALPHABET.length)]).join('');
}

/** The normal form of a typed code, which may have any case, spaces and dashes. It may not be a valid code. */
export function normalizeCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '');
}

/** How long a seat's code is good, milliseconds. */
const SEAT_CODE_MS = 10 * 60_000;

/** Codes by which further devices of a student take the student's seat. Each is good for ten minutes, and for one device. */
export class SeatCodes {
  readonly seconds = SEAT_CODE_MS / 1000;
  readonly #now: () => number;
  readonly #codes = new Map<string, { readonly seat: string; readonly endsAt: number }>();

  /** `now`: a clock that never jumps, milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Makes a code for a seat; the one before ends. */
  make(seat: string): string {
    this.forget(seat);
    for (;;) {
      const code = createCode(SEAT_CODE_LENGTH);
      if (this.#codes.has(code)) continue;
      this.#codes.set(code, { seat, endsAt: this.#now() + SEAT_CODE_MS });
      return code;
    }
  }

  /** The seat of a code, which is used up then; `undefined` if there is no such code, or its time is over. */
  take(code: string): string | undefined {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    return found && found.endsAt > this.#now() ? found.seat : undefined;
  }

  forget(seat: string): void {
    for (const [code, found] of this.#codes) if (found.seat === seat) this.#codes.delete(code);
  }
}
