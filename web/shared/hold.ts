import { EMPTY, fromEvent, Observable, Subscription, switchMap } from 'rxjs';

/** Called each time that an element is pressed, and each time that it is released. */
export type Press = (pressed: boolean) => void;

const PRESS_KEYS = [' ', 'Enter'];

/** How long a finger has to rest before it presses, milliseconds. A finger that begins to scroll the page has moved by then. */
const REST_MS = 120;

/** How far a finger may move and still rest, pixels. Browsers begin to scroll at about the same distance. */
const REST_PX = 10;

/** How long a tap presses, milliseconds: so long that no adapter takes it for a bounce of the contact. */
const TAP_MS = 100;

/**
 * Tells when an element is held down and let go, by mouse, touch, pen or keyboard, until it is unsubscribed. It stays down until the last of
 * several fingers or keys has left it. A finger presses once it rests, or when it taps; one that moves first scrolls the page instead, if the
 * element's `touch-action` lets it.
 */
export function hold(element: Element, press: Press): { unsubscribe(): void } {
  const listening = new Subscription();
  const on = <E extends Event>(target: EventTarget, type: string, handle: (event: E) => void) =>
    listening.add(fromEvent<E>(target, type, { passive: false }).subscribe(handle));
  const holders = new Holders(press);
  const pointers = new Pointers(holders);
  on<PointerEvent>(element, 'pointerdown', (event) => {
    if (event.button !== 0) return;
    // With the pointer captured, it also notices a release outside the element.
    element.setPointerCapture(event.pointerId);
    pointers.down(event);
  });
  on<PointerEvent>(element, 'pointermove', (event) => pointers.move(event));
  on<PointerEvent>(element, 'pointerup', (event) => pointers.up(event));
  for (const type of ['pointercancel', 'lostpointercapture'])
    on<PointerEvent>(element, type, (event) => pointers.cancel(event));
  on<KeyboardEvent>(element, 'keydown', (event) => turnKey(event, () => holders.add(event.key)));
  on<KeyboardEvent>(element, 'keyup', (event) => turnKey(event, () => holders.delete(event.key)));
  // A finger that presses neither opens a menu nor scrolls, however long it rests or far it slides.
  on(element, 'contextmenu', (event) => event.preventDefault());
  on(element, 'touchmove', (event) => holders.isDown && event.cancelable && event.preventDefault());
  const clear = () => {
    pointers.clear();
    holders.clear();
  };
  // A page that is hidden or left gets no key or pointer events any more.
  on(element, 'blur', clear);
  on(document, 'visibilitychange', clear);
  on(window, 'pagehide', clear);
  listening.add(clear);
  return listening;
}

/** The same while one may press, `isAllowed$` at once and at every change: when pressing is no longer allowed, the element is released. */
export function holdWhile(isAllowed$: Observable<boolean>, element: Element, press: Press): Subscription {
  const held$ = new Observable<never>(() => hold(element, press));
  return isAllowed$.pipe(switchMap((isAllowed) => (isAllowed ? held$ : EMPTY))).subscribe();
}

function turnKey(event: KeyboardEvent, turn: () => void): void {
  if (!PRESS_KEYS.includes(event.key)) return;
  event.preventDefault();
  turn();
}

/** Everything that holds one element down: pointers by their id, keys by their name, taps. */
class Holders {
  readonly #press: Press;
  readonly #all = new Set<unknown>();

  constructor(press: Press) {
    this.#press = press;
  }

  get isDown(): boolean {
    return this.#all.size > 0;
  }

  add(holder: unknown): void {
    const wasDown = this.isDown;
    this.#all.add(holder);
    if (!wasDown) this.#press(true);
  }

  delete(holder: unknown): void {
    if (this.#all.delete(holder) && !this.isDown) this.#press(false);
  }

  clear(): void {
    for (const holder of this.#all) this.delete(holder);
  }
}

/** A finger that has not pressed yet. */
interface Waiting {
  readonly down: PointerEvent;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** The pointers that are down on one element. Each is followed by its id: a second finger is not the first. */
class Pointers {
  readonly #holders: Holders;
  readonly #waiting = new Map<number, Waiting>();

  constructor(holders: Holders) {
    this.#holders = holders;
  }

  down(event: PointerEvent): void {
    const { pointerId, pointerType } = event;
    const press = () => {
      this.#giveUp(pointerId);
      this.#holders.add(pointerId);
    };
    if (pointerType !== 'touch') press();
    else this.#waiting.set(pointerId, { down: event, timer: setTimeout(press, REST_MS) });
  }

  move({ pointerId, clientX, clientY }: PointerEvent): void {
    const down = this.#waiting.get(pointerId)?.down;
    if (down && Math.hypot(clientX - down.clientX, clientY - down.clientY) > REST_PX) this.#giveUp(pointerId);
  }

  up({ pointerId }: PointerEvent): void {
    if (this.#giveUp(pointerId)) this.#tap();
    this.#holders.delete(pointerId);
  }

  cancel({ pointerId }: PointerEvent): void {
    this.#giveUp(pointerId);
    this.#holders.delete(pointerId);
  }

  clear(): void {
    for (const pointerId of this.#waiting.keys()) this.#giveUp(pointerId);
  }

  #tap(): void {
    const tap = Symbol('tap');
    this.#holders.add(tap);
    setTimeout(() => this.#holders.delete(tap), TAP_MS);
  }

  /** Stops waiting for a finger to press; returns whether it did. */
  #giveUp(pointerId: number): boolean {
    clearTimeout(this.#waiting.get(pointerId)?.timer);
    return this.#waiting.delete(pointerId);
  }
}
