/** What holds an element down: told of each press once, and of its end always. */
export type Press = (pressed: boolean) => void;

const PRESS_KEYS = [' ', 'Enter'];

/** Tells when an element is held down and let go, by mouse, touch, pen or keyboard, until it is unsubscribed. */
export function hold(element: Element, press: Press): { unsubscribe(): void } {
  const listening = new AbortController();
  let isDown = false;
  const set = (pressed: boolean) => {
    if (isDown === pressed) return;
    isDown = pressed;
    press(pressed);
  };
  const on = (target: EventTarget, type: string, handle: (event: Event) => void) =>
    target.addEventListener(type, handle, { signal: listening.signal });
  on(element, 'pointerdown', (event) => grab(element, event, set));
  for (const type of ['pointerup', 'pointercancel', 'lostpointercapture', 'blur']) {
    on(element, type, () => set(false));
  }
  on(element, 'keydown', (event) => turnKey(event, () => set(true)));
  on(element, 'keyup', (event) => turnKey(event, () => set(false)));
  // A long touch is a long press, and no wish for a menu.
  on(element, 'contextmenu', (event) => event.preventDefault());
  // A page that is hidden or left gets no key or pointer any more.
  on(document, 'visibilitychange', () => set(false));
  on(window, 'pagehide', () => set(false));
  return {
    unsubscribe() {
      listening.abort();
      set(false);
    },
  };
}

/** The main button alone presses; captured, it also lets go where the pointer has slipped off the element. */
function grab(element: Element, event: Event, set: Press): void {
  if (!(event instanceof PointerEvent) || event.button !== 0) return;
  element.setPointerCapture(event.pointerId);
  set(true);
}

function turnKey(event: Event, turn: () => void): void {
  if (!(event instanceof KeyboardEvent) || !PRESS_KEYS.includes(event.key)) return;
  event.preventDefault();
  turn();
}
