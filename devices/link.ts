import {
  catchError,
  combineLatest,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  Subject,
  skip,
  startWith,
  tap,
  withLatestFrom,
} from 'rxjs';
import type { Bus, BusMessage, PublishOptions } from '../hub/core/bus.ts';
import { type HubError, toHubError } from '../hub/core/error.ts';
import type { Log } from './log.ts';
import { latestWins } from './pipeline/latest-wins.ts';
import type { Pace } from './pipeline/pace.ts';

/** A bus that may report when it is connected to its hub, as a hub's client does. */
export interface DeviceBus extends Bus {
  readonly connection$?: Observable<{ readonly status: string }>;
}

/** Whether a device's pins can be reached, as published at `…/status`. */
export type Status = 'online' | 'offline';

/** The most characters of a refused payload that the error repeats. */
const PAYLOAD_SHOWN = 100;

/** One device's own topics on the bus. If the hub refuses a publication or subscription, that is logged, and the device goes on. */
export class DeviceLink {
  /** `lab/led/21`. */
  readonly topic: string;
  readonly pace: Pace;
  /** Emits when the hub is lost. The hub found next may know nothing of what we published. */
  readonly disconnected$: Observable<unknown>;
  /** Emits when a hub is found again. */
  readonly reconnected$: Observable<unknown>;
  /** Emits when every retained message for our subscriptions has arrived. */
  readonly settled$: Observable<void>;
  readonly #bus: DeviceBus;
  readonly #log: Log;
  readonly #settled = new Subject<void>();
  readonly #errors = new Subject<string>();
  /** Emits when somebody else published a status for this device. */
  readonly #contradicted = new Subject<void>();

  constructor(topic: string, bus: DeviceBus, pace: Pace, log: Log) {
    this.topic = topic;
    this.pace = pace;
    this.#bus = bus;
    this.#log = log;
    this.settled$ = this.#settled.asObservable();
    const changes$ = bus.connection$?.pipe(connectionChanges) ?? EMPTY;
    this.disconnected$ = changes$.pipe(filter((isOnline) => !isOnline));
    this.reconnected$ = changes$.pipe(filter((isOnline) => isOnline));
  }

  /** Other clients' messages on one of the device's topics. Errors as `Bus.messages` does. */
  messages(name: string): Observable<BusMessage> {
    return this.#bus.messages(`${this.topic}/${name}`, { noLocal: true });
  }

  /** Publishes when subscribed to; completes when the hub has accepted or refused the message. */
  publish(name: string, payload: string, options: PublishOptions): Observable<void> {
    return defer(() => this.#bus.publish(`${this.topic}/${name}`, payload, options)).pipe(
      catchError((error) => this.#logFailure(error, `${name} was not published`)),
    );
  }

  /** Keeps a retained topic equal to the latest text: at most one publication per interval; the last text is always published. */
  publishState(name: string, text$: Observable<string>): Observable<never> {
    const occasions$ = merge(this.reconnected$, this.#contradicted).pipe(startWith(undefined));
    return combineLatest([text$.pipe(distinctUntilChanged()), occasions$]).pipe(
      latestWins(([text]) => this.publish(name, text, { retain: true }), this.pace),
      ignoreElements(),
    );
  }

  /** Publishes an error at `…/error`, and logs it. */
  report(error: unknown): void {
    const { code, message } = toHubError(error);
    // Our own error codes need no stack. Any other error is a bug, and its stack helps to find it.
    const details =
      code === 'internal' ? { device: this.topic, code, err: error } : { device: this.topic, code };
    this.#log.warn(details, `${this.topic}: ${message}`);
    this.#errors.next(JSON.stringify({ code, message }));
  }

  /** Publishes at `…/error` why a payload is refused. It is not logged: it concerns the sender, not the hub's operator. */
  refuse({ code, message }: HubError, payload = ''): void {
    this.#errors.next(JSON.stringify({ code, message, payload: payload.slice(0, PAYLOAD_SHOWN) }));
  }

  /** Publishes every error while subscribed to, without throttling: each sender must learn that its payload was refused, whatever others send. */
  reports(): Observable<never> {
    return this.#errors.pipe(
      mergeMap((error) => this.publish('error', error, {})),
      ignoreElements(),
    );
  }

  /**
   * Publishes the status while subscribed to. If another status appears while we are online (the last will of a connection that this one
   * replaced, or of a second program running the same device), publishes the status and all other state of the device again.
   */
  presence(status$: Observable<Status>): Observable<never> {
    const echoes$ = this.#bus.messages(`${this.topic}/status`).pipe(
      withLatestFrom(status$),
      filter(([, status]) => status === 'online'),
      tap(([{ text, retained }]) => {
        if (text !== 'online') this.#contradicted.next();
        // The hub delivers in order: when our own status comes back, all retained messages have already arrived.
        else if (!retained) this.#settled.next();
      }),
    );
    return merge(echoes$, this.publishState('status', status$)).pipe(
      ignoreElements(),
      catchError((error) => this.#logFailure(error, 'cannot follow its status topic')),
    );
  }

  #logFailure(error: unknown, what: string): Observable<never> {
    this.#log.warn(
      { device: this.topic, err: error },
      `${this.topic}: ${what}: ${toHubError(error).message}`,
    );
    return EMPTY;
  }
}

/** Skips the initial state of the connection, which is not a change. */
function connectionChanges(connection$: Observable<{ readonly status: string }>): Observable<boolean> {
  return connection$.pipe(
    map(({ status }) => status === 'online'),
    distinctUntilChanged(),
    skip(1),
  );
}
