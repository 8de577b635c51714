import { asyncScheduler, type SchedulerLike, type Subscription, timer } from 'rxjs';
import type { Bus } from '../../hub/core/index.ts';

/**
 * Publishes `payload`, not retained, to a topic that is true only while somebody holds it, such as a press. If this page vanishes
 * meanwhile, the hub publishes `rest`.
 */
export type HoldPublish = (topic: string, payload: string, rest: string) => Promise<void>;

/** The message that the hub publishes when a connection is lost. */
export interface Will {
  readonly topic: string;
  readonly payload: string;
}

export interface HoldOptions {
  /** How long a connection is kept after somebody let go, milliseconds: the next press comes sooner. Default 3000. */
  readonly idleMs?: number;
  readonly scheduler?: SchedulerLike;
}

type Connection = Pick<Bus, 'publish'> & { close(): Promise<void> };

interface Held {
  readonly connection: Connection;
  closing?: Subscription;
}

/** A connection has only one will, so each topic that is held gets a connection of its own, for as long as it is held. */
export function createHoldPublish(
  connect: (will: Will) => Connection,
  { idleMs = 3000, scheduler = asyncScheduler }: HoldOptions = {},
): HoldPublish {
  const open = new Map<string, Held>();
  const close = (topic: string, held: Held) => {
    if (open.get(topic) === held) open.delete(topic);
    void held.connection.close();
  };
  const obtain = (topic: string, rest: string) => {
    const held = open.get(topic) ?? { connection: connect({ topic, payload: rest }) };
    held.closing?.unsubscribe();
    open.set(topic, held);
    return held;
  };
  return async (topic, payload, rest) => {
    const held = obtain(topic, rest);
    const isHeld = payload !== rest;
    if (!isHeld) held.closing = timer(idleMs, scheduler).subscribe(() => close(topic, held));
    try {
      await held.connection.publish(topic, payload);
    } catch (error) {
      close(topic, held); // The next press tries again.
      throw error;
    }
  };
}
