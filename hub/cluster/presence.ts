import type { Logger } from 'pino';
import {
  firstValueFrom,
  merge,
  type Observable,
  ReplaySubject,
  race,
  type SchedulerLike,
  Subject,
  Subscription,
  timer,
} from 'rxjs';
import type { DrainLimits, DrainState } from './drain.ts';
import { drainChannel, encodeProgress } from './drain-request.ts';
import type { Engine } from './engine.ts';
import { BeatingMembers, type Member } from './members.ts';
import type { Owners } from './owners.ts';

/** How long a question about the progress of a drain waits for its answer, milliseconds. */
const ANNOUNCE_MS = 500;

export interface PresenceOptions {
  readonly engine: Engine;
  readonly self: Pick<Member, 'hub' | 'epoch' | 'instance'>;
  readonly owners: Pick<Owners, 'drain' | 'drainState'>;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
  /** Called with the hubs that serve, before `live$` emits them. */
  readonly onMembers: (members: readonly Member[]) => void;
  /** Emits when this hub may no longer serve. */
  readonly lost$: Observable<unknown>;
}

/** This hub among the hubs that serve: the others see it from its start until it has drained, and it sees them. */
export class Presence {
  readonly live$ = new ReplaySubject<readonly Member[]>(1);
  /** Emits when this hub is asked to drain and to end. */
  readonly drainWanted$ = new Subject<undefined>();
  readonly #options: PresenceOptions;
  readonly #drained$ = new ReplaySubject<void>(1);
  readonly #running = new Subscription();
  #members: BeatingMembers | undefined;
  #live: readonly Member[] = [];
  #addresses: readonly string[] = [];

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** The hubs that serve now, in order of their names. */
  get live(): readonly Member[] {
    return this.#live;
  }

  /** Announces that this hub serves from now on. */
  begin(): void {
    const { engine, self, scheduler, onMembers } = this.#options;
    const member = { ...self, addresses: this.#addresses, isDraining: false };
    this.#members = new BeatingMembers({ engine, self: member, scheduler });
    this.#running.add(engine.answer(drainChannel(self), () => this.#answerDrain()));
    this.#running.add(
      this.#members.live$.subscribe((members) => {
        this.#live = members;
        onMembers(members);
        this.live$.next(members);
      }),
    );
  }

  /** Announces to the other hubs how clients reach this one; until then they do not know. */
  announce(addresses: readonly string[]): void {
    this.#addresses = addresses;
    this.#members?.announce(addresses);
  }

  /** Moves all sessions to the other hubs; resolves to the sessions that are left here. */
  async drain(limits: DrainLimits): Promise<DrainState> {
    const { owners, log, lost$ } = this.#options;
    this.#members?.drain();
    const hurry$ = merge(limits.hurry$, lost$);
    const left = await owners.drain(() => this.#live, { ...limits, hurry$ });
    const { sessions } = left;
    this.#drained$.next();
    if (sessions === 0) log.info('all sessions are at other hubs');
    else log.warn(`${sessions} sessions are left here: the hub that adopts this one gets them`);
    return left;
  }

  /** Announces to the other hubs that this one no longer serves. */
  leave(): void {
    this.#members?.close();
  }

  /** Stops listening to the other hubs and answering them. */
  close(): void {
    this.leave();
    this.#running.unsubscribe();
  }

  /** Answers with the progress after a while, or as soon as the drain ends. So a process that asks again after each answer learns the final state. */
  async #answerDrain(): Promise<Uint8Array> {
    const { owners, scheduler } = this.#options;
    this.drainWanted$.next(undefined);
    await firstValueFrom(race(timer(ANNOUNCE_MS, scheduler), this.#drained$));
    return encodeProgress(owners.drainState);
  }
}
