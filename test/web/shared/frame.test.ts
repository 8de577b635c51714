import { BehaviorSubject } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Drawing, drawNewest } from '../../../web/shared/frame.ts';
import { createScreen } from '../../../web/shared/screen.ts';

/** A card, reduced to what scenes know of it: the element is its own scene. */
class Card {
  toggleAttribute() {}
  closest() {
    return this;
  }
}

type See = (entries: readonly { target: unknown; isIntersecting: boolean }[]) => void;

let see: See;
let frames: ((nowMs: number) => void)[];

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (run: (nowMs: number) => void) => frames.push(run));
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(tell: See) {
        see = tell;
      }
      observe() {}
      unobserve() {}
    },
  );
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function frame(): void {
  for (const run of frames.splice(0)) run(performance.now());
}

function createBench() {
  const screen = createScreen();
  const card = new Card() as unknown as Element;
  const value$ = new BehaviorSubject('old');
  const drawn: string[] = [];
  const begin = () => screen.scenes.begin(card);
  const draw = () => drawNewest(screen, value$, (value) => drawn.push(value), { element: () => card });
  const scroll = (isIntersecting: boolean) => see([{ target: card, isIntersecting }]);
  return { begin, draw, scroll, value$, drawn };
}

it('draws once its scene is in sight, also if that has begun again meanwhile', () => {
  const { begin, draw, scroll, value$, drawn } = createBench();
  const first = begin();
  draw();
  scroll(false);
  value$.next('new');
  frame();
  first.unsubscribe();
  begin();
  scroll(false);
  frame();
  expect(drawn).toEqual(['old']);
  scroll(true);
  frame();
  expect(drawn).toEqual(['old', 'new']);
});

it('draws what waited for a scene that has ended', () => {
  const { begin, draw, scroll, value$, drawn } = createBench();
  const scene = begin();
  draw();
  scroll(false);
  value$.next('new');
  frame();
  scene.unsubscribe();
  frame();
  expect(drawn).toEqual(['old', 'new']);
});

it('draws in the same frame what another drawing asks for, and each drawing once', () => {
  const screen = createScreen();
  const list$ = new BehaviorSubject(0);
  const page$ = new BehaviorSubject(0);
  const drawn: string[] = [];
  drawNewest(screen, page$, (value) => drawn.push(`page ${value}`));
  drawNewest(screen, list$, (value) => {
    drawn.push(`list ${value}`);
    page$.next(value);
  });
  frame(); // Requested by the first values.
  drawn.length = 0;
  list$.next(1);
  frame();
  expect(drawn).toEqual(['list 1', 'page 1']);
});

it('asks for no frame before something is due, and at once for a drawing that is', () => {
  const screen = createScreen();
  const drawn: string[] = [];
  const slow = new Drawing(screen, () => drawn.push('slow'), { everyMs: 100 });
  const quick = new Drawing(screen, () => drawn.push('quick'));
  slow.ask();
  frame();
  slow.ask();
  vi.advanceTimersByTime(50);
  expect(frames).toHaveLength(0);
  quick.ask();
  expect(frames).toHaveLength(1);
  frame();
  expect(drawn).toEqual(['slow', 'quick']);
  vi.advanceTimersByTime(100);
  expect(frames).toHaveLength(1);
  frame();
  expect(drawn).toEqual(['slow', 'quick', 'slow']);
});

it('draws what is due in a frame that comes anyway', () => {
  const screen = createScreen();
  const drawn: string[] = [];
  const slow = new Drawing(screen, () => drawn.push('slow'), { everyMs: 100 });
  const quick = new Drawing(screen, () => drawn.push('quick'));
  slow.ask();
  frame();
  slow.ask();
  vi.advanceTimersByTime(110);
  expect(frames).toHaveLength(0);
  quick.ask();
  frame();
  expect(drawn).toEqual(['slow', 'slow', 'quick']);
  vi.advanceTimersByTime(1000);
  expect(frames).toHaveLength(0);
});

it('draws at the earliest of the times that were asked for', () => {
  const screen = createScreen();
  let count = 0;
  const drawing = new Drawing(screen, () => count++);
  drawing.ask(500);
  drawing.ask(200);
  vi.advanceTimersByTime(180);
  frame();
  expect(count).toBe(0);
  vi.advanceTimersByTime(20);
  frame();
  expect(count).toBe(1);
  vi.advanceTimersByTime(1000);
  expect(frames).toHaveLength(0);
});
