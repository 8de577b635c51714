import { BehaviorSubject, catchError, EMPTY, type Observable, retry, type Subscription, timer } from 'rxjs';
import type { Bus, BusMessage } from '../../../hub/core/index.ts';

/** What the devices of a seat say now. */
export interface SeatLight {
  /** Of its first LED, percent. */
  readonly duty$: Observable<number>;
  /** Whether one of its devices says that it is there. */
  readonly isOn$: Observable<boolean>;
  /** What a device of it has refused last. */
  readonly error$: Observable<SeatError | undefined>;
}

export interface SeatError {
  readonly code: string;
  readonly message: string;
}

/** The topics that tell of the seats: two levels of a device behind that of the seat. */
const FILTERS = ['+/led/+/duty/actual', '+/+/+/status', '+/+/+/error'];

/** How long after the hub has refused it is asked again, milliseconds. */
const AGAIN_MS = 2_000;

class Light implements SeatLight {
  readonly duty$ = new BehaviorSubject(0);
  readonly isOn$ = new BehaviorSubject(false);
  readonly error$ = new BehaviorSubject<SeatError | undefined>(undefined);
  /** The LED that is shown. */
  #led: string | undefined;
  readonly #online = new Set<string>();

  take(device: string, property: string, text: string): void {
    if (property === 'duty/actual') this.#takeDuty(device, text);
    else if (property === 'status') this.#takeStatus(device, text);
    else if (text !== '') this.error$.next(readError(text));
  }

  #takeDuty(device: string, text: string): void {
    this.#led ??= device;
    if (this.#led !== device) return;
    const duty = Number(text);
    this.duty$.next(Number.isFinite(duty) ? Math.min(Math.max(duty, 0), 100) : 0);
  }

  #takeStatus(device: string, text: string): void {
    if (text === 'online') this.#online.add(device);
    else this.#online.delete(device);
    this.isOn$.next(this.#online.size > 0);
  }
}

function readError(text: string): SeatError {
  try {
    const { code, message } = Object(JSON.parse(text));
    return { code: String(code), message: String(message) };
  } catch {
    return { code: '', message: text.slice(0, 200) };
  }
}

/** Follows the devices of all seats over one connection. */
export class SeatLights {
  readonly #lights = new Map<string, Light>();
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

  of(seat: string): SeatLight {
    return this.#find(seat);
  }

  /** Forgets all seats but these: another of the same name begins anew. */
  keep(seats: ReadonlySet<string>): void {
    for (const seat of this.#lights.keys()) if (!seats.has(seat)) this.#lights.delete(seat);
  }

  close(): void {
    this.#running.unsubscribe();
  }

  #take({ topic, text = '' }: BusMessage): void {
    const [seat = '', kind, id, ...property] = topic.split('/');
    this.#find(seat).take(`${kind}/${id}`, property.join('/'), text);
  }

  #find(seat: string): Light {
    const known = this.#lights.get(seat);
    if (known) return known;
    const light = new Light();
    this.#lights.set(seat, light);
    return light;
  }
}
