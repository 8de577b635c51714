import { BehaviorSubject, catchError, EMPTY, type Observable, retry, type Subscription, timer } from 'rxjs';
import type { Bus, BusMessage } from '../../../hub/core/index.ts';
import { readLesson, type SeatLesson } from './lesson.ts';
import type { SeatFault } from './seat-fault.ts';

/** An LED of a seat. */
export interface SeatLight {
  /** Its id: the number of its GPIO, unless another program's device has the name of an LED. */
  readonly led: string;
  readonly dutyPercent: number;
}

/** The live state of a seat. */
export interface SeatNews {
  /** The LED that has changed last; `undefined` if there is none. */
  readonly light$: Observable<SeatLight | undefined>;
  /** Whether one of its devices is online. */
  readonly isOn$: Observable<boolean>;
  /** The last error of one of its devices. */
  readonly error$: Observable<SeatFault | undefined>;
  /** The student's position in the lessons. */
  readonly lesson$: Observable<SeatLesson | undefined>;
}

/**
 * The topics with the state of the seats: a seat's topic followed by the two levels of a device, and the student's
 * progress.
 */
const FILTERS = ['+/led/+/duty/actual', '+/+/+/status', '+/+/+/error', '+/learn/progress'];

/** The delay before subscribing again after the hub has refused, milliseconds. */
const AGAIN_MS = 2_000;

interface Device {
  readonly kind: string;
  readonly id: string;
}

class News implements SeatNews {
  readonly light$ = new BehaviorSubject<SeatLight | undefined>(undefined);
  readonly isOn$ = new BehaviorSubject(false);
  readonly error$ = new BehaviorSubject<SeatFault | undefined>(undefined);
  readonly lesson$ = new BehaviorSubject<SeatLesson | undefined>(undefined);
  /** The duty cycles of its LEDs, percent, by id, in the order in which they have changed. */
  readonly #duties = new Map<string, number>();
  readonly #online = new Set<string>();

  take(path: string, text: string): void {
    if (path === 'learn/progress') this.lesson$.next(readLesson(text));
    const [kind = '', id = '', ...property] = path.split('/');
    this.#takeReport({ kind, id }, property.join('/'), text);
  }

  #takeReport({ kind, id }: Device, property: string, text: string): void {
    if (property === 'duty/actual') this.#takeDuty(id, text);
    else if (property === 'status') this.#takeStatus(`${kind}/${id}`, text);
    else if (property === 'error' && text !== '') this.error$.next(readError(text, Date.now()));
  }

  #takeDuty(led: string, text: string): void {
    const duty = Number(text);
    const dutyPercent = Number.isFinite(duty) ? Math.min(Math.max(duty, 0), 100) : 0;
    // A board that comes back repeats what all its LEDs do: that is not a change.
    if (text !== '' && this.#duties.get(led) === dutyPercent) return;
    this.#duties.delete(led);
    // An LED that is gone has an empty text.
    if (text !== '') this.#duties.set(led, dutyPercent);
    this.light$.next(lastOf(this.#duties));
  }

  #takeStatus(device: string, text: string): void {
    if (text === 'online') this.#online.add(device);
    else this.#online.delete(device);
    this.isOn$.next(this.#online.size > 0);
  }
}

function lastOf(duties: ReadonlyMap<string, number>): SeatLight | undefined {
  const last = [...duties].at(-1);
  return last && { led: last[0], dutyPercent: last[1] };
}

/** The longest part of a device's message that is shown, characters. */
const LONGEST = 200;

function readError(text: string, atMs: number): SeatFault {
  const { code, message } = Object(parseJson(text));
  if (typeof code !== 'string' || typeof message !== 'string')
    return { code: '', message: text.slice(0, LONGEST), atMs };
  return { code, message: message.slice(0, LONGEST), atMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Follows all seats over one connection. */
export class ClassNews {
  readonly #seats = new Map<string, News>();
  readonly #running: Subscription;

  constructor(bus: Pick<Bus, 'messages'>) {
    this.#running = bus
      .messages(FILTERS)
      .pipe(
        retry({ delay: () => timer(AGAIN_MS) }),
        catchError(() => EMPTY),
      )
      .subscribe((message) => this.#take(message));
  }

  of(seat: string): SeatNews {
    return this.#find(seat);
  }

  /** Deletes the state of all other seats, so that it is not shown for a new seat of the same name. */
  keep(seats: ReadonlySet<string>): void {
    for (const seat of this.#seats.keys()) if (!seats.has(seat)) this.#seats.delete(seat);
  }

  close(): void {
    this.#running.unsubscribe();
  }

  #take({ topic, text = '' }: BusMessage): void {
    const end = topic.indexOf('/');
    this.#find(topic.slice(0, end)).take(topic.slice(end + 1), text);
  }

  #find(seat: string): News {
    const known = this.#seats.get(seat);
    if (known) return known;
    const news = new News();
    this.#seats.set(seat, news);
    return news;
  }
}
