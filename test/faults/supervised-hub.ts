import { setTimeout as sleep } from 'node:timers/promises';
import type { HubProcess } from './hub-process.ts';

/** How long to wait before a hub that failed to start is started again, milliseconds. */
const PAUSE_MS = 500;

/** A hub with a supervisor that restarts it whenever it ends by itself, like a service. */
export class SupervisedHub {
  readonly process: HubProcess;
  #isWanted = false;
  #lives = 0;
  #isUp: Promise<void> = Promise.resolve();

  constructor(process: HubProcess) {
    this.process = process;
  }

  /** The number of starts. */
  get lives(): number {
    return this.#lives;
  }

  /** Resolves when the hub is up. */
  start(): Promise<void> {
    this.#isWanted = true;
    return this.#start();
  }

  /** Resolves when the hub has ended and is up again. */
  async up(): Promise<void> {
    for (let known: Promise<void> | undefined; known !== this.#isUp; ) {
      known = this.#isUp;
      await known;
    }
  }

  /** Kills the hub, which stays dead until it is started. */
  async kill(): Promise<void> {
    this.#isWanted = false;
    await this.process.kill();
    await this.up();
  }

  /** Asks the hub to stop. It stays stopped until it is started. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    await this.process.stop();
    await this.up();
  }

  /** Kills the hub, and starts it again at once. Resolves when the hub is up. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  #start(): Promise<void> {
    this.#isUp = this.#tryToStart();
    return this.#isUp;
  }

  async #tryToStart(): Promise<void> {
    while (this.#isWanted) {
      const life = ++this.#lives;
      try {
        await this.process.start();
      } catch {
        await sleep(PAUSE_MS); // The start may have failed because the NATS servers are away.
        continue;
      }
      void this.#guard(life);
      return;
    }
  }

  async #guard(life: number): Promise<void> {
    await this.process.ended();
    if (this.#isWanted && life === this.#lives) await this.#start();
  }
}
