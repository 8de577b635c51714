import type { InspectedMessage, InspectedRow, InspectionFrame } from '../../../hub/core/index.ts';

/** How many of a topic's messages are kept on the page, and how long their payloads may be together, UTF-16 units. The last message is kept in any case. */
const MOST_MESSAGES = 200;
const MOST_LENGTH = 4_000_000;

/** The data that the hub has sent, as far as they are shown. */
export interface Shown {
  readonly frame: InspectionFrame;
  /** The rows whose counts have just changed, by `keyOf`. */
  readonly fresh: ReadonlySet<string>;
  /** The last messages of each watched topic, the oldest first. */
  readonly logs: ReadonlyMap<string, readonly InspectedMessage[]>;
}

/** Tells a row from all others: a topic can be in the tree and be pinned. */
export function keyOf({ topic, isPinned }: InspectedRow): string {
  return isPinned ? `+${topic}` : ` ${topic}`;
}

/** The data shown after a frame. */
export function nextShown(before: Shown | undefined, frame: InspectionFrame): Shown {
  const counts = new Map(before?.frame.rows.map((row) => [keyOf(row), row.messages]));
  const isFresh = (row: InspectedRow) => (counts.get(keyOf(row)) ?? row.messages) < row.messages;
  return {
    frame,
    fresh: new Set(frame.rows.filter(isFresh).map(keyOf)),
    logs: appended(before?.logs ?? new Map(), frame.seen),
  };
}

function appended(logs: Shown['logs'], seen: readonly InspectedMessage[]): Shown['logs'] {
  if (seen.length === 0) return logs;
  const next = new Map(logs);
  for (const message of seen) {
    const log = next.get(message.topic) ?? [];
    // A topic that is watched again begins with messages that may be known already.
    if (message.isOld && isKnown(log, message)) continue;
    next.set(message.topic, lastOf([...log, message]));
  }
  return next;
}

/** The last messages, as far as there is room for them. */
function lastOf(log: readonly InspectedMessage[]): readonly InspectedMessage[] {
  let first = Math.max(0, log.length - MOST_MESSAGES);
  let length = log.slice(first).reduce((sum, message) => sum + lengthOf(message), 0);
  for (; length > MOST_LENGTH && first < log.length - 1; first++) length -= lengthOf(log[first]);
  return log.slice(first);
}

function lengthOf(message: InspectedMessage | undefined): number {
  return (message?.payload ?? message?.base64 ?? '').length;
}

function isKnown(log: readonly InspectedMessage[], message: InspectedMessage): boolean {
  const last = log.at(-1);
  return last !== undefined && (message.at === undefined || (last.at ?? 0) >= message.at);
}
