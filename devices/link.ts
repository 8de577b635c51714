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

/** A bus that says, where it can, when it stands connected to its hub; a hub's client does. */
export interface DeviceBus extends Bus {
  readonly connection$?: Observable<{ readonly status: string }>;
}

/** Whether a device's pins can be reached, as published at `…/status`. */
export type Status = 'online' | 'offline';

/** The most of a refused payload that is sent back with the error, characters. */
const PAYLOAD_SHOWN = 100;

/** One device's own topics on the bus. What the hub will not have is logged, and the device goes on. */
export class DeviceLink {
  /** `lab/led/21`. */
  readonly topic: string;
  readonly pace: Pace;
  /** Each time that the hub is lost. The one that is found then may know nothing of what we published. */
  readonly disconnected$: Observable<unknown>;
  /** Each time that a hub is found again. */
  readonly reconnected$: Observable<unknown>;
  /** Each time that all that the hub retains for what we subscribed to has come. */
  readonly settled$: Observable<void>;
  readonly #bus: DeviceBus;
  readonly #log: Log;
  readonly #settled = new Subject<void>();
  readonly #errors = new Subject<string>();
  /** Each time that somebody else has spoken for this device. */
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

  /** What others publish to one of the device's topics. Errors as `Bus.messages` does. */
  messages(name: string): Observable<BusMessage> {
    return this.#bus.messages(`${this.topic}/${name}`, { noLocal: true });
  }

  /** Publishes when subscribed to; completes when the hub has it, or has refused it. */
  publish(name: string, payload: string, options: PublishOptions): Observable<void> {
    return defer(() => this.#bus.publish(`${this.topic}/${name}`, payload, options)).pipe(
      catchError((error) => this.#logFailure(error, `${name} was not published`)),
    );
  }

  /** Keeps a retained topic at the present text: at most one publication per interval, the last always. */
  publishState(name: string, text$: Observable<string>): Observable<never> {
    const occasions$ = merge(this.reconnected$, this.#contradicted).pipe(startWith(undefined));
    return combineLatest([text$.pipe(distinctUntilChanged()), occasions$]).pipe(
      latestWins(([text]) => this.publish(name, text, { retain: true }), this.pace),
      ignoreElements(),
    );
  }

  /** Says at `…/error`, and in the log, what went wrong. */
  report(error: unknown): void {
    const { code, message } = toHubError(error);
    // A fault that we name ourselves needs no stack; any other is a bug, and its stack is what finds it.
    const details =
      code === 'internal' ? { device: this.topic, code, err: error } : { device: this.topic, code };
    this.#log.warn(details, `${this.topic}: ${message}`);
    this.#errors.next(JSON.stringify({ code, message }));
  }

  /** Says at `…/error` why a payload is refused: that concerns its sender, not whoever reads the log. */
  refuse({ code, message }: HubError, payload = ''): void {
    this.#errors.next(JSON.stringify({ code, message, payload: payload.slice(0, PAYLOAD_SHOWN) }));
  }

  /** Publishes every error while subscribed to, at once: whoever has sent what is refused is to hear of it, whatever others send. */
  reports(): Observable<never> {
    return this.#errors.pipe(
      mergeMap((error) => this.publish('error', error, {})),
      ignoreElements(),
    );
  }

  /**
   * Publishes the status while subscribed to. One that contradicts us while we are online (the last will of a connection
   * that this one has replaced, or of a second program that ran the same device) is corrected, with all else that we say of the device.
   */
  presence(status$: Observable<Status>): Observable<never> {
    const echoes$ = this.#bus.messages(`${this.topic}/status`).pipe(
      withLatestFrom(status$),
      filter(([, status]) => status === 'online'),
      tap(([{ text, retained }]) => {
        if (text !== 'online') this.#contradicted.next();
        // The hub delivers in order: before our own word comes back, all that it retained for us has come.
        else if (!retained) this.#settled.next();
      }),
    );
    return merge(echoes$, this.publishState('status', status$)).pipe(
      ignoreElements(),
      catchError((error) => this.#logFailure(error, 'cannot follow what is said of its status')),
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

/** How the connection stands to begin with is no change. */
function connectionChanges(connection$: Observable<{ readonly status: string }>): Observable<boolean> {
  return connection$.pipe(
    map(({ status }) => status === 'online'),
    distinctUntilChanged(),
    skip(1),
  );
}
