import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Registers } from './report.ts';

/** BCM2835 ARM Peripherals, section 9.6: CTL is at 0, then at 0x10 RNG1 and DAT1, at 0x20 RNG2 and DAT2. */
const REGISTERS_OF_CHANNEL = 0x10;
const ENABLE = 1n << 0n;
const MARK_SPACE = 1n << 7n;
/** How far the bits of the second channel are from those of the first. */
const BITS_OF_CHANNEL = 8;

/** A shell of the emulated Pi. */
export interface Shell {
  readonly stdin: Writable;
  readonly stdout: Readable;
}

/** Reads the physical memory of the emulated Pi, bypassing all drivers. One shell for all reads, as a process starts slowly there. */
export class PhysicalMemory {
  readonly #shell: Shell;
  readonly #answers: Interface;
  #last: Promise<unknown> = Promise.resolve();

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#answers = createInterface({ input: shell.stdout });
  }

  /** The word of 32 or 64 bits at an address. */
  word(address: number, bits: 32 | 64): Promise<bigint> {
    const word = this.#last.then(() => this.#ask(`/bin/busybox devmem 0x${address.toString(16)} ${bits}`));
    this.#last = word;
    return word;
  }

  /** The registers of one channel of the block at an address. */
  async channel(block: number, number: number): Promise<Registers> {
    const control = (await this.word(block, 32)) >> BigInt(number * BITS_OF_CHANNEL);
    const both = await this.word(block + (number + 1) * REGISTERS_OF_CHANNEL, 64);
    return {
      periodClocks: Number(BigInt.asUintN(32, both)),
      dutyClocks: Number(both >> 32n),
      isEnabled: (control & ENABLE) !== 0n,
      isOnePulse: (control & MARK_SPACE) !== 0n,
    };
  }

  close(): void {
    this.#shell.stdin.end();
  }

  async #ask(command: string): Promise<bigint> {
    const answer = once(this.#answers, 'line');
    this.#shell.stdin.write(`${command}\n`);
    const [line] = await answer;
    return BigInt(line);
  }
}
