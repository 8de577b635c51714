import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hear,
  hold,
  isPinned,
  noWish,
  refused,
  release,
  send,
  settle,
  taken,
  type Wish,
  want,
} from '../../../web/shared/wish.ts';

const heard = (value: number) => hear(noWish<number>(), value);
const apply = (wish: Wish<number>, ...steps: ((wish: Wish<number>) => Wish<number>)[]) =>
  steps.reduce((state, step) => step(state), wish);

describe('a wish', () => {
  it('follows the hub while nobody touches the control', () => {
    expect(apply(heard(10), (wish) => hear(wish, 20)).shown).toBe(20);
  });

  it('stays with the hand that holds it, and goes to the last word of the hub when the hand lets go', () => {
    const held = apply(heard(10), hold, (wish) => hear(wish, 20));
    expect(held.shown).toBe(10);
    expect(release(held).shown).toBe(20);
  });

  it('does not jump back to an echo of its own while later ones are under way', () => {
    const dragged = [1, 2, 3].reduce((wish, value) => send(want(wish, value), value), hold(heard(0)));
    const echoed = apply(release(dragged), (wish) => hear(wish, 1));
    expect(echoed.shown).toBe(3);
    expect(
      apply(
        echoed,
        (wish) => hear(wish, 2),
        (wish) => hear(wish, 3),
      ).shown,
    ).toBe(3);
  });

  it('is not fooled by an echo that equals the last value when the hand went there and back', () => {
    const dragged = [10, 20, 10].reduce((wish, value) => send(want(wish, value), value), heard(0));
    const first = hear(dragged, 10);
    expect(isPinned(first)).toBe(true);
    expect(hear(first, 20).shown).toBe(10);
  });

  it('ignores what others set before its own value reached the hub', () => {
    const sent = send(want(heard(0), 50), 50);
    const foreign = hear(sent, 70);
    expect(foreign.shown).toBe(50);
    expect(hear(foreign, 50).shown).toBe(50);
  });

  it('follows what others set after its own value reached the hub', () => {
    const sent = send(want(heard(0), 50), 50);
    expect(hear(hear(sent, 50), 70).shown).toBe(70);
  });

  it('skips echoes that were replaced while the hub was away', () => {
    const sent = [1, 2, 3].reduce((wish, value) => send(want(wish, value), value), heard(0));
    expect(hear(hear(sent, 3), 80).shown).toBe(80);
  });

  it('goes back to what the hub says when its value is refused', () => {
    const sent = send(want(heard(30), 60), 60);
    expect(refused(sent, 60).shown).toBe(30);
  });

  it('waits for the echo of a value under way, however long the hub takes', () => {
    const sent = send(want(heard(0), 5), 5);
    expect(settle(sent).shown).toBe(5);
    expect(settle(hear(taken(sent), 9)).shown).toBe(9);
  });
});

/**
 * The hub as its clients see it: one order for all values, each echoed to everyone, in order. Several controls act
 * on it at random; messages in both directions are delayed at random.
 */
describe('controls on one hub', () => {
  const action = fc.record({
    who: fc.nat(2),
    what: fc.constantFrom('want', 'hold', 'release', 'uplink', 'downlink', 'downlink', 'settle'),
    value: fc.nat(5),
  });

  it('all end on the value that the hub took last', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const world = new World(3);
        for (const { who, what, value } of actions) world.act(who, what, value);
        world.rest();
        expect(world.shown).toEqual(world.shown.map(() => world.retained));
      }),
    );
  });

  it('never show a value that is older than a value they have shown as their own', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }),
        fc.infiniteStream(fc.boolean()),
        (values, isEcho) => {
          const world = new World(1);
          const shown: (number | undefined)[] = [];
          for (const value of values) {
            world.act(0, 'want', value);
            world.act(0, 'uplink', 0);
            if (isEcho.next().value) world.act(0, 'downlink', 0);
            shown.push(world.shown[0]);
          }
          expect(shown).toEqual(values);
        },
      ),
    );
  });
});

interface Place {
  wish: Wish<number>;
  readonly up: number[];
  readonly down: number[];
}

class World {
  retained: number | undefined = 0;
  readonly #places: Place[];

  constructor(count: number) {
    this.#places = Array.from({ length: count }, () => ({ wish: heard(0), up: [], down: [] }));
  }

  get shown(): (number | undefined)[] {
    return this.#places.map(({ wish }) => wish.shown);
  }

  act(who: number, what: string, value: number): void {
    const place = this.#places[who];
    if (!place) return;
    if (what === 'want') this.#want(place, value);
    if (what === 'hold') place.wish = hold(place.wish);
    if (what === 'release') place.wish = release(place.wish);
    if (what === 'settle' && place.up.length + place.down.length === 0) place.wish = settle(place.wish);
    if (what === 'uplink') this.#uplink(place);
    if (what === 'downlink') this.#downlink(place);
  }

  /** All controls are released, and everything in transit arrives. */
  rest(): void {
    for (const place of this.#places) place.wish = release(place.wish);
    for (const place of this.#places) while (place.up.length > 0) this.#uplink(place);
    for (const place of this.#places) {
      while (place.down.length > 0) this.#downlink(place);
      place.wish = settle(place.wish);
    }
  }

  #want(place: Place, value: number): void {
    place.wish = send(want(place.wish, value), value);
    place.up.push(value);
  }

  #uplink(place: Place): void {
    const value = place.up.shift();
    if (value === undefined) return;
    this.retained = value;
    place.wish = taken(place.wish);
    for (const { down } of this.#places) down.push(value);
  }

  #downlink(place: Place): void {
    const value = place.down.shift();
    if (value !== undefined) place.wish = hear(place.wish, value);
  }
}
