import { MAX_GPIO, MAX_USER_GPIO } from '../board/gpios.ts';
import type { Daemon } from './daemon.ts';
import { Failure } from './failure.ts';
import type { ReportSink } from './notifier.ts';

/** The highest number that a parameter can be. */
const MAX_WORD = 0xffffffff;

/** A request as it came. */
export interface Request {
  readonly command: number;
  readonly p1: number;
  readonly p2: number;
  /** How long the extension is. */
  readonly extensionBytes: number;
  readonly extension: DataView;
}

/** The connection that a request came on. */
export interface Caller extends ReportSink {
  /** Answers nothing more for so long, microseconds. */
  block(us: number): void;
  /** Calls back once it is closed. */
  onClosed(callback: () => void): void;
}

/** One command: what is checked, in this order, before it runs, and what it then does. */
export interface Command {
  readonly name: string;
  /** The extension has at least so many bytes. */
  readonly extensionBytes?: number;
  /** `p1` is a GPIO that the update mask must let be changed. */
  readonly isGated?: boolean;
  /** `p1` is a GPIO: any of the chip's, or one of those that DMA reaches. */
  readonly gpio?: 'any' | 'user';
  /** Between what `p2` must be, and the answer where it is not. */
  readonly p2?: { readonly least: number; readonly most: number; readonly failure: number };
  /** What `run` would refuse for its values alone, 0 if nothing: real pins are not touched for it. */
  readonly refuse?: (request: Request, daemon: Daemon) => number;
  /**
   * The result: 32 bits, and a failure where negative, unless the command's result has no sign. A promise of it, which never rejects, holds
   * up the connection; the request must be copied before, as it is valid within the call only.
   */
  readonly run: (request: Request, daemon: Daemon, caller: Caller) => number | Promise<number>;
}

/** A command with all that it leaves unsaid, so that every one has the same shape. */
export interface CheckedCommand {
  readonly extensionBytes: number;
  readonly isGated: boolean;
  /** The highest GPIO that `p1` may be, and the answer to one above it. */
  readonly maxP1: number;
  readonly p1Failure: number;
  readonly minP2: number;
  readonly maxP2: number;
  readonly p2Failure: number;
  readonly run: Command['run'];
}

/** Fills in what a command leaves unsaid. */
export function toChecked({ extensionBytes = 0, isGated = false, gpio, p2, run }: Command): CheckedCommand {
  const maxP1 = { any: MAX_GPIO, user: MAX_USER_GPIO, none: MAX_WORD }[gpio ?? 'none'];
  const p1Failure = gpio === 'user' ? Failure.BAD_USER_GPIO : Failure.BAD_GPIO;
  const { least: minP2, most: maxP2, failure: p2Failure } = p2 ?? { least: 0, most: MAX_WORD, failure: 0 };
  return { extensionBytes, isGated, maxP1, p1Failure, minP2, maxP2, p2Failure, run };
}

/** Checks a request by its command's rules and runs it. Returns the result. */
export function execute(
  command: CheckedCommand,
  request: Request,
  daemon: Daemon,
  caller: Caller,
): number | Promise<number> {
  const { p1, p2 } = request;
  // pigpiod would read what an earlier request has left in its buffer.
  if (request.extensionBytes < command.extensionBytes) return Failure.BAD_POINTER;
  // A number that is no GPIO is refused as such, below.
  if (command.isGated && p1 <= MAX_GPIO && !daemon.board.permits(p1)) return Failure.NOT_PERMITTED;
  if (p1 > command.maxP1) return command.p1Failure;
  if (p2 < command.minP2 || p2 > command.maxP2) return command.p2Failure;
  return command.run(request, daemon, caller);
}
