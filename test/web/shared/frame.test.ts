import { BehaviorSubject } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

/** A card as far as scenes know it: the element is its own scene. */
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
  vi.resetModules();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function createBench() {
  const { beginScene } = await import('../../../web/shared/scene.ts');
  const { drawNewest } = await import('../../../web/shared/frame.ts');
  const card = new Card() as unknown as Element;
  const value$ = new BehaviorSubject('old');
  const drawn: string[] = [];
  const begin = () => beginScene(card);
  const draw = () => drawNewest(value$, (value) => drawn.push(value), { element: () => card });
  const frame = () => {
    for (const run of frames.splice(0)) run(performance.now());
  };
  const scroll = (isIntersecting: boolean) => see([{ target: card, isIntersecting }]);
  return { begin, draw, frame, scroll, value$, drawn };
}

it('draws once its scene is in sight, also if that has begun again meanwhile', async () => {
  const { begin, draw, frame, scroll, value$, drawn } = await createBench();
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

it('draws what waited for a scene that has ended', async () => {
  const { begin, draw, frame, scroll, value$, drawn } = await createBench();
  const scene = begin();
  draw();
  scroll(false);
  value$.next('new');
  frame();
  scene.unsubscribe();
  frame();
  expect(drawn).toEqual(['old', 'new']);
});

it('draws in the same frame what a drawing asks for, and each thing once', async () => {
  const { drawNewest } = await import('../../../web/shared/frame.ts');
  const list$ = new BehaviorSubject(0);
  const page$ = new BehaviorSubject(0);
  const drawn: string[] = [];
  drawNewest(page$, (value) => drawn.push(`page ${value}`));
  drawNewest(list$, (value) => {
    drawn.push(`list ${value}`);
    page$.next(value);
  });
  const frame = () => {
    for (const run of frames.splice(0)) run(performance.now());
  };
  frame(); // What the first values asked for.
  drawn.length = 0;
  list$.next(1);
  frame();
  expect(drawn).toEqual(['list 1', 'page 1']);
});
