import { MAX_GPIO, MAX_USER_GPIO } from '../board/gpios.ts';
import type { Daemon } from './daemon.ts';
import { Failure } from './failure.ts';
import type { ReportSink } from './notifier.ts';

/** The highest value of a parameter. */
const MAX_WORD = 0xffffffff;

/** A request as received. */
export interface Request {
  readonly command: number;
  readonly p1: number;
  readonly p2: number;
  /** The length of the extension, bytes. */
  readonly extensionBytes: number;
  readonly extension: DataView;
}

/** The connection on which a request arrived. */
export interface Caller extends ReportSink {
  /** Sends no answers for this long, microseconds. */
  block(us: number): void;
  /** Registers a callback for when the connection has closed. */
  onClosed(callback: () => void): void;
}

/** A command: the checks before it runs, in this order, and its implementation. */
export interface Command {
  readonly name: string;
  /** The minimum length of the extension. */
  readonly extensionBytes?: number;
  /** Whether the update mask must allow `p1`, a GPIO, to be changed. */
  readonly isGated?: boolean;
  /** The kind of GPIO that `p1` must be: any of the chip's, or one that DMA reaches. */
  readonly gpio?: 'any' | 'user';
  /** The range of `p2`, and the error if it is outside. */
  readonly p2?: { readonly least: number; readonly most: number; readonly failure: number };
  /** The error that `run` would return for the request's values alone, 0 if none: such a request does not touch real pins. */
  readonly refuse?: (request: Request, daemon: Daemon) => number;
  /**
   * The result has 32 bits, and a negative one is an error, unless the command's result is unsigned. A promise never rejects and holds up the
   * connection until it resolves. A command that returns one must copy the request first, because the request is only valid during the call.
   */
  readonly run: (request: Request, daemon: Daemon, caller: Caller) => number | Promise<number>;
}

/** A command with its defaults filled in, so that all commands have the same shape. */
export interface CheckedCommand {
  readonly extensionBytes: number;
  readonly isGated: boolean;
  /** The highest allowed GPIO in `p1`, and the error if it is higher. */
  readonly maxP1: number;
  readonly p1Failure: number;
  readonly minP2: number;
  readonly maxP2: number;
  readonly p2Failure: number;
  readonly run: Command['run'];
}

/** Fills in the defaults of a command. */
export function toChecked({ extensionBytes = 0, isGated = false, gpio, p2, run }: Command): CheckedCommand {
  const maxP1 = { any: MAX_GPIO, user: MAX_USER_GPIO, none: MAX_WORD }[gpio ?? 'none'];
  const p1Failure = gpio === 'user' ? Failure.BAD_USER_GPIO : Failure.BAD_GPIO;
  const { least: minP2, most: maxP2, failure: p2Failure } = p2 ?? { least: 0, most: MAX_WORD, failure: 0 };
  return { extensionBytes, isGated, maxP1, p1Failure, minP2, maxP2, p2Failure, run };
}

/** Checks a request against its command's rules and runs it. Returns the result. */
export function execute(
  command: CheckedCommand,
  request: Request,
  daemon: Daemon,
  caller: Caller,
): number | Promise<number> {
  const { p1, p2 } = request;
  // pigpiod would read the leftovers of an earlier request in its buffer.
  if (request.extensionBytes < command.extensionBytes) return Failure.BAD_POINTER;
  // A number that is not a GPIO gets its own error, below.
  if (command.isGated && p1 <= MAX_GPIO && !daemon.board.permits(p1)) return Failure.NOT_PERMITTED;
  if (p1 > command.maxP1) return command.p1Failure;
  if (p2 < command.minP2 || p2 > command.maxP2) return command.p2Failure;
  return command.run(request, daemon, caller);
}
