import {
  debounceTime,
  defer,
  EMPTY,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  type Observable,
  ReplaySubject,
  Subject,
  tap,
} from 'rxjs';
import type { DeviceLink } from './link.ts';
import { latestWins } from './pipeline/latest-wins.ts';
import { type Parsed, type Parser, parse } from './pipeline/parse.ts';

/** What a property is called, and how its values are read, limited and written. */
export interface PropertySpec<T> {
  /** The level after the device's topic: `duty`. */
  readonly name: string;
  /** What is desired while nobody has said anything. */
  readonly initial: T;
  /** Reads a payload; throws `payload/invalid`, or another `HubError` where no value is taken at all. */
  readonly parse: Parser<T>;
  /** The nearest value that is allowed; must return the value itself where it is. */
  readonly limit?: (value: T) => T;
  /** Writes the canonical payload. */
  readonly format: (value: T) => string;
}

/** A property as the kind sees it: what is desired, and a place to show what is actual. */
export interface Property<T> {
  /** What is desired now. */
  readonly value: T;
  /**
   * What is desired: the present value, once it is known what the hub retains, then every good request, also
   * one that asks for the same again (another program may have changed the pin since).
   */
  readonly desired$: Observable<T>;
  /** Publishes what the property really is at `<name>/actual`, retained: at most one per interval, the last always. */
  show(actual$: Observable<T>): Observable<never>;
}

/** A property as the running device sees it, whatever its values are. */
export interface LiveProperty {
  /** Listens for requests and heals what is retained, while subscribed to. */
  run(): Observable<never>;
  /** Publishes the desired value where the hub may not retain it; completes when the hub has it. */
  retain(): Observable<void>;
}

/** How long a value must stand before it is retained for a publisher who did not ask for that, milliseconds. */
export const REST_MS = 300;

type Heal = 'now' | 'at rest';

/**
 * One property of a device, whose desired value this is the authority for: requests that are out of range or
 * no value at all are answered with the canonical value, so that the hub retains it and every slider agrees.
 */
export class DesiredProperty<T> implements Property<T>, LiveProperty {
  readonly desired$: Observable<T>;
  readonly #spec: PropertySpec<T>;
  readonly #link: DeviceLink;
  readonly #desired = new ReplaySubject<T>(1);
  readonly #heal = new Subject<Heal>();
  #value: T;
  /** What the hub retains as far as we can know: a publisher's own retain flag is not passed on to us. */
  #retained: string | undefined;
  #isSettled = false;
  #isPublishing = false;

  constructor(link: DeviceLink, spec: PropertySpec<T>) {
    this.#link = link;
    this.#spec = spec;
    this.#value = spec.initial;
    this.desired$ = this.#desired.asObservable();
  }

  get value(): T {
    return this.#value;
  }

  get #canonical(): string {
    return this.#spec.format(this.#value);
  }

  show(actual$: Observable<T>): Observable<never> {
    return this.#link.publishState(`${this.#spec.name}/actual`, actual$.pipe(map(this.#spec.format)));
  }

  run(): Observable<never> {
    const { name, parse: parser } = this.#spec;
    const requests$ = this.#link.messages(name).pipe(
      parse(parser),
      tap((parsed) => this.#receive(parsed)),
    );
    const settles$ = this.#link.settled$.pipe(tap(() => this.#settle()));
    const losses$ = this.#link.disconnected$.pipe(tap(() => this.#forget()));
    return merge(this.#heals$(), losses$, settles$, requests$).pipe(ignoreElements());
  }

  retain(): Observable<void> {
    return defer(() => {
      if (!this.#isSettled || this.#retained === this.#canonical) return EMPTY;
      this.#retained = this.#canonical;
      this.#isPublishing = true;
      return this.#link.publish(this.#spec.name, this.#canonical, { retain: true });
    }).pipe(
      finalize(() => {
        this.#isPublishing = false;
      }),
    );
  }

  #receive({ message, ...parsed }: Parsed<T>): void {
    if (message.retained || message.text !== this.#retained) {
      this.#retained = message.retained ? message.text : undefined;
    }
    if (parsed.refusal) {
      this.#link.refuse(parsed.refusal, message.text);
      this.#retained = undefined;
      this.#heal.next('now');
    } else {
      this.#request(parsed.value);
    }
  }

  #request(wanted: T): void {
    const { limit = same } = this.#spec;
    this.#value = limit(wanted);
    // Until all that is retained has come, the last word on what is desired has not been said.
    if (this.#isSettled) this.#desired.next(this.#value);
    // A request that crosses our own correction has come first to the hub, which now retains the correction.
    const isRight = this.#value === wanted && !this.#isPublishing;
    this.#heal.next(isRight ? 'at rest' : 'now');
  }

  #settle(): void {
    if (!this.#isSettled) {
      this.#isSettled = true;
      this.#desired.next(this.#value);
    }
    this.#heal.next('now');
  }

  /** The hub that comes next may be another, which retains nothing. */
  #forget(): void {
    this.#retained = undefined;
  }

  #heals$(): Observable<void> {
    const { pace } = this.#link;
    const now$ = this.#heal.pipe(filter((when) => when === 'now'));
    const atRest$ = this.#heal.pipe(debounceTime(REST_MS, pace.scheduler));
    return merge(now$, atRest$).pipe(latestWins(() => this.retain(), pace));
  }
}

function same<T>(value: T): T {
  return value;
}
