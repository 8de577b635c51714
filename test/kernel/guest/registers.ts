import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Registers } from './report.ts';

/** BCM2835 ARM Peripherals, section 9.6: CTL is at 0, RNG1 and DAT1 at 0x10 and 0x14, RNG2 and DAT2 at 0x20 and 0x24. */
const RANGE = [0x10, 0x20];
const DATA = [0x14, 0x24];
const ENABLE = 1 << 0;
const MARK_SPACE = 1 << 7;
/** How far the bits of the second channel are from those of the first. */
const BITS_OF_CHANNEL = 8;

/** Answers each line of addresses with a line of words. One shell for all, as a process is slow to start here. */
const SHELL = 'while read line; do for at in $line; do echo -n "$(busybox devmem $at 32) "; done; echo; done';

/** Reads the physical memory of this machine, from outside all drivers. */
export class PhysicalMemory {
  readonly #shell = spawn('/bin/busybox', ['sh', '-c', SHELL], { stdio: ['pipe', 'pipe', 'inherit'] });
  readonly #answers: Interface = createInterface({ input: this.#shell.stdout });
  #last: Promise<unknown> = Promise.resolve();

  /** The 32-bit words at some addresses. */
  words(...addresses: readonly number[]): Promise<number[]> {
    const words = this.#last.then(() => this.#ask(addresses));
    this.#last = words;
    return words;
  }

  /** What the block at an address does on one of its channels. */
  async channel(block: number, number: number): Promise<Registers> {
    const [control = 0, periodClocks = 0, dutyClocks = 0] = await this.words(
      block,
      block + (RANGE[number] ?? 0),
      block + (DATA[number] ?? 0),
    );
    const bits = control >> (number * BITS_OF_CHANNEL);
    return {
      periodClocks,
      dutyClocks,
      isEnabled: (bits & ENABLE) !== 0,
      isOnePulse: (bits & MARK_SPACE) !== 0,
    };
  }

  close(): void {
    this.#shell.stdin.end();
  }

  async #ask(addresses: readonly number[]): Promise<number[]> {
    const answer = once(this.#answers, 'line') as Promise<[string]>;
    this.#shell.stdin.write(`${addresses.map((address) => `0x${address.toString(16)}`).join(' ')}\n`);
    const [line] = await answer;
    return line.trim().split(' ').map(Number);
  }
}
