import {
  filter,
  firstValueFrom,
  map,
  merge,
  ReplaySubject,
  type SchedulerLike,
  Subject,
  Subscription,
  take,
  timer,
} from 'rxjs';
import { type HubError, toHubError } from '../../core/error.ts';
import { type LogEntry, type SharedLog, UnansweredError } from '../engine.ts';
import { AccountState } from './account-changes.ts';

/** How long to wait for an entry that exists, milliseconds. */
const ENTRY_MS = 5_000;

/** Reads the log of accounts from its first entry, and follows it. */
export class AccountReader {
  readonly state = new AccountState();
  /** Emits when a record has changed. */
  readonly changed$ = new Subject<void>();
  /** Emits once the log was rewritten, so that this reader cannot follow it any more. Later subscribers get the event too. */
  readonly lost$ = new ReplaySubject<void>(1);
  readonly #scheduler: SchedulerLike;
  readonly #moved$ = new Subject<void>();
  readonly #following = new Subscription();
  #position: number;
  #failure: HubError | undefined;

  constructor(log: SharedLog, first: number, scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
    this.#position = first - 1;
    const follower = { next: (entry: LogEntry) => this.take(entry), error: () => this.lost$.next() };
    this.#following.add(log.follow$(first).subscribe(follower));
  }

  /** The last entry that the state includes. */
  get position(): number {
    return this.#position;
  }

  /** The reason why no further entry can be read, if there is one. */
  get failure(): HubError | undefined {
    return this.#failure;
  }

  /** Applies the next entry, unless the state includes it. */
  take({ sequence, bytes }: LogEntry): void {
    if (sequence !== this.#position + 1 || this.#failure) return;
    try {
      const isChanged = this.state.apply(bytes);
      this.#position = sequence;
      this.#moved$.next();
      if (isChanged) this.changed$.next();
    } catch (error) {
      this.#failure = toHubError(error);
      this.#moved$.next();
    }
  }

  /** Resolves once the state includes this entry. Rejects with `store/damaged`, and with `UnansweredError` if the entry does not arrive. */
  async reach(sequence: number): Promise<void> {
    const isThere = () => this.#position >= sequence || this.#failure !== undefined;
    if (!isThere()) {
      const arrived$ = this.#moved$.pipe(
        filter(isThere),
        map(() => true),
      );
      const late$ = merge(timer(ENTRY_MS, this.#scheduler), this.lost$).pipe(map(() => false));
      if (!(await firstValueFrom(merge(arrived$, late$).pipe(take(1)))))
        throw new UnansweredError(`entry ${sequence} of the accounts did not arrive`);
    }
    if (this.#failure) throw this.#failure;
  }

  close(): void {
    this.#following.unsubscribe();
  }
}
