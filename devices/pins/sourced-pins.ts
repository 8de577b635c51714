import {
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  map,
  type Observable,
  pairwise,
  startWith,
  switchMap,
} from 'rxjs';
import { HubError } from '../../hub/core/error.ts';
import { Ownership } from './ownership.ts';
import type { PinSource } from './pin-source.ts';
import type { InputOptions, InputPin, OutputPin, Pins, PinsHealth, PwmPin } from './pins.ts';

/** The use that a pin is claimed for. */
export type PinUse = 'pwm' | 'output' | 'input';

const USES: Readonly<Record<PinUse, string>> = { pwm: 'given PWM', output: 'an output', input: 'an input' };

/** A failed claim. Each failure is a new object, so that a repeated failure counts as a change. */
interface Refusal {
  readonly isRefusal: true;
}

/** Claims a pin from a source, if the source reaches it. */
type Opening<P> = (source: PinSource, onReleased: () => void) => Promise<P | undefined> | undefined;

export interface SourcedPinsOptions {
  /** The driver's name, as in `--driver`. */
  readonly driver: string;
  /** The available BCM numbers, ascending. */
  readonly gpios: readonly number[];
  /** Tried in this order; the first source that reaches a pin gets it. */
  readonly sources: readonly PinSource[];
  /** Explains why no source reaches a pin, and what to do about it. */
  explain?(use: PinUse, gpio: number): string;
  /** Looks again for a missing source that a pin needs. Resolves to whether it is there now. */
  lookAgain?(): Promise<boolean>;
}

/** Pins reached in several ways; each claim chooses the way for its pin. */
export class SourcedPins implements Pins {
  readonly driver: string;
  readonly gpios: readonly number[];
  readonly health$: Observable<PinsHealth>;
  readonly #options: SourcedPinsOptions;
  readonly #ownership: Ownership;
  /** The source of each claimed pin, or its last claim's failure. */
  readonly #reached = new BehaviorSubject<ReadonlyMap<number, PinSource | Refusal>>(new Map());
  #isClosed = false;

  constructor(options: SourcedPinsOptions) {
    this.driver = options.driver;
    this.gpios = options.gpios;
    this.#options = options;
    this.#ownership = new Ownership(options.gpios);
    this.health$ = this.#reached.pipe(
      map((reached) => usedSources(reached.values())),
      map((used) => (used.length > 0 ? used : options.sources)),
      switchMap((sources) => combineLatest(sources.map(({ health$ }) => health$))),
      map(jointHealth),
      distinctUntilChanged((one, other) => one.status === other.status),
    );
  }

  healthOf(gpio: number): Observable<PinsHealth> {
    const { sources } = this.#options;
    return this.#reached.pipe(
      map((reached) => reached.get(gpio)),
      distinctUntilChanged(),
      switchMap((source) => {
        if (source === undefined)
          return combineLatest(sources.map(({ health$ }) => health$)).pipe(map(jointHealth));
        if (!isRefusal(source)) return healthOn(source, gpio);
        return refusedHealth(combineLatest(sources.map((source) => healthOn(source, gpio))));
      }),
      distinctUntilChanged((one, other) => one.status === other.status),
    );
  }

  pwm(gpio: number, owner: string): Promise<PwmPin> {
    return this.#claim('pwm', gpio, owner, (source, onReleased) => source.pwm?.(gpio, onReleased));
  }

  output(gpio: number, owner: string): Promise<OutputPin> {
    return this.#claim('output', gpio, owner, (source, onReleased) => source.output?.(gpio, onReleased));
  }

  input(gpio: number, owner: string, options: InputOptions = {}): Promise<InputPin> {
    return this.#claim('input', gpio, owner, (source, onReleased) =>
      source.input?.(gpio, options, onReleased),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#options.sources.map((source) => source.close()));
  }

  async #claim<P>(use: PinUse, gpio: number, owner: string, open: Opening<P>): Promise<P> {
    if (this.#isClosed) throw new HubError('driver/unavailable', 'the driver was closed');
    this.#ownership.claim(gpio, owner);
    try {
      return await this.#open(use, gpio, open);
    } catch (error) {
      this.#ownership.release(gpio);
      this.#note(gpio, { isRefusal: true });
      throw error;
    }
  }

  async #open<P>(use: PinUse, gpio: number, open: Opening<P>): Promise<P> {
    try {
      return await this.#openNow(use, gpio, open);
    } catch (error) {
      if (!isSourceMissing(error) || !(await this.#options.lookAgain?.())) throw error;
      return this.#openNow(use, gpio, open);
    }
  }

  async #openNow<P>(use: PinUse, gpio: number, open: Opening<P>): Promise<P> {
    for (const source of this.#options.sources) {
      const pin = await open(source, () => this.#free(gpio));
      if (!pin) continue;
      this.#note(gpio, source);
      return pin;
    }
    throw new HubError('pin/unsupported', this.#explain(use, gpio));
  }

  #explain(use: PinUse, gpio: number): string {
    const generally = `GPIO ${gpio} cannot be ${USES[use]} with the driver ${this.driver}`;
    return this.#options.explain?.(use, gpio) ?? generally;
  }

  #free(gpio: number): void {
    this.#ownership.release(gpio);
    this.#note(gpio, undefined);
  }

  #note(gpio: number, source: PinSource | Refusal | undefined): void {
    const reached = new Map(this.#reached.value);
    if (source) reached.set(gpio, source);
    else reached.delete(gpio);
    this.#reached.next(reached);
  }
}

function usedSources(sources: Iterable<PinSource | Refusal>): PinSource[] {
  return [...new Set(sources)].filter((source): source is PinSource => !isRefusal(source));
}

function isRefusal(source: PinSource | Refusal): source is Refusal {
  return 'isRefusal' in source;
}

const ONLINE: PinsHealth = { status: 'online' };

function healthOn(source: PinSource, gpio: number): Observable<PinsHealth> {
  return source.healthOf?.(gpio) ?? source.health$;
}

/** Online while any source is. A lost pin reports that when it is written, and must not take the other pins offline. */
function jointHealth(all: readonly PinsHealth[]): PinsHealth {
  const [first] = all;
  return all.find(({ status }) => status === 'online') ?? first ?? ONLINE;
}

/** The status of a refused pin: offline while any source that may reach it is away, online when one is back, so that the device claims it again. */
function refusedHealth(healths$: Observable<readonly PinsHealth[]>): Observable<PinsHealth> {
  return healths$.pipe(
    startWith([]),
    pairwise(),
    map(([before, now]) => {
      const isOneBack = now.some(
        ({ status }, source) => status === 'online' && before[source]?.status === 'offline',
      );
      return isOneBack ? ONLINE : (now.find(({ status }) => status === 'offline') ?? ONLINE);
    }),
  );
}

function isSourceMissing(error: unknown): boolean {
  return error instanceof HubError && ['pin/unsupported', 'driver/unavailable'].includes(error.code);
}
