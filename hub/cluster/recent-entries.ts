import { firstValueFrom, type SchedulerLike, timer } from 'rxjs';
import type { Message } from '../core/message.ts';
import type { Missed } from '../session/moving-session.ts';
import { readEntries } from './frame-reader.ts';
import type { EntryClock } from './ledger-frame.ts';
import type { MissedBy, SessionOrder } from './session-order.ts';

/** A message in the ledger. */
export interface LedgerMessage {
  readonly message: Message;
  /** The members of shared subscriptions that get the message, with the hub of each. */
  readonly picks: readonly { readonly share: string; readonly hub: string }[];
  readonly isForPicksOnly: boolean;
  /** See `MessageEntry`. */
  readonly undelivered?: number | undefined;
  readonly receipt: { readonly clientIdentifier: string; readonly packetIdentifier: number } | undefined;
}

/** A message with the sequence of its frame in the ledger, and the hub that appended it. */
export interface PlacedMessage {
  readonly entry: LedgerMessage;
  readonly sequence: number;
  readonly hub: string;
}

/** All entries that end in a frame of the ledger, as they stand there, and the hub that appended them. */
export interface PlacedFrame {
  readonly sequence: number;
  readonly hub: string;
  readonly content: Uint8Array;
}

/** How much memory the frames of the last seconds may take, bytes. */
const MOST_BYTES = 8 * 2 ** 20;

/** How often to check whether this hub has read as far as another, milliseconds. */
const LOOK_MS = 2;

export interface RecentEntriesOptions {
  /** The sequence up to which the ledger is applied here. */
  readonly position: () => number;
  /** Reads again the messages after one sequence, up to another. */
  readonly read: (after: number, until: number) => Promise<readonly PlacedMessage[]>;
  readonly scheduler: SchedulerLike;
  readonly clock: EntryClock;
  /** Default 8 MiB. */
  readonly mostBytes?: number;
}

/**
 * The last messages of the ledger, for sessions that come from hubs that have not read as far as this one. Older ones are read again. They are kept as bytes:
 * few are ever needed, and a hundred thousand objects a second would cost more than everything else.
 */
export class RecentEntries implements SessionOrder {
  readonly #options: RecentEntriesOptions;
  #recent: PlacedFrame[] = [];
  #bytes = 0;
  /** The sequence after which all messages are kept here. */
  #after: number;

  constructor(options: RecentEntriesOptions) {
    this.#options = options;
    this.#after = options.position();
  }

  get position(): number {
    return this.#options.position();
  }

  /** Keeps a frame that was applied here. */
  add({ sequence, hub, content }: PlacedFrame): void {
    const { mostBytes = MOST_BYTES } = this.#options;
    this.#recent.push({ sequence, hub, content: new Uint8Array(content) }); // Copied, since `content` may be part of a far longer buffer.
    this.#bytes += content.length;
    if (this.#bytes > mostBytes) this.#forget(mostBytes / 2);
  }

  async since<T>(
    { position, hub, epoch = Number.POSITIVE_INFINITY }: MissedBy,
    use: (missed: readonly Missed[]) => T,
  ): Promise<T> {
    while (this.position < position) await firstValueFrom(timer(LOOK_MS, this.#options.scheduler));
    const older: PlacedMessage[] = [];
    let last = position;
    while (last < this.#after) {
      const until = this.#after; // More may be forgotten meanwhile.
      older.push(...(await this.#options.read(last, until)));
      last = until;
    }
    const missed = older.map((placed) => toMissed(placed, hub));
    let isOver = false;
    for (const { sequence, hub: origin, content } of this.#recent) {
      if (sequence <= last) continue;
      for (const entry of readEntries(content, this.#options.clock)) {
        if (entry.kind === 'over') isOver ||= entry.hub === hub && entry.epoch > epoch;
        // A hub whose epoch is over is not picked: the hub that picked it sees that, and picks another.
        else
          missed.push({ ...toMissed({ entry, sequence, hub: origin }, hub), ...(isOver && { shares: [] }) });
      }
    }
    return use(missed);
  }

  #forget(bytesLeft: number): void {
    let count = 0;
    for (const { content, sequence } of this.#recent) {
      if (this.#bytes <= bytesLeft) break;
      this.#bytes -= content.length;
      this.#after = sequence;
      count++;
    }
    this.#recent = this.#recent.slice(count);
  }
}

/** A message for the sessions that a hub had. */
export function toMissed({ entry, hub: origin }: PlacedMessage, hub: string): Missed {
  const { message, picks, isForPicksOnly, receipt } = entry;
  const shares = picks.filter((pick) => pick.hub === hub).map(({ share }) => share);
  const isOwn = origin === hub;
  return {
    message,
    shares,
    isForSharesOnly: isForPicksOnly,
    receipt: isOwn ? receipt : undefined,
    undelivered: isOwn ? entry.undelivered : undefined,
  };
}
