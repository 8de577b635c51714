import { HubError } from '../core/error.ts';
import type { Hub } from '../core/hub.ts';
import { Message } from '../core/message.ts';
import { isReport } from '../core/rights.ts';
import { HUB_ITSELF } from '../core/subscription.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Classroom } from './classroom.ts';
import type { CollectedSeat } from './collection.ts';
import { type GivenValue, kindsOf, parseHandOut, valuesOf } from './hand-outs.ts';
import type { Seat } from './seat.ts';

/**
 * The value that a reset gives to a property, by its name: dark, and otherwise the initial value of our devices. Other properties are cleared. A device keeps its value
 * when the topic is cleared, and refuses text that is not a number.
 */
const AT_REST: Readonly<Record<string, string>> = {
  duty: '0',
  effect: 'none',
  color: '#000000',
  frequency: '100',
  transition: '0',
  bounce: '0',
  angle: '0',
  'pulse-min': '1000',
  'pulse-max': '2000',
};

/** Topics, below a seat, of a student's own work and of a virtual Pi's reports about its pins: a reset leaves them as they are. */
const KEPT = /^(learn\/(progress|program|program\/before)|board\/gpio\/\d+)$/;

/** How many topics are changed in one turn of the event loop. */
const BATCH = 200;

interface ClassTopicsOptions {
  readonly classroom: Classroom;
  readonly hub: Hub;
  readonly sessions: Pick<Sessions, 'endAllOn'>;
}

/** The changes that a class makes to the topics of its seats. */
export class ClassTopics {
  readonly #classroom: Classroom;
  readonly #hub: Hub;
  readonly #sessions: Pick<Sessions, 'endAllOn'>;

  constructor({ classroom, hub, sessions }: ClassTopicsOptions) {
    this.#classroom = classroom;
    this.#hub = hub;
    this.#sessions = sessions;
  }

  /** Whether something is retained at, or below, a first level. */
  hasTopics(level: string): boolean {
    for (const _ of this.#hub.retained.match(`${level}/#`)) return true;
    return false;
  }

  /** The kinds of content that students who join later also get. */
  get handedOut(): readonly string[] {
    return kindsOf(this.#classroom.handOut);
  }

  /** Gives a seat what was handed out before its student came. */
  welcome({ seat }: Pick<Seat, 'seat'>): void {
    const { handOut } = this.#classroom;
    if (handOut !== undefined) this.#give(seat, valuesOf(handOut));
  }

  /**
   * Gives every seat a part of a start, and keeps it for students who come later. Rejects with `option/invalid`, and with `payload/invalid` for what
   * every device would refuse: only the seats would see that.
   */
  async handOut(handOut: object): Promise<number> {
    const values = parseHandOut(handOut);
    for (const { path, payload } of values) this.#classroom.checkValue(path, payload);
    await this.#classroom.keepHandOut(handOut);
    const { seats } = this.#classroom;
    for (const { seat } of seats) this.#give(seat, values);
    return seats.length;
  }

  /** Clears the values of a seat, turns its lights off, and repeats the last hand-out. */
  async reset({ seat }: Pick<Seat, 'seat'>): Promise<void> {
    await this.#forEachTopic(seat, (topic) => {
      if (isReport(topic) || KEPT.test(topic.slice(seat.length + 1))) return;
      const property = topic.slice(topic.lastIndexOf('/') + 1);
      this.#publish(topic, AT_REST[property] ?? '');
    });
    this.welcome({ seat });
  }

  collect(): CollectedSeat[] {
    return this.#classroom.seats.map((seat) => ({ ...seat, topics: this.#topicsOf(seat) }));
  }

  /** Removes seats, with all that is retained on their topics. */
  async remove(seats: readonly Seat[]): Promise<void> {
    await this.#classroom.remove(seats.map(({ seat }) => seat));
    await this.#clear(seats);
  }

  /** Ends the class, with all that is retained on the topics of its seats. */
  async end(): Promise<void> {
    const { seats } = this.#classroom;
    await this.#classroom.end();
    await this.#clear(seats);
  }

  /** The wills of their devices are published first, so that none comes later. */
  async #clear(seats: readonly Seat[]): Promise<void> {
    const reason = new HubError('auth/denied', 'the teacher has removed this seat, or has ended the class');
    for (const { seat } of seats) {
      await this.#sessions.endAllOn({ credentialId: `token:${seat}`, isGone: true, reason });
      await this.#forEachTopic(seat, (topic) => this.#publish(topic, ''));
    }
  }

  #topicsOf({ seat }: Seat): CollectedSeat['topics'] {
    const held = Array.from(this.#hub.retained.match(`${seat}/#`), ({ topic, text }) => {
      return [topic.slice(seat.length + 1), text ?? null] as const;
    });
    return Object.fromEntries(held.sort(([one], [other]) => one.localeCompare(other)));
  }

  async #forEachTopic(seat: string, work: (topic: string) => void): Promise<void> {
    const topics = Array.from(this.#hub.retained.match(`${seat}/#`), ({ topic }) => topic);
    for (const [index, topic] of topics.entries()) {
      work(topic);
      if (index % BATCH === BATCH - 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #give(seat: string, values: readonly GivenValue[]): void {
    for (const { path, payload } of values) this.#publish(`${seat}/${path}`, payload);
  }

  #publish(topic: string, payload: string): void {
    this.#hub.publish(new Message(topic, payload, { retain: true }), { owner: HUB_ITSELF });
  }
}
