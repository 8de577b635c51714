import type { SharePick } from '../core/ports.ts';
import type { Route } from '../core/subscription.ts';
import { ALL_HUBS, type Destination } from './frame-directory.ts';
import { remoteOf } from './remote-hub.ts';

/** Assigns marks to the other hubs, so that one number says which of them a message is for. */
export class Marks {
  /** Known marks by the routes of a topic, which stay the same object until a subscription to it begins or ends. */
  readonly #known = new WeakMap<readonly Route[], number>();

  /** Returns a mark that none of these hubs has; 0 if no mark is left. */
  free(others: Iterable<Destination>): number {
    let taken = 0;
    for (const { mark } of others) taken |= mark;
    for (let mark = 1; mark < ALL_HUBS; mark *= 2) if ((taken & mark) === 0) return mark;
    return 0;
  }

  /** The marks of the hubs that are among the subscribers of a message. */
  of(routes: readonly Route[]): number {
    const known = this.#known.get(routes);
    if (known !== undefined) return known;
    let marks = 0;
    for (const { subscriber } of routes) marks |= remoteOf(subscriber)?.mark ?? 0;
    this.#known.set(routes, marks);
    return marks;
  }

  /** The marks of the hubs where members of shared subscriptions get the message. */
  ofPicks(picks: readonly SharePick[]): number {
    let marks = 0;
    for (const { subscriber } of picks) marks |= remoteOf(subscriber)?.mark ?? 0;
    return marks;
  }
}
