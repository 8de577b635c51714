import { HubError } from '../../core/error.ts';
import { StuckDetector } from '../../limits/outlet.ts';
import { MqttError, ReasonCode } from './codec/index.ts';
import type { MqttLimits } from './limits.ts';

/** A client may be silent for 1.5 times its keep alive. [MQTT-3.1.2-22] */
const PATIENCE = 1.5;

/** The state of a connection, as far as `Watch` needs it. */
interface Watched {
  /** Seconds, 0 for none; `undefined` before the client is accepted. */
  readonly keepAlive: number | undefined;
  /** Whether the client's CONNECT has come. */
  readonly hasConnect: boolean;
  /** Whether the client's buffer is full. */
  readonly isFull: boolean;
  /** Whether the hub has stopped reading. */
  readonly isPaused: boolean;
  /** Whether an authentication is under way. */
  readonly isDeciding: boolean;
}

/** Keeps the deadlines of one connection: for its CONNECT, for its authentication, for reading, and its keep alive. */
export class Watch {
  readonly #limits: MqttLimits;
  /** When the last bytes were noticed; before the client is accepted, when the connection was opened. */
  #receivedAt: number;
  /** Whether bytes have come since the last look. Reading the clock for each chunk would cost more than most packets do. */
  #hasReceived = false;
  readonly #stuck: StuckDetector;
  #decidingSince: number | undefined;

  constructor(limits: MqttLimits, now: number) {
    this.#limits = limits;
    this.#stuck = new StuckDetector(limits.stuckSeconds);
    this.#receivedAt = now;
  }

  received(): void {
    this.#hasReceived = true;
  }

  drained(): void {
    this.#stuck.drained();
  }

  /** The reason why the connection must be closed now; `undefined` if it may stay. */
  reasonToClose(now: number, watched: Watched): HubError | undefined {
    const { keepAlive, isFull, isPaused, isDeciding } = watched;
    const { stuckSeconds, connectSeconds } = this.#limits;
    if (keepAlive === undefined) {
      return hasLasted(this.#receivedAt, now, connectSeconds) ? tooLong(watched, connectSeconds) : undefined;
    }
    if (this.#hasReceived) this.#receivedAt = now;
    this.#hasReceived = false;
    const isStuck = this.#stuck.check(now, isFull);
    this.#decidingSince = isDeciding ? (this.#decidingSince ?? now) : undefined;
    if (isStuck) {
      return new HubError('limit/exceeded', `the client has not read for ${stuckSeconds} s`);
    }
    if (hasLasted(this.#decidingSince, now, connectSeconds)) {
      return undecided();
    }
    const isLost = keepAlive > 0 && !isPaused && hasLasted(this.#receivedAt, now, keepAlive * PATIENCE);
    return isLost ? lost(keepAlive) : undefined;
  }
}

function hasLasted(since: number | undefined, now: number, seconds: number): boolean {
  return since !== undefined && now - since >= seconds * 1000;
}

/** The reason why a client was not accepted in time: the client may wait for the hub, or the hub for the client. */
function tooLong({ hasConnect, isDeciding }: Watched, seconds: number): HubError {
  if (isDeciding) return undecided();
  const missing = hasConnect ? 'next AUTH' : 'CONNECT';
  const message = `the ${missing} did not arrive within ${seconds} s of connecting`;
  return new MqttError('limit/exceeded', message, ReasonCode.UnspecifiedError);
}

function undecided(): HubError {
  const message = 'the credentials could not be checked in time; try again later';
  return new MqttError('limit/exceeded', message, ReasonCode.ServerBusy);
}

function lost(keepAlive: number): HubError {
  const message = `nothing was received for one and a half times the keep alive of ${keepAlive} s`;
  return new MqttError('session/closed', message, ReasonCode.KeepAliveTimeout);
}
