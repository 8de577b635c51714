import { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import type { Session } from './session.ts';

/** A message of which sessions have not had the effect yet, as their hub would have delivered it. */
export interface Missed {
  readonly message: Message;
  /** Whether others have it already. */
  readonly isForSharesOnly?: boolean;
  /** The shared subscriptions (`$share/…`) whose member at that hub gets it. */
  readonly shares: readonly string[];
  /** The client that has published it there, at QoS 2. */
  readonly receipt?: { readonly clientIdentifier: string; readonly packetIdentifier: number } | undefined;
}

export interface CatchUpOptions {
  readonly now: () => number;
  /** Takes a shared message if none of the sessions is a member of its subscription any more. */
  readonly onLeftOver: (share: string, message: Message) => void;
}

/** Delivers to some sessions what they have missed. */
export function catchUp(
  sessions: readonly Session[],
  missed: readonly Missed[],
  { now, onLeftOver }: CatchUpOptions,
): void {
  const [plain, shared] = [new Hub({ now }), new Hub({ now })];
  for (const session of sessions)
    for (const { filter, terms } of session.subscriptions)
      (filter.group === undefined ? plain : shared).subscribe(session, filter, terms);
  const byClient = new Map(sessions.map((session) => [session.clientIdentifier, session]));
  for (const { message, isForSharesOnly = false, shares, receipt } of missed) {
    if (receipt) byClient.get(receipt.clientIdentifier)?.recall(receipt.packetIdentifier);
    if (message.isExpiredAt(now())) continue;
    if (!isForSharesOnly) plain.publish(message);
    for (const share of shares) if (!shared.redeliver(share, message, 'any')) onLeftOver(share, message);
  }
}
