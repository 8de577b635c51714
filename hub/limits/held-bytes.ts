import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import { HubError } from '../core/error.ts';
import type { TurnBudget } from './turn-budget.ts';

/** A connection or request that keeps some of the hub's memory. */
export interface Holder {
  /** Bytes of incomplete messages that were received, and bytes that were not sent yet. */
  readonly heldBytes: number;
  /** Its client's network: see `networkOf`. */
  readonly network: string;
  /** Ends the connection or request at once. */
  cutOff(reason: HubError): void;
}

/** How often all holders are checked, milliseconds. */
const LOOK_MS = 250;

/** How often the memory in use is read, milliseconds; that costs microseconds. */
const GROWTH_CHECK_MS = 50;

/** If the memory in use grows by this fraction of the limit, all holders are checked sooner. */
const GROWTH = 1 / 16;

/** Bytes that each may hold for any time: about as much as one read or write. */
const NEGLIGIBLE_BYTES = 64 * 2 ** 10;

/** How many holders are checked in one turn: there may be thousands, and no client should wait for all of them. */
const LOOKED_AT_ONCE = 250;

interface HeldBytesOptions {
  readonly scheduler: SchedulerLike;
  /** Bytes that all may hold together. */
  readonly heldBytes: number;
  /** The memory in use by the whole hub, bytes. */
  readonly usedBytes: () => number;
  readonly holders: () => Iterable<Holder>;
  /** Spreads the end of holders that are cut off over several turns. */
  readonly budget: Pick<TurnBudget, 'release'>;
}

/** While less than this fraction of the limit is held, the memory in use shows how much the rest of the hub takes. */
const LITTLE = 1 / 4;

/** How quickly a larger rest is believed, as a fraction of the difference at each check: some of it may be garbage. */
const BELIEF = 1 / 16;

/** A check in progress. */
interface Look {
  readonly holders: Iterator<Holder>;
  readonly since: Map<Holder, number>;
  readonly holdings: Holding[];
  total: number;
}

interface Holding {
  readonly holder: Holder;
  readonly bytes: number;
  /** When a check first saw it hold something, milliseconds. */
  readonly since: number;
}

/**
 * Bounds the memory that all connections hold together, as each may hold some megabytes. If they hold too much, holders of the network that holds most are cut
 * off. The one that has held its bytes longest comes first: fast clients, and slow but honest ones, release their buffers sooner than an attacker. Many
 * holders may hold the same message, which takes memory once, so their sum alone proves nothing. The hub must also use that much more memory than it does
 * while little is held.
 */
export class HeldBytes {
  readonly #options: HeldBytesOptions;
  readonly #timer: Timer;
  /** The next step of a check in progress. */
  #nextStep: Timer | undefined;
  /** Since when each holder has held something. */
  #since = new Map<Holder, number>();
  /** Holders that were cut off, or will be in one of the next turns. */
  readonly #leaving = new WeakSet<Holder>();
  #lookedAt: number;
  #usedBefore: number;
  /** The bytes that everything else uses. */
  #restBytes: number;
  /** Bytes that all holders had at the last check. */
  total = 0;
  /** How many holders were cut off since the start. */
  cutOffs = 0;

