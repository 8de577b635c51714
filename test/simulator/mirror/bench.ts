import type { Pins } from '../../../devices/pins/pins.ts';
import { Board } from '../../../simulator/board/board.ts';
import { VirtualClock } from '../../../simulator/board/virtual-clock.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';
import { Mirror } from '../../../simulator/mirror/mirror.ts';
import { createMirrorPins } from '../../../simulator/mirror/mirror-pins.ts';
import { realPinTable } from '../../../simulator/pigpiod/command-table.ts';
import { Daemon } from '../../../simulator/pigpiod/daemon.ts';
import { TestClient } from '../pigpiod/client.ts';
import { createSlowPins, type SlowPins } from './slow-pins.ts';

/** The "real" pins are those of a second virtual board: all rules of the port apply, and their signals can be read. */
export interface MirrorBench {
  readonly clock: VirtualClock;
  /** The board behind the driver. */
  readonly real: Board;
  /** The driver, for another program. */
  readonly others: Pins;
  readonly driver: SlowPins;
  /** The board in front. */
  readonly board: Board;
  readonly mirror: Mirror;
  /** The pins for devices of the hub. */
  readonly pins: Pins;
  /** The messages of `onFault`. */
  readonly faults: string[];
  /** A new client of pigpiod. */
  connect(): TestClient;
}

export interface MirrorBenchOptions {
  /** Resolves when the driver may continue an operation. Default: at once. */
  readonly begin?: () => Promise<unknown>;
  readonly revision?: number;
  /** A driver to use in place of the second board. */
  readonly pins?: Pins;
}

/** A board that mirrors pins, in virtual time. */
export function createMirrorBench(options: MirrorBenchOptions = {}): MirrorBench {
  const { begin = async () => {}, revision } = options;
  const clock = new VirtualClock();
  const real = new Board({ clock });
  const others = options.pins ?? createVirtualPins(real);
  const driver = createSlowPins(others, begin);
  const board = new Board({ clock, ...(revision !== undefined && { revision }) });
  const faults: string[] = [];
  const mirror = new Mirror({ board, pins: driver, onFault: ({ message }) => faults.push(message) });
  const daemon = new Daemon(board);
  return {
    clock,
    real,
    others,
    driver,
    board,
    mirror,
    pins: createMirrorPins(mirror),
    faults,
    connect: () => new TestClient(daemon, 1000, realPinTable(mirror)),
  };
}
