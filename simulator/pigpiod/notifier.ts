import type { Board } from '../board/board.ts';
import type { Cancel } from '../board/clock.ts';
import type { Batch, Watch } from '../board/monitor.ts';
import { Failure } from './failure.ts';
import { encodeReports, Flag, MAX_REPORTS_A_WRITE, type Report } from './report.ts';

/** The destination of a handle's reports. A sink that cannot take a report now loses it. */
export interface ReportSink {
  report(bytes: Uint8Array): void;
}

/** pigpiod's number of handles. */
export const MAX_HANDLES = 32;

/** The interval of the keep-alive reports of a handle without news, microseconds. */
const ALIVE_US = 60_000_000;

interface Handle {
  readonly sink: ReportSink;
  readonly watch: Watch;
  bits: number;
  eventBits: number;
  sequence: number;
  /** The levels that the next sample is compared with. */
  levels: number;
  /** The last levels sent. */
  sent: number;
  reportedUs: number;
  cancelAlive: Cancel;
}

/** Notification handles 0–31: each reports the requested edges, watchdogs and events to one connection. */
export class Notifier {
  readonly #board: Board;
  readonly #syncsOnBegin: boolean;
  readonly #handles: (Handle | undefined)[] = Array.from({ length: MAX_HANDLES });

  /**
   * With `syncsOnBegin`, NB sends one report if the level of a newly watched pin differs from the last one sent to the
   * reader. pigpiod does not do this, so its reader may misjudge the next edge.
   */
  constructor(board: Board, { syncsOnBegin }: { readonly syncsOnBegin: boolean }) {
    this.#board = board;
    this.#syncsOnBegin = syncsOnBegin;
  }

  /** The number of open handles. */
  get size(): number {
    return this.#handles.filter((handle) => handle !== undefined).length;
  }

  /** The object open at a handle number: a new one each time the handle is opened. */
  opened(number: number): object | undefined {
    return this.#handles[number];
  }

  /** NOIB: opens a handle for a connection and closes the one that it had; `NO_HANDLE` if none is free. */
  open(sink: ReportSink): number {
    const number = this.#handles.indexOf(undefined);
    if (number === -1) return Failure.NO_HANDLE;
    this.closeAll(sink);
    const levels = this.#board.monitor.levels();
    const handle: Handle = {
      sink,
      watch: this.#board.monitor.watch((batch) => this.#report(handle, batch)),
      bits: 0,
      eventBits: 0,
      sequence: 0,
      levels,
      sent: levels,
      reportedUs: this.#board.clock.nowUs(),
      cancelAlive: () => {},
    };
    this.#handles[number] = handle;
    this.#awaitSilence(handle);
    return number;
  }

  /** NB: reports changes of these GPIO from now on. */
  begin(number: number, bits: number): number {
    const handle = this.#handles[number];
    if (!handle) return Failure.BAD_HANDLE;
    const fresh = bits & ~handle.bits;
    handle.watch.bits = bits;
    handle.bits = bits;
    handle.levels = this.#board.monitor.levels();
    const isMisled = ((handle.levels ^ handle.sent) & fresh) !== 0;
    if (isMisled && this.#syncsOnBegin) this.#sendLevels(handle);
    return 0;
  }

  /** NP: stops reporting until the next NB. */
  pause(number: number): number {
    const handle = this.#handles[number];
    if (!handle) return Failure.BAD_HANDLE;
    handle.watch.bits = 0;
    handle.bits = 0;
    return 0;
  }

  /** EVM: reports these events from now on. */
  watchEvents(number: number, eventBits: number): number {
    const handle = this.#handles[number];
    if (!handle) return Failure.BAD_HANDLE;
    handle.eventBits = eventBits;
    return 0;
  }

  /** EVT: an event 0–31 has happened. */
  trigger(event: number): void {
    const us = this.#board.clock.nowUs();
    for (const handle of this.#handles) {
      if (handle && (handle.eventBits & (1 << event)) !== 0) {
        this.#send(handle, [{ flags: Flag.EVENT | event, us, levels: this.#board.monitor.levels() }]);
      }
    }
  }

  /** NC: frees the handle. */
  close(number: number): number {
    const handle = this.#handles[number];
    if (!handle) return Failure.BAD_HANDLE;
    handle.watch.close();
    handle.cancelAlive();
    this.#handles[number] = undefined;
    return 0;
  }

  /** Frees all handles of a connection. */
  closeAll(sink: ReportSink): void {
    for (const [number, handle] of this.#handles.entries()) if (handle?.sink === sink) this.close(number);
  }

  #report(handle: Handle, { samples, timeoutBits, nowUs, levels }: Batch): void {
    const reports: Omit<Report, 'sequence'>[] = [];
    for (const sample of samples) {
      const isNews = ((sample.levels ^ handle.levels) & handle.bits) !== 0;
      if (isNews) reports.push({ flags: Flag.LEVELS, ...sample });
      handle.levels = sample.levels;
    }
    for (let gpio = 0; gpio < 32; gpio++) {
      const isExpired = (timeoutBits & handle.bits & (1 << gpio)) !== 0;
      if (isExpired) reports.push({ flags: Flag.WATCHDOG | gpio, us: nowUs, levels });
    }
    this.#send(handle, reports);
  }

  #sendLevels(handle: Handle): void {
    this.#send(handle, [{ flags: Flag.LEVELS, us: this.#board.clock.nowUs(), levels: handle.levels }]);
  }

  #send(handle: Handle, reports: readonly Omit<Report, 'sequence'>[]): void {
    const last = reports.at(-1);
    if (!last) return;
    const numbered = reports.map((report) => ({ ...report, sequence: handle.sequence++ & 0xffff }));
    for (let at = 0; at < numbered.length; at += MAX_REPORTS_A_WRITE) {
      handle.sink.report(encodeReports(numbered.slice(at, at + MAX_REPORTS_A_WRITE)));
    }
    if (last.flags === Flag.LEVELS) handle.sent = last.levels;
    handle.reportedUs = this.#board.clock.nowUs();
  }

  #awaitSilence(handle: Handle): void {
    const dueUs = handle.reportedUs + ALIVE_US;
    const { clock } = this.#board;
    const check = () => {
      const us = clock.nowUs();
      if (handle.reportedUs + ALIVE_US <= us) this.#sendAlive(handle, us);
      this.#awaitSilence(handle);
    };
    handle.cancelAlive = clock.schedule(dueUs - clock.nowUs(), check);
  }

  #sendAlive(handle: Handle, us: number): void {
    this.#send(handle, [{ flags: Flag.ALIVE, us, levels: this.#board.monitor.levels() }]);
  }
}