  constructor(options: HeldBytesOptions) {
    const { scheduler } = options;
    this.#options = options;
    this.#lookedAt = scheduler.now();
    this.#usedBefore = options.usedBytes();
    this.#restBytes = this.#usedBefore;
    const check = () => this.#checkGrowth();
    this.#timer = scheduler.schedule(function () {
      check();
      this.schedule(undefined, GROWTH_CHECK_MS);
    }, GROWTH_CHECK_MS);
  }

  close(): void {
    this.#timer.unsubscribe();
    this.#nextStep?.unsubscribe();
  }

  #checkGrowth(): void {
    if (this.#nextStep) return;
    const { scheduler, usedBytes, heldBytes: most } = this.#options;
    const used = usedBytes();
    const hasGrown = used - this.#usedBefore > most * GROWTH;
    if (hasGrown || scheduler.now() - this.#lookedAt >= LOOK_MS) this.#beginLook();
    else this.#usedBefore = Math.min(this.#usedBefore, used); // So that growth counts from after a garbage collection.
  }

  #beginLook(): void {
    this.#lookedAt = this.#options.scheduler.now();
    const holders = this.#options.holders()[Symbol.iterator]();
    this.#goOnLooking({ holders, since: new Map(), holdings: [], total: 0 });
  }

  #goOnLooking(look: Look): void {
    this.#nextStep = undefined;
    for (let left = LOOKED_AT_ONCE; left > 0; left--) {
      const { done, value } = look.holders.next();
      if (done) {
        this.#conclude(look);
        return;
      }
      this.#lookAt(value, look);
    }
    this.#nextStep = this.#options.scheduler.schedule(() => this.#goOnLooking(look));
  }

  #lookAt(holder: Holder, look: Look): void {
    const bytes = holder.heldBytes;
    if (bytes <= NEGLIGIBLE_BYTES || this.#leaving.has(holder)) return;
    const since = this.#since.get(holder) ?? this.#lookedAt;
    look.since.set(holder, since);
    look.total += bytes;
    look.holdings.push({ holder, bytes, since });
  }

  #conclude({ since, holdings, total }: Look): void {
    const { heldBytes: most, usedBytes, scheduler } = this.#options;
    const used = usedBytes();
    this.#usedBefore = used;
    this.#since = since;
    this.total = total;
    if (total < most * LITTLE) this.#learnRest(Math.max(0, used - total));
    if (total > most && used - this.#restBytes > most) this.#free(holdings, scheduler.now());
  }

  #learnRest(bytes: number): void {
    const more = bytes - this.#restBytes;
    this.#restBytes += more > 0 ? more * BELIEF : more;
  }

  #free(holdings: readonly Holding[], now: number): void {
    const networks = new Networks(holdings);
    let excess = this.total - this.#options.heldBytes;
    while (excess > 0) {
      const next = networks.take();
      if (!next) return;
      excess -= next.bytes;
      this.#cutOff(next.holder, (now - next.since) / 1000);
    }
  }

  #cutOff(holder: Holder, seconds: number): void {
    this.cutOffs++;
    this.#leaving.add(holder);
    const reason = tooMuch(this.#options.heldBytes, seconds);
    this.#options.budget.release(holder.network, () => holder.cutOff(reason));
  }
}

/** Holdings by network, each in the order in which they are given up. */
class Networks {
  readonly #networks: { bytes: number; readonly holdings: Holding[] }[];

  constructor(holdings: readonly Holding[]) {
    const byName = groupByNetwork(holdings);
    this.#networks = [...byName.values()].map((group) => ({
      bytes: group.reduce((sum, { bytes }) => sum + bytes, 0),
      holdings: group.sort(byImpatience),
    }));
  }

  /** Takes the next holding of the network that holds most. */
  take(): Holding | undefined {
    const [first, ...others] = this.#networks;
    if (!first) return undefined;
    const most = others.reduce((one, other) => (other.bytes > one.bytes ? other : one), first);
    const next = most.holdings.pop();
    most.bytes -= next?.bytes ?? 0;
    return next;
  }
}

/** Ascending order: last come the connections that have held something longest, and among these the ones that hold most. */
function byImpatience(one: Holding, other: Holding): number {
  return other.since - one.since || one.bytes - other.bytes;
}

function groupByNetwork(holdings: readonly Holding[]): Map<string, Holding[]> {
  const groups = new Map<string, Holding[]>();
  for (const holding of holdings) {
    const { network } = holding.holder;
    const group = groups.get(network);
    if (group) group.push(holding);
    else groups.set(network, [holding]);
  }
  return groups;
}

function tooMuch(bytes: number, seconds: number): HubError {
  const message = `all connections together hold more than ${bytes} bytes, and this one has for ${seconds} s`;
  return new HubError('limit/exceeded', message);
}
