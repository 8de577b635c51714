import { Batch } from '../batch.ts';
import { type Delivery, isTracked, type PublishTemplate } from './codec/index.ts';
import type { Replies } from './replies.ts';

/** The messages due to a client in one turn, each with its delivery. */
export type PublishBatch = Batch<Delivery, PublishTemplate>;

/** The messages of a batch that wait for the journal, and those that need not. */
export interface Lanes {
  /** At QoS 1 and 2. */
  readonly tracked?: PublishBatch | undefined;
  /** At QoS 0. */
  readonly untracked?: PublishBatch | undefined;
}

/** The same batch if all its messages belong in one lane. */
export function intoLanes(batch: PublishBatch): Lanes {
  let isAllTracked = true;
  let isAnyTracked = false;
  for (let rest: PublishBatch | undefined = batch; rest; rest = rest.before) {
    if (isTracked(rest.form)) isAnyTracked = true;
    else isAllTracked = false;
  }
  if (isAllTracked) return { tracked: batch };
  return isAnyTracked ? divide(batch) : { untracked: batch };
}

function divide(batch: PublishBatch): Lanes {
  let tracked: PublishBatch | undefined;
  let untracked: PublishBatch | undefined;
  for (const { message, form } of batch.map((message, form) => ({ message, form }))) {
    if (isTracked(form)) tracked = new Batch(message, form, tracked);
    else untracked = new Batch(message, form, untracked);
  }
  return { tracked, untracked };
}

/** Up to where the journal must be safe for packets that confirm nothing: they overtake all that waits but what must come before them. */
export class Precedence {
  /** For a PINGRESP. A CONNACK is the first packet of a connection. [MQTT-3.2.0-1] */
  pong = 0;
  /** For messages at QoS 0. Clients expect the SUBACK before the messages of a subscription. */
  untracked = 0;

  /** Notes replies that wait for a position. */
  note(replies: Replies, position: number): void {
    if (replies.has('connack')) this.pong = position;
    if (replies.has('connack') || replies.has('suback')) this.untracked = position;
  }
}
