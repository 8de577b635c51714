import { BehaviorSubject, combineLatest, distinctUntilChanged, map, type Observable, switchMap } from 'rxjs';
import { HubError } from '../../hub/core/error.ts';
import { Ownership } from './ownership.ts';
import type { PinSource } from './pin-source.ts';
import type { InputOptions, InputPin, OutputPin, Pins, PinsHealth, PwmPin } from './pins.ts';

/** What a pin is asked for. */
export type PinUse = 'pwm' | 'output' | 'input';

const USES: Readonly<Record<PinUse, string>> = { pwm: 'given PWM', output: 'an output', input: 'an input' };

/** Claims a pin from a source, if that leads to it. */
type Opening<P> = (source: PinSource, onReleased: () => void) => Promise<P> | undefined;

export interface SourcedPinsOptions {
  /** The driver's name, as in `--driver`. */
  readonly driver: string;
  /** The BCM numbers that may be had, ascending. */
  readonly gpios: readonly number[];
  /** Asked in this order; the first that leads to a pin has it. */
  readonly sources: readonly PinSource[];
  /** Why no source leads to a pin, and what to do about it. */
  explain?(use: PinUse, gpio: number): string;
  /** Looks again for a source that was not there, as a pin needs it. Resolves to whether it is there now. */
  lookAgain?(): Promise<boolean>;
}

/** Pins that are reached in several ways, decided for each pin when it is claimed. */
export class SourcedPins implements Pins {
  readonly driver: string;
  readonly health$: Observable<PinsHealth>;
  readonly #options: SourcedPinsOptions;
  readonly #ownership: Ownership;
  /** How each claimed pin is reached; `refused` if its last claim failed. */
  readonly #reached = new BehaviorSubject<ReadonlyMap<number, PinSource | 'refused'>>(new Map());
  #isClosed = false;

  constructor(options: SourcedPinsOptions) {
    this.driver = options.driver;
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
    const all$ = combineLatest(this.#options.sources.map(({ health$ }) => health$));
    return this.#reached.pipe(
      map((reached) => reached.get(gpio)),
      distinctUntilChanged(),
      switchMap((way) => {
        if (way === undefined) return all$.pipe(map(jointHealth));
        return way === 'refused' ? all$.pipe(map(completeHealth)) : way.health$;
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
      this.#note(gpio, 'refused');
      throw error;
    }
  }

  async #open<P>(use: PinUse, gpio: number, open: Opening<P>): Promise<P> {
    try {
      return await this.#openNow(use, gpio, open);
    } catch (error) {
      if (!isWayMissing(error) || !(await this.#options.lookAgain?.())) throw error;
      return this.#openNow(use, gpio, open);
    }
  }

  async #openNow<P>(use: PinUse, gpio: number, open: Opening<P>): Promise<P> {
    for (const source of this.#options.sources) {
      const opening = open(source, () => this.#free(gpio));
      if (!opening) continue;
      const pin = await opening;
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

  #note(gpio: number, way: PinSource | 'refused' | undefined): void {
    const reached = new Map(this.#reached.value);
    if (way) reached.set(gpio, way);
    else reached.delete(gpio);
    this.#reached.next(reached);
  }
}

function usedSources(ways: Iterable<PinSource | 'refused'>): PinSource[] {
  return [...new Set(ways)].filter((way) => way !== 'refused');
}

/** Online as long as any way is: a pin that is lost says so when it is written, and must not take the others with it. */
function jointHealth(all: readonly PinsHealth[]): PinsHealth {
  const [first] = all;
  return all.find(({ status }) => status === 'online') ?? first ?? { status: 'online' };
}

/** Of a pin that was refused: offline while any way is away that may lead to it, so that it is asked for again when that is back. */
function completeHealth(all: readonly PinsHealth[]): PinsHealth {
  return all.find(({ status }) => status === 'offline') ?? { status: 'online' };
}

function isWayMissing(error: unknown): boolean {
  return error instanceof HubError && ['pin/unsupported', 'driver/unavailable'].includes(error.code);
}
