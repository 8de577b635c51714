import type { SharedLog } from './engine.ts';
import { FrameReader, readEntries } from './frame-reader.ts';
import type { EntryClock } from './ledger-frame.ts';
import { OriginOrder } from './origin-order.ts';
import type { PlacedMessage } from './recent-entries.ts';

/** The messages of the ledger behind a sequence, up to another one. Reads it from its beginning, which says what counts. */
export async function readMessages(
  log: SharedLog,
  clock: EntryClock,
  { after, until }: { readonly after: number; readonly until: number },
): Promise<readonly PlacedMessage[]> {
  const reader = new FrameReader(new OriginOrder());
  const messages: PlacedMessage[] = [];
  const { first } = await log.range();
  for await (const { bytes, sequence } of log.entries(first, until)) {
    const judged = reader.take(bytes);
    for (const entry of judged?.content ? readEntries(judged.content, clock) : []) {
      if (entry.kind === 'over') reader.end(entry.hub, entry.epoch);
      else if (sequence > after) messages.push({ entry, sequence, hub: judged?.frame.hub ?? '' });
    }
  }
  return messages;
}
