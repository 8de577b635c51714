import type { Logger } from 'pino';
import { firstValueFrom, merge, type Observable, type SchedulerLike, timer } from 'rxjs';
import { HubError } from '../core/error.ts';
import type { Sessions } from '../session/sessions.ts';
import { askChannel } from './directory.ts';
import { type Engine, UnansweredError } from './engine.ts';
import type { HandOverSender } from './hand-over-sender.ts';
import type { Member } from './members.ts';
import { encodeRequest, type Offered } from './requests.ts';

/** How often the drain continues, milliseconds. */
const STEP_MS = 50;

/** Clients are closed within this fraction of the time, so that they do not all reach the other hubs at once; and the least number per step. */
const CLOSING_PART = 0.4;
const LEAST_GROUP = 5;

/** How long a client that was asked to leave may take to connect to another hub, which then takes its session, milliseconds. */
const RETURN_MS = 2_000;

/** How many sessions are offered to a hub at a time, and how long it may take to fetch them, milliseconds. */
const OFFERED = 100;
const OFFER_MS = 3_000;

export interface DrainOptions {
  readonly engine: Pick<Engine, 'ask'>;
  /** This hub. */
  readonly hub: string;
  readonly sessions: Pick<Sessions, 'dismiss' | 'away' | 'size' | 'connectedCount'>;
  readonly sender: Pick<HandOverSender, 'settling'>;
  /** The hubs that serve, including this one. */
  readonly live: () => readonly Member[];
  readonly now: () => number;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
}

export interface DrainLimits {
  /** How long the drain may take, milliseconds. */
  readonly withinMs: number;
  /** Emits when the drain should stop before everything is moved. */
  readonly hurry$: Observable<unknown>;
}

/** The sessions left to move. */
export interface DrainState {
  /** Clients that are still connected. */
  readonly connected: number;
  /** Sessions, connected or not. */
  readonly sessions: number;
}

/** Moves all sessions of this hub to others before it ends: asks clients to leave, group by group, and gives offline sessions to the other hubs in turn. */
export class Drain {
  readonly #options: DrainOptions;
  #turn = 0;
  /** Hubs that have not answered the last offer yet. */
  readonly #busy = new Set<string>();
  /** Clients whose sessions are currently on offer. */
  readonly #offered = new Set<string>();
  #failure: unknown;

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  get state(): DrainState {
    const { connectedCount: connected, size: sessions } = this.#options.sessions;
    return { connected, sessions };
  }

  /** Resolves to the sessions that are left when everything is moved, the time is over, or no hub can take more. */
  async run({ withinMs, hurry$ }: DrainLimits): Promise<DrainState> {
    const { scheduler, sessions } = this.#options;
    let isOver = false;
    const ending = merge(timer(withinMs, scheduler), hurry$).subscribe(() => {
      isOver = true;
    });
    const leaving = sessions.dismiss(new HubError('hub/closing', 'the hub is closing'))[Symbol.iterator]();
    const group = this.#groupSize(withinMs);
    while (!isOver && this.#hasWork) {
      for (let closed = 0; closed < group && !leaving.next().done; closed++);
      this.#offer();
      await firstValueFrom(timer(STEP_MS, scheduler));
    }
    ending.unsubscribe();
    if (this.#failure !== undefined) throw this.#failure;
    return this.state;
  }

  /** How many clients are closed in one step. */
  #groupSize(withinMs: number): number {
    const steps = Math.max(1, Math.floor((withinMs * CLOSING_PART) / STEP_MS));
    return Math.max(LEAST_GROUP, Math.ceil(this.state.connected / steps));
  }

  get #hasWork(): boolean {
    const { connected, sessions } = this.state;
    if (sessions === 0 || this.#failure !== undefined) return false;
    return connected > 0 ? this.#others.length > 0 : this.#takers.length > 0;
  }

  /** The other hubs to which clients can go. */
  get #others(): readonly Member[] {
    const { live, hub } = this.#options;
    return live().filter((member) => member.hub !== hub && member.isDraining !== true);
  }

  /** The hubs that may take sessions: none while a hub of an earlier version serves, as such a hub does not support moves. */
  get #takers(): readonly string[] {
    const others = this.#others;
    return others.every(({ isDraining }) => isDraining === false) ? others.map(({ hub }) => hub) : [];
  }

  #offer(): void {
    const takers = this.#takers.filter((hub) => !this.#busy.has(hub));
    if (takers.length === 0) return;
    const due = this.#nextSessions(takers.length * OFFERED);
    const first = this.#turn++;
    const shares = takers.map((_, index) => due.filter((_one, place) => place % takers.length === index));
    for (const [index, share] of shares.entries()) {
      const hub = takers[(first + index) % takers.length];
      if (hub !== undefined && share.length > 0) void this.#offerTo(hub, share);
    }
  }

  /** The next offline sessions to offer. */
  #nextSessions(most: number): readonly Offered[] {
    const { sessions, sender, now } = this.#options;
    const due: Offered[] = [];
    for (const { clientIdentifier, owner, leftAt } of sessions.away()) {
      if (due.length === most) break;
      if (now() - leftAt < RETURN_MS) continue;
      if (this.#offered.has(clientIdentifier) || sender.settling(clientIdentifier)) continue;
      due.push({ clientIdentifier, owner: { ...owner, credentialIds: [...owner.credentialIds] } });
    }
    return due;
  }

  async #offerTo(hub: string, offered: readonly Offered[]): Promise<void> {
    const { engine, hub: from, log } = this.#options;
    this.#busy.add(hub);
    for (const { clientIdentifier } of offered) this.#offered.add(clientIdentifier);
    try {
      const question = encodeRequest({ kind: 'offer', from, sessions: [...offered] });
      await engine.ask(askChannel(hub), question, OFFER_MS);
    } catch (err) {
      if (err instanceof UnansweredError) log.debug({ err }, `hub ${hub} does not accept sessions now`);
      else this.#failure = err;
    } finally {
      this.#busy.delete(hub);
      for (const { clientIdentifier } of offered) this.#offered.delete(clientIdentifier);
    }
  }
}
