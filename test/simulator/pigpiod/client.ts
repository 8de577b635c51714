import { filter, firstValueFrom, map, Subject } from 'rxjs';
import { Board, type BoardOptions } from '../../../simulator/board/board.ts';
import { VirtualClock } from '../../../simulator/board/virtual-clock.ts';
import type { CommandTable } from '../../../simulator/pigpiod/command-table.ts';
import { Connection, type Wire } from '../../../simulator/pigpiod/connection.ts';
import { Daemon, type DaemonOptions } from '../../../simulator/pigpiod/daemon.ts';

/** A request in numbers: command, parameters, extension. */
export type Words = readonly [command: number, p1?: number, p2?: number, extension?: Uint8Array];

/** The bytes of requests, one after the other. */
export function encode(...requests: Words[]): Uint8Array {
  return joined(requests.map(encodeOne));
}

function encodeOne([command, p1 = 0, p2 = 0, extension = new Uint8Array()]: Words): Uint8Array {
  const header = new DataView(new ArrayBuffer(16));
  for (const [index, word] of [command, p1, p2, extension.length].entries())
    header.setUint32(index * 4, word, true);
  return joined([new Uint8Array(header.buffer), extension]);
}

/** Numbers as 32-bit words of an extension. */
export function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

/** A report in the form in which it arrived. */
export interface Report {
  readonly sequence: number;
  readonly flags: number;
  readonly tick: number;
  readonly levels: number;
}

/** A connection to its own daemon or another one, with what was sent back; there is no socket in between. */
export class TestClient implements Wire {
  readonly connection: Connection;
  readonly warnings: string[] = [];
  /** The pieces that were sent. */
  readonly sent: Uint8Array[] = [];
  bufferedBytes = 0;
  isEnded = false;

  readonly #sent$ = new Subject<void>();

  constructor(daemon: Daemon, maxReportBacklogBytes = 1000, commands?: CommandTable) {
    const onWarning = ({ code }: { code: string }) => this.warnings.push(code);
    const options = { maxReportBacklogBytes, onWarning, ...(commands && { commands }) };
    this.connection = new Connection(daemon, this, options);
  }

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
    this.#sent$.next();
  }

  end(): void {
    this.isEnded = true;
  }

  /** Sends requests, and returns the results of those answered at once. */
  ask(...requests: Words[]): number[] {
    this.sent.length = 0;
    this.connection.receive(encode(...requests));
    return this.results();
  }

  /** Sends requests, and resolves to their results once all are answered. */
  async request(...requests: Words[]): Promise<number[]> {
    this.sent.length = 0;
    const answered = firstValueFrom(
      this.#sent$.pipe(
        map(() => this.results()),
        filter((results) => results.length === requests.length),
      ),
    );
    this.connection.receive(encode(...requests));
    return answered;
  }

  /** The results among what was sent since the last call, which must be only answers. */
  results(): number[] {
    const bytes = joined(this.sent);
    const view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 16 }, (_, index) => view.getInt32(index * 16 + 12, true));
  }

  /** Takes the reports that were sent since the last call, which must be only reports. */
  reports(): Report[] {
    const bytes = joined(this.sent.splice(0));
    const view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 12 }, (_, index) => ({
      sequence: view.getUint16(index * 12, true),
      flags: view.getUint16(index * 12 + 2, true),
      tick: view.getUint32(index * 12 + 4, true),
      levels: view.getUint32(index * 12 + 8, true),
    }));
  }
}

/** A board in virtual time, its daemon, and one client. */
export function createTestDaemon(options: BoardOptions & DaemonOptions = {}) {
  const clock = new VirtualClock();
  const board = new Board({ clock, ...options });
  const daemon = new Daemon(board, options);
  return { clock, board, daemon, client: new TestClient(daemon) };
}
