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
import type { PropertySchema } from './facts/property-info.ts';
import type { DeviceLink } from './link.ts';
import { latestWins } from './pipeline/latest-wins.ts';
import { type Parsed, type Parser, parse } from './pipeline/parse.ts';

/** What values a property has, for pages that do not know its kind. */
export type ValueSchema = Omit<PropertySchema, 'settable' | 'actual' | 'momentary'>;

/** A property's name, how its values are written, and how pages draw it. */
export interface ReadingSpec<T> {
  /** The level after the device's topic: `duty`. */
  readonly name: string;
  /** Writes the canonical payload. */
  readonly format: (value: T) => string;
  /** Its entry in the `properties` of `…/info`; without one it has none there. */
  readonly schema?: ValueSchema;
}

/** What a property is called, and how its values are read, limited and written. */
export interface PropertySpec<T> extends ReadingSpec<T> {
  /** What is desired while nobody has said anything. */
  readonly initial: T;
  /** Reads a payload; throws `payload/invalid`, or another `HubError` if no value is taken at all. */
  readonly parse: Parser<T>;
  /** The nearest value that is allowed; must return the value itself if it is allowed. */
  readonly limit?: (value: T) => T;
  /** Whether anybody may set it, as pages are told. Default true. */
  readonly isSettable?: boolean;
  /**
   * Whether a value holds only for as long as somebody holds it, as a press does. It is never retained, and returns to `initial` when the
   * hub is lost, as nobody can let go then. Default false.
   */
  readonly isMomentary?: boolean;
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
  readonly name: string;
  /** How pages draw it; `undefined` if they are not told. */
  readonly schema: PropertySchema | undefined;
  /** Listens for requests and heals what is retained, while subscribed to. */
  run(): Observable<never>;
  /** Has the hub retain the desired value if it does not; completes when it has. */
  retain(): Observable<void>;
}

/** How long a value must stand before it is retained for a publisher who did not ask for that, milliseconds. */
export const REST_MS = 300;

/** A value that somebody wants, and the nearest that is allowed. */
interface Request<T> {
  readonly wanted: T;
  readonly allowed: T;
}

type Heal = 'now' | 'at rest';

/** What a momentary property leaves on the hub: nothing. Publishing it clears the topic. */
const NOTHING = '';

/**
 * One property of a device. The device is the authority for its desired value: it answers requests that are out of range or no value at all
 * with the canonical value, so that the hub retains it and every slider agrees. It does not repeat what the hub retains already: a late
 * echo would move other people's sliders back.
 */
export class DesiredProperty<T> implements Property<T>, LiveProperty {
  readonly desired$: Observable<T>;
  readonly #spec: PropertySpec<T>;
  readonly #link: DeviceLink;
  readonly #desired = new ReplaySubject<T>(1);
  readonly #heal = new Subject<Heal>();
  #value: T;
  /** What the hub retains as far as we know; `undefined` if it must be told in any case. */
  #retained: string | undefined;
  #isSettled = false;
  #isPublishing = false;
  #hasActual = false;

  constructor(link: DeviceLink, spec: PropertySpec<T>) {
    this.#link = link;
    this.#spec = spec;
    this.#value = spec.initial;
    this.#retained = this.#unknown;
    this.desired$ = this.#desired.asObservable();
  }

  get name(): string {
    return this.#spec.name;
  }

  get value(): T {
    return this.#value;
  }

  get schema(): PropertySchema | undefined {
    const { schema, isSettable = true, isMomentary = false } = this.#spec;
    if (!schema) return undefined;
    return {
      ...schema,
      settable: isSettable,
      actual: this.#hasActual,
      ...(isMomentary && { momentary: true }),
    };
  }

  show(actual$: Observable<T>): Observable<never> {
    this.#hasActual = true;
    return this.#link.publishState(`${this.name}/actual`, actual$.pipe(map(this.#spec.format)));
  }

  run(): Observable<never> {
    const requests$ = this.#link.messages(this.name).pipe(
      parse((text) => this.#read(text)),
      tap((parsed) => this.#receive(parsed)),
    );
    const settles$ = this.#link.settled$.pipe(tap(() => this.#settle()));
    const losses$ = this.#link.disconnected$.pipe(tap(() => this.#lose()));
    return merge(this.#heals$(), losses$, settles$, requests$).pipe(ignoreElements());
  }

  retain(): Observable<void> {
    return defer(() => {
      const text = this.#toRetain;
      if (!this.#isSettled || isSame(this.#retained, text)) return EMPTY;
      this.#retained = text;
      this.#isPublishing = true;
      return this.#link.publish(this.name, text, { retain: true });
    }).pipe(
      finalize(() => {
        this.#isPublishing = false;
      }),
    );
  }

  /** What the hub is to retain. */
  get #toRetain(): string {
    return this.#spec.isMomentary ? NOTHING : this.#spec.format(this.#value);
  }

  /** What a hub counts as retaining until it says: a momentary property asks for nothing to be cleared that it has not seen. */
  get #unknown(): string | undefined {
    return this.#spec.isMomentary ? NOTHING : undefined;
  }

  #read(text: string): Request<T> {
    const { parse: read, limit = same } = this.#spec;
    const wanted = read(text);
    return { wanted, allowed: limit(wanted) };
  }

  #receive({ message, ...parsed }: Parsed<Request<T>>): void {
    // What comes while we publish came first to the hub, which retains our own value afterwards.
    if ((message.retained || message.retain) && !this.#isPublishing) this.#retained = message.text;
    if (this.#spec.isMomentary && (message.retained || message.text === NOTHING)) {
      this.#heal.next('now'); // A press of the past, or its end.
    } else if (parsed.refusal) {
      this.#link.refuse(parsed.refusal, message.text);
      this.#correct();
    } else {
      this.#request(parsed.value);
    }
  }

  #request({ wanted, allowed }: Request<T>): void {
    this.#value = allowed;
    // Until all that is retained has come, the last word on what is desired has not been said.
    if (this.#isSettled) this.#desired.next(this.#value);
    if (this.#value !== wanted) this.#correct();
    else this.#heal.next(this.#isPublishing ? 'now' : 'at rest');
  }

  /** Tells all who saw a wrong value the right one, whatever the hub retains. */
  #correct(): void {
    if (!this.#spec.isMomentary) this.#retained = undefined;
    this.#heal.next('now');
  }

  #settle(): void {
    if (!this.#isSettled) {
      this.#isSettled = true;
      this.#desired.next(this.#value);
    }
    this.#heal.next('now');
  }

  /** The hub that comes next may be another, which retains nothing. */
  #lose(): void {
    this.#retained = this.#unknown;
    if (!this.#spec.isMomentary || !this.#isSettled) return;
    this.#value = this.#spec.initial;
    this.#desired.next(this.#value);
  }

  #heals$(): Observable<void> {
    const { pace } = this.#link;
    const now$ = this.#heal.pipe(filter((when) => when === 'now'));
    const atRest$ = this.#heal.pipe(debounceTime(REST_MS, pace.scheduler));
    return merge(now$, atRest$).pipe(latestWins(() => this.retain(), pace));
  }
}

const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Whether a text says what the canonical one says to everybody: it is the same, or the same number in plain digits, as in `42.0`. */
function isSame(text: string | undefined, canonical: string): boolean {
  if (text === undefined || text === canonical) return text === canonical;
  return PLAIN_NUMBER.test(text) && Number(text) === Number(canonical) && canonical !== NOTHING;
}

function same<T>(value: T): T {
  return value;
}
