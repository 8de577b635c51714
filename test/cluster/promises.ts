import { expect } from 'vitest';

/** A message that was published for all clients, by its text. */
interface Published {
  readonly qos: 0 | 1 | 2;
  /** Whether exactly one of the clients gets it, instead of each of them. */
  readonly isShared: boolean;
  isAcknowledged: boolean;
}

/** A retained message that a hub itself has published, once. */
interface Retained {
  readonly topic: string;
  readonly begunAt: number;
  acknowledgedAt: number | undefined;
}

/** A connection's will. `mayBeSaid` is false once the client's goodbye is stored; `mustBeSaid` is true once the loss of the client is stored. */
interface WillState {
  mayBeSaid: boolean;
  mustBeSaid: boolean;
}

/** The promises to clients: the model of the cluster. */
export class Promises {
  readonly published = new Map<string, Published>();
  readonly retained = new Map<string, Retained>();
  readonly wills = new Map<string, WillState>();
  /** Faults that were noticed along the way. */
  readonly problems: string[] = [];

  publish(text: string, options: Pick<Published, 'qos' | 'isShared'>): void {
    this.published.set(text, { ...options, isAcknowledged: false });
  }

  acknowledge(text: string): void {
    const published = this.published.get(text);
    if (published) published.isAcknowledged = true;
  }

  will(text: string): WillState {
    const known = this.wills.get(text);
    if (known) return known;
    const will = { mayBeSaid: true, mustBeSaid: false };
    this.wills.set(text, will);
    return will;
  }

  /** The messages and wills that a client has received, and how often each. */
  checkReceived(name: string, received: ReadonlyMap<string, number>, order: readonly string[]): void {
    this.#checkTimes(name, received, { isShared: false });
    this.#checkOrder(name, order);
    for (const [text, { mayBeSaid, mustBeSaid }] of this.wills) {
      const times = received.get(text) ?? 0;
      if (mustBeSaid) expect(times, `will ${text}, at ${name}`).toBeGreaterThan(0);
      expect(times, `will ${text}, at ${name}`).toBeLessThanOrEqual(mayBeSaid ? 1 : 0);
    }
  }

  /** Checks the messages that all clients together have received. */
  checkShared(all: readonly ReadonlyMap<string, number>[]): void {
    const times = new Map<string, number>();
    for (const received of all)
      for (const [text, count] of received) times.set(text, (times.get(text) ?? 0) + count);
    this.#checkTimes('all', times, { isShared: true });
  }

  #checkTimes(
    name: string,
    received: ReadonlyMap<string, number>,
    { isShared }: Pick<Published, 'isShared'>,
  ): void {
    const published = [...this.published].filter(([, one]) => one.isShared === isShared);
    const lost = published.filter(([text, one]) => one.isAcknowledged && !received.has(text));
    expect(lost, `lost for ${name}`).toEqual([]);
    const twice = published.filter(([text, { qos }]) => qos === 2 && (received.get(text) ?? 0) > 1);
    expect(twice, `twice for ${name}`).toEqual([]);
  }

  /** Messages of one publisher to one topic at one QoS arrive in order, apart from resent ones. */
  #checkOrder(name: string, order: readonly string[]): void {
    const last = new Map<string, number>();
    for (const text of order.filter((one) => this.published.get(one)?.isShared === false)) {
      const [publisher = '', serial] = text.split(' ');
      expect(Number(serial), `order of ${publisher} for ${name}`).toBeGreaterThan(last.get(publisher) ?? 0);
      last.set(publisher, Number(serial));
    }
  }

  /** No retained message is older than one that was acknowledged before it was replaced. */
  checkRetained(lines: readonly string[]): void {
    for (const line of lines) {
      const [, topic = '', text = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
      const kept = this.retained.get(text);
      const acknowledgedAt = kept?.acknowledgedAt;
      if (acknowledgedAt === undefined) continue;
      const later = [...this.retained].filter(
        ([, one]) => one.topic === topic && one.acknowledgedAt !== undefined && one.begunAt > acknowledgedAt,
      );
      expect(later, `later than what is retained on ${topic}`).toEqual([]);
    }
  }
}

/** All clients that received two of these messages received them in the same order. */
export function expectSameOrder(lists: readonly (readonly string[])[]): void {
  for (const [index, list] of lists.entries()) {
    const places = new Map(list.map((text, place) => [text, place]));
    for (const other of lists.slice(index + 1)) {
      const common = other.flatMap((text) => places.get(text) ?? []);
      expect(common).toEqual(common.toSorted((one, another) => one - another));
    }
  }
}
