import type { Message } from '../core/message.ts';
import type { SharedLog } from './engine.ts';
import { type FrameReader, readEntries } from './frame-reader.ts';
import type { EntryClock } from './ledger-frame.ts';
import type { PlacedMessage } from './recent-entries.ts';

/** The messages that are retained at some point of the ledger. */
export interface RetainedState {
  /** The sequence of the last frame that is included. */
  position: number;
  readonly reader: FrameReader;
  /** The retained messages by topic. */
  readonly messages: Map<string, Message>;
}

export interface ReplayOptions {
  /** The sequence up to which to read. */
  readonly to: number;
  readonly clock: EntryClock;
  /** Called for every message. */
  readonly onMessage?: (placed: PlacedMessage) => void;
}

/** Reads on from a state that includes whole entries only, and changes it, up to a position. Rejects with `UnansweredError`. */
export async function replayRetained(
  state: RetainedState,
  log: SharedLog,
  { to, clock, onMessage }: ReplayOptions,
): Promise<void> {
  const { reader } = state;
  for await (const { bytes, sequence } of log.entries(state.position + 1, to)) {
    const judged = reader.take(bytes);
    for (const entry of judged?.content ? readEntries(judged.content, clock) : []) {
      if (entry.kind === 'over') reader.end(entry.hub, entry.epoch);
      else {
        if (entry.message.retain && !entry.isForPicksOnly) retain(state.messages, entry.message);
        onMessage?.({ entry, sequence, hub: judged?.frame.hub ?? '' });
      }
    }
    state.position = sequence;
  }
}

function retain(messages: Map<string, Message>, message: Message): void {
  if (message.isEmpty) messages.delete(message.topic);
  else messages.set(message.topic, message);
}
