import { type Observable, Subscription, take } from 'rxjs';
import { clamp, type Range } from '../../../devices/facts/range.ts';
import type { LookBack } from '../model/look-back.ts';
import { pan, type Viewport, zoom } from '../model/viewport.ts';
import type { Picture } from './picture.ts';

/** From the left edge of the picture to the right one. */
const SHARE: Range = { min: 0, max: 1 };

/** The most of one wheel event that counts, pixels. */
const WHEEL_PX: Range = { min: -50, max: 50 };

/** The ways to move a chart by hand. */
export interface Navigation {
  zoom(factor: number): void;
  pan(share: number): void;
  reset(): void;
  /** Follows pointers, the wheel and keys on an element that covers the chart, until it is unsubscribed. */
  follow(element: HTMLElement): Subscription;
}

export interface NavigationParts {
  readonly lookBack: LookBack;
  readonly picture$: Observable<Picture>;
  /** The position of the crosshair, a share of the width. */
  readonly cross$: { readonly value: number | undefined; next(share: number | undefined): void };
}

/** One press of the zoom buttons or keys. */
export const ZOOM = 2;

/** One press of the buttons that go back and forth, a share of the width. */
export const STEP = 0.5;

/** A key moves the crosshair by this share of the width. */
const CROSS_STEP = 0.01;

export function createNavigation({ lookBack, picture$, cross$ }: NavigationParts): Navigation {
  const change = (next: (viewport: Viewport, nowMs: number) => Viewport) =>
    lookBack.shown$
      .pipe(take(1))
      .subscribe(({ viewport }) => lookBack.look(next(viewport, lookBack.clock.now())));
  const zoomAt = (factor: number, share: number) =>
    change((viewport, nowMs) => zoom(viewport, factor, share, nowMs));
  const panBy = (share: number) => change((viewport, nowMs) => pan(viewport, share, nowMs));
  const navigation = {
    zoom: (factor: number) => zoomAt(factor, cross$.value ?? 1),
    pan: panBy,
    reset: () => lookBack.shown$.pipe(take(1)).subscribe(({ reach }) => lookBack.choose(reach)),
  };
  return {
    ...navigation,
    follow(element) {
      const hand = new Hand(element, { zoomAt, panBy, cross: (share) => cross$.next(share) });
      const running = picture$.subscribe((picture) => hand.see(picture));
      running.add(listen(element, hand, { ...navigation, cross$ }));
      return running;
    },
  };
}

interface HandParts {
  readonly zoomAt: (factor: number, share: number) => void;
  readonly panBy: (share: number) => void;
  readonly cross: (share: number | undefined) => void;
}

/** Pointers on a chart: one that hovers or touches moves the crosshair, a mouse that drags moves the chart, two fingers zoom it. */
class Hand {
  readonly #element: HTMLElement;
  readonly #parts: HandParts;
  readonly #downX = new Map<number, number>();
  #area = { left: 0, right: 1 };

  constructor(element: HTMLElement, parts: HandParts) {
    this.#element = element;
    this.#parts = parts;
  }

  see({ left, right }: Picture): void {
    this.#area = { left, right };
  }

  down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#element.setPointerCapture(event.pointerId);
    this.#downX.set(event.pointerId, event.offsetX);
    this.#parts.cross(this.#shareAt(event.offsetX));
  }

  move(event: PointerEvent): void {
    const beforeX = this.#downX.get(event.pointerId);
    const { offsetX } = event;
    if (beforeX === undefined || (this.#downX.size === 1 && event.pointerType === 'touch')) {
      this.#parts.cross(this.#shareAt(offsetX));
      return;
    }
    const others = [...this.#downX].filter(([id]) => id !== event.pointerId).map(([, x]) => x);
    this.#downX.set(event.pointerId, offsetX);
    const [otherX] = others;
    if (otherX === undefined) this.#parts.panBy((beforeX - offsetX) / this.#width);
    else this.#pinch(beforeX, offsetX, otherX);
  }

  up({ pointerId }: PointerEvent): void {
    this.#downX.delete(pointerId);
  }

  leave({ pointerType }: PointerEvent): void {
    if (pointerType !== 'touch' && this.#downX.size === 0) this.#parts.cross(undefined);
  }

  wheel(event: WheelEvent): void {
    const { ctrlKey, metaKey, shiftKey, deltaX, deltaY, offsetX } = event;
    const across = shiftKey && deltaX === 0 ? deltaY : deltaX;
    if (ctrlKey || metaKey)
      this.#parts.zoomAt(Math.exp(clamp(WHEEL_PX, deltaY) / 100), this.#shareAt(offsetX));
    else if (Math.abs(across) > Math.abs(shiftKey ? 0 : deltaY)) this.#parts.panBy(across / this.#width);
    else return; // The page scrolls.
    event.preventDefault();
  }

  #pinch(beforeX: number, nowX: number, otherX: number): void {
    const apart = (x: number) => Math.max(20, Math.abs(x - otherX));
    this.#parts.zoomAt(apart(beforeX) / apart(nowX), this.#shareAt(otherX));
  }

  #shareAt(x: number): number {
    return clamp(SHARE, (x - this.#area.left) / this.#width);
  }

  get #width(): number {
    return Math.max(1, this.#area.right - this.#area.left);
  }
}

type Keys = Omit<Navigation, 'follow'> & Pick<NavigationParts, 'cross$'>;

function listen(element: HTMLElement, hand: Hand, keys: Keys): Subscription {
  const listening = new AbortController();
  const { signal } = listening;
  element.addEventListener('pointerdown', (event) => hand.down(event), { signal });
  element.addEventListener('pointermove', (event) => hand.move(event), { signal });
  for (const type of ['pointerup', 'pointercancel'] as const) {
    element.addEventListener(type, (event) => hand.up(event), { signal });
  }
  element.addEventListener('pointerleave', (event) => hand.leave(event), { signal });
  element.addEventListener('wheel', (event) => hand.wheel(event), { signal, passive: false });
  element.addEventListener('blur', () => keys.cross$.next(undefined), { signal });
  element.addEventListener('keydown', (event) => press(event, keys), { signal });
  return new Subscription(() => listening.abort());
}

function press(event: KeyboardEvent, { zoom, pan, reset, cross$ }: Keys): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = event.shiftKey ? 10 * CROSS_STEP : CROSS_STEP;
  const cross = (by: number) => () => cross$.next(clamp(SHARE, (cross$.value ?? 1) + by));
  const acts: Readonly<Record<string, () => void>> = {
    ArrowLeft: cross(-step),
    ArrowRight: cross(step),
    Home: () => cross$.next(0),
    End: () => cross$.next(1),
    PageUp: () => pan(-STEP),
    PageDown: () => pan(STEP),
    '+': () => zoom(1 / ZOOM),
    '=': () => zoom(1 / ZOOM),
    '-': () => zoom(ZOOM),
    '0': reset,
    Escape: () => cross$.next(undefined),
  };
  const act = Object.hasOwn(acts, event.key) ? acts[event.key] : undefined;
  if (!act) return;
  event.preventDefault();
  act();
}
