import { HubError } from '../../core/error.ts';
import { MqttError, ReasonCode } from './codec/index.ts';
import type { MqttLimits } from './limits.ts';

/** Keep alive leaves a client half as much again. [MQTT-3.1.2-22] */
const PATIENCE = 1.5;

/** What is watched of a connection. */
export interface Watched {
  /** The keep alive that holds, seconds, 0 for none; `undefined` before the client is let in. */
  readonly keepAlive: number | undefined;
  /** Whether more is due to the client than its buffer takes. */
  readonly isFull: boolean;
  /** Whether the client is not listened to now. */
  readonly isUnheard: boolean;
  /** Whether access is deciding about the client. */
  readonly isDeciding: boolean;
}

/** Watches the clock for one connection: for a CONNECT or a decision that does not come, and for a client that is silent or stuck. */
export class Watch {
  readonly #limits: MqttLimits;
  /** When the last bytes came; of who has not been let in, when the connection was made. */
  #heardAt: number;
  #fullSince: number | undefined;
  #decidingSince: number | undefined;

  constructor(limits: MqttLimits, now: number) {
    this.#limits = limits;
    this.#heardAt = now;
  }

  heard(now: number): void {
    this.#heardAt = now;
  }

  drained(): void {
    this.#fullSince = undefined;
  }

  /** Why the connection is to be closed now, if it is. */
  reasonToClose(now: number, { keepAlive, isFull, isUnheard, isDeciding }: Watched): HubError | undefined {
    if (keepAlive === undefined)
      return this.#isSilent(now, this.#limits.connectSeconds) ? tooLate() : undefined;
    this.#fullSince = isFull ? (this.#fullSince ?? now) : undefined;
    this.#decidingSince = isDeciding ? (this.#decidingSince ?? now) : undefined;
    const { stuckSeconds, connectSeconds } = this.#limits;
    if (hasLasted(this.#fullSince, now, stuckSeconds)) return stuck(stuckSeconds);
    if (hasLasted(this.#decidingSince, now, connectSeconds)) return undecided(connectSeconds);
    const isLost = keepAlive > 0 && !isUnheard && this.#isSilent(now, keepAlive * PATIENCE);
    return isLost ? lost(keepAlive) : undefined;
  }

  #isSilent(now: number, seconds: number): boolean {
    return now - this.#heardAt >= seconds * 1000;
  }
}

function hasLasted(since: number | undefined, now: number, seconds: number): boolean {
  return since !== undefined && now - since >= seconds * 1000;
}

function tooLate(): HubError {
  return new MqttError('limit/exceeded', 'the CONNECT did not come in time', ReasonCode.UnspecifiedError);
}

function stuck(seconds: number): HubError {
  return new HubError('limit/exceeded', `the client has not read for ${seconds} s`);
}

function undecided(seconds: number): HubError {
  const message = `the authentication was not over after ${seconds} s`;
  return new MqttError('limit/exceeded', message, ReasonCode.UnspecifiedError);
}

function lost(keepAlive: number): HubError {
  const message = `nothing was heard for one and a half times the keep alive of ${keepAlive} s`;
  return new MqttError('session/closed', message, ReasonCode.KeepAliveTimeout);
}
