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

/** Describes a property's values for pages that do not know its kind. */
export type ValueSchema = Omit<PropertySchema, 'settable' | 'actual' | 'momentary'>;

/** A property's name, and how its values are formatted and drawn. */
export interface ReadingSpec<T> {
  /** The topic level after the device's topic: `duty`. */
  readonly name: string;
  /** Formats a value as the canonical payload. */
  readonly format: (value: T) => string;
  /** The property's entry in the `properties` of `…/info`. Without it the property is not listed. */
  readonly schema?: ValueSchema;
}

/** A property's name, and how its values are parsed, limited and formatted. */
export interface PropertySpec<T> extends ReadingSpec<T> {
  /** The desired value until somebody sets one. */
  readonly initial: T;
  /** Parses a payload; throws `payload/invalid`, or another `HubError` if the property accepts no values at all. */
  readonly parse: Parser<T>;
  /** Returns the nearest allowed value; must return the value itself if it is allowed. */
  readonly limit?: (value: T) => T;
  /** Whether clients may set it; pages read this. Default true. */
  readonly isSettable?: boolean;
  /**
   * Whether a value lasts only while somebody holds it, like a button press. It is never retained, and returns to `initial` when the
   * hub is lost, because nobody can release it then. Default false.
   */
  readonly isMomentary?: boolean;
}

/** A property as its kind sees it: reads the desired value, and publishes the actual one. */
export interface Property<T> {
  /** The current desired value. */
  readonly value: T;
  /**
   * Emits the current desired value, once the hub's retained value is known, then every valid request, including
   * one for the same value (another program may have changed the pin since).
   */
  readonly desired$: Observable<T>;
  /** Publishes the actual value at `<name>/actual`, retained: at most one per interval, the last always. */
  show(actual$: Observable<T>): Observable<never>;
}

/** A property as the running device sees it, whatever the type of its values. */
export interface LiveProperty {
  readonly name: string;
  /** How pages draw it; `undefined` if it is not in `…/info`. */
  readonly schema: PropertySchema | undefined;
  /** While subscribed to, handles requests and corrects the retained value. */
  run(): Observable<never>;
  /** Makes the hub retain the desired value if it does not yet; completes when it does. */
  retain(): Observable<void>;
}

/** How long a value must stay unchanged before we retain it on behalf of a publisher who did not set the retain flag, milliseconds. */
export const REST_MS = 300;

/** A requested value, and the nearest allowed one. */
interface Request<T> {
  readonly wanted: T;
  readonly allowed: T;
}

type Republish = 'now' | 'at rest';

/** The retained payload of a momentary property: empty. Publishing it clears the topic. */
const NOTHING = '';

/**
 * One property of a device. The device is the authority for its desired value: it answers an invalid or out-of-range request
 * with the canonical value, so that the hub retains it and every slider agrees. It does not repeat a value that the hub already
 * retains: a late echo would move other people's sliders back.
 */
export class DesiredProperty<T> implements Property<T>, LiveProperty {
  readonly desired$: Observable<T>;
  readonly #spec: PropertySpec<T>;
  readonly #link: DeviceLink;
  readonly #desired = new ReplaySubject<T>(1);
  readonly #republish = new Subject<Republish>();
  #value: T;
  /** The value that the hub retains, as far as we know; `undefined` if we must publish in any case. */
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
    return merge(this.#republished$(), losses$, settles$, requests$).pipe(ignoreElements());
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

  /** The payload that the hub should retain. */
  get #toRetain(): string {
    return this.#spec.isMomentary ? NOTHING : this.#spec.format(this.#value);
  }

  /** The value that we assume a new hub retains. We assume none of a momentary property, so it clears only values that it has seen. */
  get #unknown(): string | undefined {
    return this.#spec.isMomentary ? NOTHING : undefined;
  }

  #read(text: string): Request<T> {
    const { parse: read, limit = same } = this.#spec;
    const wanted = read(text);
    return { wanted, allowed: limit(wanted) };
  }

  #receive({ message, ...parsed }: Parsed<Request<T>>): void {
    // A message that arrives while we publish reached the hub before ours, so the hub retains our value in the end.
    if ((message.retained || message.retain) && !this.#isPublishing) this.#retained = message.text;
    if (this.#spec.isMomentary && (message.retained || message.text === NOTHING)) {
      this.#republish.next('now'); // An old press, or the clearing of one.
    } else if (parsed.refusal) {
      this.#link.refuse(parsed.refusal, message.text);
      this.#correct();
    } else {
      this.#request(parsed.value);
    }
  }

  #request({ wanted, allowed }: Request<T>): void {
    this.#value = allowed;
    // Until all retained messages have arrived, the desired value may still change.
    if (this.#isSettled) this.#desired.next(this.#value);
    if (this.#value !== wanted) this.#correct();
    else this.#republish.next(this.#isPublishing ? 'now' : 'at rest');
  }

  /** Publishes the right value to everybody who saw a wrong one, whatever the hub retains. */
  #correct(): void {
    if (!this.#spec.isMomentary) this.#retained = undefined;
    this.#republish.next('now');
  }

  #settle(): void {
    if (!this.#isSettled) {
      this.#isSettled = true;
      this.#desired.next(this.#value);
    }
    this.#republish.next('now');
  }

  /** The next hub may be a different one that retains nothing. */
  #lose(): void {
    this.#retained = this.#unknown;
    if (!this.#spec.isMomentary || !this.#isSettled) return;
    this.#value = this.#spec.initial;
    this.#desired.next(this.#value);
  }

  #republished$(): Observable<void> {
    const { pace } = this.#link;
    const now$ = this.#republish.pipe(filter((when) => when === 'now'));
    const atRest$ = this.#republish.pipe(debounceTime(REST_MS, pace.scheduler));
    return merge(now$, atRest$).pipe(latestWins(() => this.retain(), pace));
  }
}

const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Whether a text means the same as the canonical one: the same text, or the same number in plain digits, such as `42.0`. */
function isSame(text: string | undefined, canonical: string): boolean {
  if (text === undefined || text === canonical) return text === canonical;
  return PLAIN_NUMBER.test(text) && Number(text) === Number(canonical) && canonical !== NOTHING;
}

function same<T>(value: T): T {
  return value;
}
