import { HubError } from '../../hub/core/error.ts';
import type { Cancel } from '../board/clock.ts';
import { Answers } from './answers.ts';
import { type Caller, execute } from './command.ts';
import { type CommandTable, VIRTUAL_TABLE } from './command-table.ts';
import type { Daemon } from './daemon.ts';
import { Failure } from './failure.ts';
import { RequestParser } from './request-parser.ts';

/** A request that has begun must be complete within so long, microseconds. Between requests a client may be silent for ever. */
const REQUEST_US = 10_000_000;

/** A burst that takes longer waits for others every now and then, microseconds. */
const TURN_US = 20_000;
/** After how many answers the clock is looked at: seldom enough to cost nothing. */
const LOOK_AFTER = 32;

/** What a piece that is kept takes beside its bytes. */
const PIECE_BYTES = 256;

/** The wire under a connection. */
export interface Wire {
  /** Sends bytes, in one piece, or keeps them until it can. */
  send(bytes: Uint8Array): void;
  /** How many bytes it keeps. */
  readonly bufferedBytes: number;
  /** Closes once it has sent what it keeps. */
  end(): void;
}

export interface ConnectionOptions {
  /** What it answers. Default: what a virtual Pi does. */
  readonly commands?: CommandTable;
  /** Reports are lost while what the wire keeps takes more than this, bytes. */
  readonly maxReportBacklogBytes: number;
  /** Hears of a client that sends too much at once, or that begins to lose reports as it does not read them. */
  readonly onWarning?: (warning: HubError) => void;
}

/** One client of the daemon: requests in, answers and reports out, and nothing known of sockets. */
export class Connection implements Caller {
  readonly #daemon: Daemon;
  readonly #wire: Wire;
  readonly #options: ConnectionOptions;
  readonly #parser = new RequestParser();
  /** How many pieces may be among what the wire keeps: all reports since it last kept nothing. */
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

  /** Whether a command holds up those after it. No more bytes should come until `whenFree`. */
  get isBlocked(): boolean {
    return this.#isAwaiting || this.#cancelBlock !== undefined;
  }

  /** Calls back once all that has come is answered. */
  whenFree(callback: () => void): void {
    if (this.isBlocked) this.#onFree = callback;
    else callback();
  }

  /** Takes bytes from the client, and sends what they call for. */
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

  /** Frees what the client held. Pins stay as they are. */
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

  /** Runs what has come, until something holds it up or others have waited long enough. */
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

  /** Answers the present request when its result has come, and nothing before. */
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

  /** Where a request has come in part: whether any was answered since the last time tells if it is another one. */
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
