import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RetainedOrder } from '../../hub/cluster/retained-order.ts';
import { Message } from '../../hub/core/message.ts';

const TOPIC = 'a';

/** One of the hubs that see the same ledger, with what it stores and what its subscribers received last. */
class Seen {
  kept: Message | undefined;
  heard: string | undefined;
  readonly order = new RetainedOrder({
    get: () => this.kept,
    accept: (message) => {
      this.kept = message.isEmpty ? undefined : message;
    },
    deliver: (message) => this.observe(message),
  });

  observe({ text = '' }: Message): void {
    this.heard = text;
  }

  /** Shows a message that arrives over the fast lane, or that the hub itself has received from a client. */
  showEarly(message: Message, hub: string, serial: number): void {
    this.order.anticipate(message, { hub, serial });
    this.kept = message;
    this.observe(message);
  }

  decide(message: Message, hub: string, serial: number): void {
    this.order.decide(message, { hub, serial }, (due) => this.observe(due));
  }
}

interface Published {
  readonly hub: 'a' | 'b';
  readonly serial: number;
  readonly message: Message;
}

/** Messages that two hubs publish at QoS 0, in the order of the ledger. */
const published = fc.array(fc.constantFrom('a' as const, 'b' as const), { maxLength: 8 }).map((hubs) => {
  const serials = { a: 0, b: 0 };
  return hubs.map((hub): Published => {
    const serial = ++serials[hub];
    return { hub, serial, message: new Message(TOPIC, `${hub}${serial}`, { retain: true }) };
  });
});

/** Each message arrives over the fast lane, unless it is lost there, and then through the ledger. Both lanes interleave freely, but each keeps its order. */
function meet(seen: Seen, messages: readonly Published[], choices: readonly number[]): void {
  const early = {
    a: messages.filter(({ hub }) => hub === 'a'),
    b: messages.filter(({ hub }) => hub === 'b'),
  };
  const ledger = [...messages];
  const decided = { a: 0, b: 0 };
  const show = (hub: 'a' | 'b', isLost: boolean) => {
    const next = early[hub].shift();
    // A message that has come back through the ledger is no longer shown early.
    if (next && !isLost && next.serial > decided[hub]) seen.showEarly(next.message, hub, next.serial);
  };
  const decide = () => {
    const next = ledger.shift();
    if (!next) return;
    decided[next.hub] = next.serial;
    seen.decide(next.message, next.hub, next.serial);
  };
  for (const choice of choices) {
    if (choice === 0) decide();
    else show(choice % 2 === 1 ? 'a' : 'b', choice > 2);
  }
  while (ledger.length > 0) decide();
}

describe('retained messages that are shown before the ledger has them', () => {
  it('end at all hubs with the last value in the ledger, and so do subscribers, in whatever order early values arrive', () => {
    const choices = fc.array(fc.constantFrom(0, 1, 1, 2, 2, 3, 4), { maxLength: 30 });
    fc.assert(
      fc.property(published, choices, choices, (messages, ...choicesOf) => {
        for (const choices of choicesOf) {
          const seen = new Seen();
          meet(seen, messages, choices);
          expect(seen.order.size).toBe(0);
          expect(seen.kept?.text).toBe(messages.at(-1)?.message.text);
          expect(seen.heard).toBe(messages.at(-1)?.message.text);
        }
      }),
    );
  });

  it('are void if the hub ends before the ledger has them: what was there before is shown again', () => {
    const seen = new Seen();
    const before = new Message(TOPIC, 'before', { retain: true });
    seen.decide(before, 'b', 1);
    seen.showEarly(new Message(TOPIC, 'early', { retain: true }), 'a', 1);
    seen.order.forget('a');
    expect([seen.kept?.text, seen.heard, seen.order.size]).toEqual(['before', 'before', 0]);
  });

  it('are not shown a second time if they were shown last', () => {
    const seen = new Seen();
    const message = new Message(TOPIC, 'x', { retain: true });
    seen.showEarly(message, 'a', 1);
    seen.heard = 'nothing since';
    seen.decide(message, 'a', 1);
    expect([seen.kept, seen.heard, seen.order.size]).toEqual([message, 'nothing since', 0]);
  });
});
