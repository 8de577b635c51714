import { HubError } from '../../hub/core/error.ts';
import type { Cancel } from '../board/clock.ts';
import { Answers } from './answers.ts';
import { type Caller, execute } from './command.ts';
import { type CommandTable, VIRTUAL_TABLE } from './command-table.ts';
import type { Daemon } from './daemon.ts';
import { Failure } from './failure.ts';
import { RequestParser } from './request-parser.ts';

/** The time limit for the rest of a request, microseconds. Between requests a client may be silent forever. */
const REQUEST_US = 10_000_000;

/** A longer burst of answers yields to other connections at this interval, microseconds. */
const TURN_US = 20_000;
/** The number of answers between two looks at the clock, which makes their cost negligible. */
const LOOK_AFTER = 32;

/** The memory overhead of a buffered piece, bytes. */
const PIECE_BYTES = 256;

/** The transport under a connection. */
export interface Wire {
  /** Sends bytes in one piece, or buffers them until it can. */
  send(bytes: Uint8Array): void;
  /** The number of buffered bytes. */
  readonly bufferedBytes: number;
  /** Closes once everything buffered is sent. */
  end(): void;
}

export interface ConnectionOptions {
  /** The commands that it answers. Default: those of a virtual Pi. */
  readonly commands?: CommandTable;
  /** Reports are dropped while the transport's buffer takes more than this, bytes. */
  readonly maxReportBacklogBytes: number;
  /** Called when a client sends too much at once, or begins to lose reports because it does not read them. */
  readonly onWarning?: (warning: HubError) => void;
}

/** A client of the daemon: it takes requests and sends answers and reports, and is independent of sockets. */
export class Connection implements Caller {
  readonly #daemon: Daemon;
  readonly #wire: Wire;
  readonly #options: ConnectionOptions;
  readonly #parser = new RequestParser();
  /** An upper bound for the number of buffered pieces: all reports since the buffer was last empty. */
  #keptReports = 0;
  #isLosing = false;
  #isEnded = false;
  #cancelBlock: Cancel | undefined;
  #isAwaiting = false;
  #isClosed = false;
  #cancelPatience: Cancel | undefined;
  #onFree: (() => void) | undefined;
  readonly #onClosed: (() => void)[] = [];

  constructor(daemon: Daemon, wire: Wire, options: ConnectionOptions) {
    this.#daemon = daemon;
    this.#wire = wire;
    this.#options = options;
  }

  /** Whether a command delays the ones after it. Pass no further bytes until `whenFree`. */
  get isBlocked(): boolean {
    return this.#isAwaiting || this.#cancelBlock !== undefined;
  }

  /** Calls back once everything received is answered. */
  whenFree(callback: () => void): void {
    if (this.isBlocked) this.#onFree = callback;
    else callback();
  }

  /** Takes bytes from the client and sends the answers. */
  receive(bytes: Uint8Array): void {
    if (this.#isEnded) return;
    this.#parser.push(bytes);
    this.#work();
  }

  block(us: number): void {
    this.#cancelBlock = this.#daemon.board.clock.schedule(us, () => this.#unblock());
  }

  onClosed(callback: () => void): void {
    this.#onClosed.push(callback);
  }

  report(bytes: Uint8Array): void {
    const { bufferedBytes } = this.#wire;
    if (bufferedBytes === 0) this.#keptReports = 0;
    const keptBytes = bufferedBytes + this.#keptReports * PIECE_BYTES;
    const isFull = keptBytes > this.#options.maxReportBacklogBytes;
    if (isFull && !this.#isLosing) this.#warn();
    this.#isLosing = isFull;
    if (isFull) return;
    this.#wire.send(bytes);
    this.#keptReports++;
  }

  /** Frees the client's resources. Pins keep their state. */
  close(): void {
    this.#isClosed = true;
    this.#cancelBlock?.();
    this.#cancelPatience?.();
    this.#onFree = undefined;
    this.#daemon.notifier.closeAll(this);
    for (const callback of this.#onClosed) callback();
  }

  #work(): void {
    const answers = this.#answerAll();
    if (answers.length > 0) this.#wire.send(answers);
    const { fault } = this.#parser;
    if (fault) this.#end(fault);
    else this.#awaitRest(answers.length);
  }

  /** Runs the received requests, until one blocks or other connections have waited long enough. */
  #answerAll(): Uint8Array {
    const parser = this.#parser;
    const { commands = VIRTUAL_TABLE } = this.#options;
    const { clock } = this.#daemon.board;
    const answers = new Answers(parser.mostRequests);
    const endUs = clock.nowUs() + TURN_US;
    for (let count = 1; !this.isBlocked && parser.next(); count++) {
      const known = commands[parser.command];
      const result = known ? execute(known, parser, this.#daemon, this) : Failure.UNKNOWN_COMMAND;
      if (typeof result === 'number') answers.add(parser, result);
      else void this.#await(result);
      if (count % LOOK_AFTER === 0 && !this.isBlocked && clock.nowUs() >= endUs) this.block(0);
    }
    return answers.bytes;
  }

  /** Sends the answer to the current request when its result is ready, and nothing before. */
  async #await(result: Promise<number>): Promise<void> {
    this.#isAwaiting = true;
    const { command, p1, p2 } = this.#parser;
    const answer = new Answers(1);
    answer.add({ command, p1, p2 }, await result);
    this.#isAwaiting = false;
    if (this.#isClosed) return;
    this.#wire.send(answer.bytes);
    this.#goOn();
  }

  /** Sets the time limit for an incomplete request. If any request was answered since the last call, the incomplete one is new. */
  #awaitRest(answered: number): void {
    const { isWithin } = this.#parser;
    if (answered > 0 || !isWithin) {
      this.#cancelPatience?.();
      this.#cancelPatience = undefined;
    }
    if (isWithin)
      this.#cancelPatience ??= this.#daemon.board.clock.schedule(REQUEST_US, () => this.#giveUp());
  }

  #giveUp(): void {
    const message = `a client did not complete a request within ${REQUEST_US / 1e6} s`;
    this.#end(new HubError('limit/exceeded', message));
  }

  #end(reason: HubError): void {
    this.#isEnded = true;
    this.#options.onWarning?.(reason);
    this.#wire.end();
  }

  #unblock(): void {
    this.#cancelBlock = undefined;
    this.#goOn();
  }

  #goOn(): void {
    this.#work();
    if (this.isBlocked) return;
    this.#onFree?.();
    this.#onFree = undefined;
  }

  #warn(): void {
    const { maxReportBacklogBytes } = this.#options;
    const message = `a client does not read its notifications: beyond ${maxReportBacklogBytes} bytes they are lost`;
    this.#options.onWarning?.(new HubError('limit/exceeded', message));
  }
}
