import type { CDPSession, Locator } from 'playwright-core';

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Fingers on a page, through the browser's own gesture recognition. */
export class Fingers {
  readonly #session: CDPSession;

  constructor(session: CDPSession) {
    this.#session = session;
  }

  /** Puts fingers down, or adds more fingers. */
  down(...fingers: Place[]): Promise<unknown> {
    return this.#send('touchStart', fingers);
  }

  async move(from: Place, to: Place): Promise<void> {
    const steps = 8;
    for (let step = 1; step <= steps; step++) {
      const share = step / steps;
      const at = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
      await this.#send('touchMove', [at]);
    }
  }

  /** Lifts the second finger, and leaves the first. */
  async leave(second: Place): Promise<void> {
    // The points of a `touchEnd` are the fingers that are lifted; without points, all are.
    await this.#session.send('Input.dispatchTouchEvent', {
      type: 'touchEnd',
      touchPoints: [{ ...second, id: 1 }],
    });
  }

  up(): Promise<unknown> {
    return this.#send('touchEnd', []);
  }

  #send(type: 'touchStart' | 'touchMove' | 'touchEnd', fingers: readonly Place[]): Promise<unknown> {
    const touchPoints = fingers.map((place, id) => ({ ...place, id }));
    return this.#session.send('Input.dispatchTouchEvent', { type, touchPoints });
  }
}

/** The middle of an element on the screen. */
export async function middleOf(element: Locator): Promise<Place> {
  const box = await element.boundingBox();
  if (!box) throw new Error('the element is not on the page');
  return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
}
