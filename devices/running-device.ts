import {
  catchError,
  combineLatest,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  first,
  firstValueFrom,
  forkJoin,
  ignoreElements,
  lastValueFrom,
  type MonoTypeOperatorFunction,
  map,
  merge,
  type Observable,
  ReplaySubject,
  retry,
  type Subscription,
  skipWhile,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { HubError, toHubError } from '../hub/core/error.ts';
import { Claims } from './claims.ts';
import type { PropertySchema } from './facts/property-info.ts';
import type { DeviceContext, DeviceInfo, DeviceKind, OpenDevice } from './kind.ts';
import type { DeviceLink, Status } from './link.ts';
import type { Meter } from './meter.ts';
import { meterOutput, meterPin } from './metered-pin.ts';
import type { Pins, PinsHealth } from './pins/pins.ts';
import { DesiredProperty, type LiveProperty, type ReadingSpec } from './property.ts';

/** How long closing waits for the hub to accept the final messages, milliseconds. */
const FAREWELL_MS = 1000;

/** The device to run, and the bus and pins that it uses. */
export interface DeviceSetup {
  readonly kind: DeviceKind;
  readonly id: string;
  /** A name for people, shown in `…/info`. */
  readonly name: string | undefined;
  readonly pins: Pins;
  readonly link: DeviceLink;
  readonly meter: Meter;
}

/**
 * A running device: it claims its pins as soon as the driver is online and follows its topics until it is
 * closed. If it cannot get its pins it reports why, goes offline, and tries again when the driver comes back.
 */
export class RunningDevice {
  readonly #setup: DeviceSetup;
  readonly #status = new ReplaySubject<Status>(1);
  readonly #begun = new ReplaySubject<HubError | undefined>(1);
  readonly #life: Subscription;
  #claims: Claims;
  #properties: LiveProperty[] = [];
  #readings: ReadingSpec<never>[] = [];

  constructor(setup: DeviceSetup) {
    this.#setup = setup;
    this.#claims = this.#newClaims();
    const attempts$ = defer(() => this.#attempt()).pipe(retry({ delay: (error) => this.#recover(error) }));
    this.#life = merge(setup.link.reports(), setup.link.presence(this.#status), attempts$).subscribe();
  }

  /** Resolves once the device has started, waits for its driver, or has failed to start: to the reason of that failure, else to nothing. */
  readonly firstFailure = firstValueFrom(this.#begun, { defaultValue: undefined });

  get topic(): string {
    return this.#setup.link.topic;
  }

  /** Stops, releases the pins (their light stays), makes the hub retain the desired values, and publishes `offline`. Never rejects. */
  async close(): Promise<void> {
    const { link } = this.#setup;
    const report = (error: unknown) => link.report(error);
    attempt(() => this.#life.unsubscribe(), report);
    this.#begun.complete();
    await this.#claims.release(report);
    const retained$ = this.#properties.map((property) => property.retain().pipe(ignoreFailure(report)));
    const farewell$ = merge(...retained$, link.publish('status', 'offline', { retain: true }));
    await lastValueFrom(farewell$.pipe(takeUntil(timer(FAREWELL_MS, link.pace.scheduler))), {
      defaultValue: undefined,
    });
  }

  /** Waits for the driver, claims the pins, and runs the kind's behavior; never completes. */
  #attempt(): Observable<never> {
    const { kind, pins } = this.#setup;
    this.#properties = [];
    this.#readings = [];
    return pins.health$.pipe(
      tap(({ status }) => {
        if (status === 'online') return;
        this.#status.next(status);
        this.#begun.next(undefined);
      }),
      first(isOnline),
      switchMap(() => kind.open(this.#context())),
      tap(() => this.#begun.next(undefined)),
      // The status comes last: it shows that everything else has been subscribed to.
      switchMap((device) => merge(this.#behavior(device), this.#listen(), this.#followHealth())),
      ignoreElements(),
    );
  }

  #context(): DeviceContext {
    const { id, pins, link, meter } = this.#setup;
    const now = () => link.pace.scheduler.now();
    return {
      id,
      pace: link.pace,
      meter,
      health$: pins.health$,
      pwm: async (gpio) => meterPin(await this.#claims.pwm(gpio), meter, now),
      output: async (gpio) => meterOutput(await this.#claims.output(gpio), meter, now),
      input: (gpio, options) => this.#claims.input(gpio, options),
      property: (spec) => {
        const property = new DesiredProperty(link, spec);
        this.#properties.push(property);
        return property;
      },
      reading: (spec, actual$) => {
        this.#readings.push(spec);
        return link.publishState(`${spec.name}/actual`, actual$.pipe(map(spec.format)));
      },
      report: (error) => link.report(error),
    };
  }

  #behavior({ info$, run$ }: OpenDevice): Observable<unknown> {
    const text$ = info$.pipe(map((info) => JSON.stringify(this.#describe(info))));
    return merge(run$, this.#setup.link.publishState('info', text$));
  }

  #listen(): Observable<never> {
    return merge(...this.#properties.map((property) => property.run()));
  }

  #describe(info: DeviceInfo): DeviceInfo {
    const { kind, pins, name } = this.#setup;
    const properties = this.#describeProperties();
    return { kind: kind.kind, name: name ?? this.topic, driver: pins.driver, ...info, properties };
  }

  /** The schemas from which pages draw each property without knowing the kind. */
  #describeProperties(): Record<string, PropertySchema> {
    const readings = this.#readings.map(({ name, schema }) => ({
      name,
      schema: schema && { ...schema, settable: false, actual: true },
    }));
    const described = [...this.#properties, ...readings].flatMap(({ name, schema }) =>
      schema ? [[name, schema] as const] : [],
    );
    return Object.fromEntries(described);
  }

  /** Each pin may be reached in its own way: the device is online while all its pins are. */
  #followHealth(): Observable<PinsHealth> {
    const { pins, link } = this.#setup;
    const healths = healthOf(this.#claims.gpios, pins);
    return combineLatest([pins.health$, ...healths]).pipe(
      map((all) => ({ all, worst: all.find(isOffline) ?? ONLINE })),
      distinctUntilChanged((one, other) => one.worst.status === other.worst.status),
      map(({ all: [driver], worst }) => {
        this.#status.next(worst.status);
        // The loss of all pins is reported once for all devices.
        if (isOnline(driver) && isOffline(worst))
          link.report(new HubError('driver/unavailable', worst.reason));
        return worst;
      }),
    );
  }

  /** After a failure: reports it, and emits when another attempt is worthwhile. */
  #recover(error: unknown): Observable<unknown> {
    const { link } = this.#setup;
    const { gpios } = this.#claims;
    link.report(error);
    this.#begun.next(toHubError(error));
    this.#status.next('offline');
    const release$ = defer(async () => {
      await this.#claims.release((failure) => link.report(failure));
      this.#claims = this.#newClaims();
    });
    return forkJoin([release$, merge(this.#pinsComeBack(gpios), link.reconnected$).pipe(take(1))]);
  }

  /** `health$` must never error; if it does, these pins do not come back. */
  #pinsComeBack(gpios: readonly number[]): Observable<unknown> {
    const { link, pins } = this.#setup;
    const all = [pins.health$, ...healthOf(gpios, pins)];
    return merge(...all.map(comesBack)).pipe(ignoreFailure((error) => link.report(error)));
  }

  #newClaims(): Claims {
    return new Claims(this.#setup.pins, this.#setup.link.topic);
  }
}

/** A kind may come from a plug-in: its errors must not keep the other devices from closing. */
function attempt(work: () => void, onFailure: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    onFailure(error);
  }
}

function ignoreFailure<T>(onFailure: (error: unknown) => void): MonoTypeOperatorFunction<T> {
  return catchError((error) => {
    onFailure(error);
    return EMPTY;
  });
}

const ONLINE: PinsHealth = { status: 'online' };

function isOnline({ status }: PinsHealth): boolean {
  return status === 'online';
}

function isOffline(health: PinsHealth): health is Extract<PinsHealth, { status: 'offline' }> {
  return health.status === 'offline';
}

/** The health of some pins, each by its own way, for a driver that has several ways. */
function healthOf(gpios: readonly number[], pins: Pins): Observable<PinsHealth>[] {
  return gpios.flatMap((gpio) => pins.healthOf?.(gpio) ?? []);
}

/** Emits when something offline, now or later, is online again. */
function comesBack(health$: Observable<PinsHealth>): Observable<unknown> {
  return health$.pipe(skipWhile(isOnline), filter(isOnline));
}
