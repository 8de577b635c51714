import {
  BehaviorSubject,
  distinctUntilChanged,
  filter,
  interval,
  mergeMap,
  type Observable,
  type SchedulerLike,
  Subscription,
  share,
  startWith,
} from 'rxjs';
import { z } from 'zod';
import type { Engine } from './engine.ts';
import { connectionNameOf } from './hub-cell.ts';
import { decodeJson, encodeJson } from './json.ts';
import { BEAT_MS, silence$ } from './silence.ts';

const MEMBER = z.object({
  /** The hub's name in the cluster. */
  hub: z.string(),
  /** Numbers the owners of its state: a later owner has fenced the earlier ones. */
  epoch: z.int().positive(),
  /** The process, in a form for users: host and process identifier. */
  instance: z.string(),
  /** How clients reach it, as in `mqtt://10.0.0.7:1883` and `http://10.0.0.7:5000`; empty if that is not known. */
  addresses: z.array(z.string()).readonly(),
  /** Whether the hub is moving everything to other hubs before it ends. Hubs of earlier versions do not report this. */
  isDraining: z.boolean().optional(),
});

/** A hub that serves. */
export type Member = Readonly<z.infer<typeof MEMBER>>;

/** The hubs of a cluster that serve at the same time. */
export interface Members {
  /** This hub as the other hubs see it. */
  readonly self: Member;
  /** All hubs known to serve, including this one, in order of their names; the present state first. A hub that dies is missing after 2 s at most. */
  readonly live$: Observable<readonly Member[]>;
}

const BEAT = MEMBER.extend({ isLeaving: z.boolean() });

type Beat = Readonly<z.infer<typeof BEAT>>;

const CHANNEL = 'members';

export interface MembersOptions {
  readonly engine: Engine;
  readonly self: Member;
  readonly scheduler: SchedulerLike;
}

/** Announces that this hub serves, until it is closed, and listens to the other hubs' announcements. */
export class BeatingMembers implements Members {
  readonly #options: MembersOptions;
  #self: Member;
  readonly #beats$: Observable<Beat>;
  readonly #live$: BehaviorSubject<readonly Member[]>;
  readonly #running = new Subscription();

  constructor(options: MembersOptions) {
    const { engine, self, scheduler } = options;
    this.#self = self;
    this.#options = options;
    this.#beats$ = engine.received$(CHANNEL).pipe(mergeMap(parseBeat), share());
    this.#live$ = new BehaviorSubject<readonly Member[]>([self]);
    const others$ = this.#beats$.pipe(filter(({ hub }) => hub !== self.hub));
    this.#running.add(others$.subscribe((beat) => this.#take(beat)));
    this.#running.add(
      interval(BEAT_MS, scheduler)
        .pipe(startWith(0))
        .subscribe(() => this.#say({ isLeaving: false })),
    );
  }

  get live$(): Observable<readonly Member[]> {
    return this.#live$.pipe(distinctUntilChanged());
  }

  get self(): Member {
    return this.#self;
  }

  /** Announces from now on how clients reach this hub. */
  announce(addresses: readonly string[]): void {
    this.#change({ addresses });
  }

  /** Announces from now on that this hub drains, and that clients cannot connect to it. */
  drain(): void {
    this.#change({ addresses: [], isDraining: true });
  }

  /** Announces that this hub no longer serves. */
  close(): void {
    if (this.#running.closed) return;
    this.#running.unsubscribe();
    this.#say({ isLeaving: true });
    this.#live$.complete();
  }

  #change(change: Partial<Pick<Member, 'addresses' | 'isDraining'>>): void {
    if (this.#running.closed) return;
    this.#self = { ...this.#self, ...change };
    this.#replace(this.#self);
    this.#say({ isLeaving: false });
  }

  #say(state: Pick<Beat, 'isLeaving'>): void {
    this.#options.engine.cast(CHANNEL, encodeJson({ ...this.#self, ...state }));
  }

  /** A late beat of an earlier process of a hub means nothing. */
  #take({ isLeaving, ...member }: Beat): void {
    const known = this.#live$.value.find(({ hub }) => hub === member.hub);
    if (known && known.epoch > member.epoch) return;
    if (isLeaving) this.#remove(member);
    else if (known?.epoch !== member.epoch) this.#add(member);
    else if (describe(known) !== describe(member)) this.#replace(member);
  }

  /** Something about a hub has changed, but its process is the same. */
  #replace(member: Member): void {
    this.#live$.next(this.#live$.value.map((known) => (known.hub === member.hub ? member : known)));
  }

  #add(member: Member): void {
    const others = this.#live$.value.filter(({ hub }) => hub !== member.hub);
    this.#live$.next([...others, member].sort((one, other) => (one.hub < other.hub ? -1 : 1)));
    const { gone$ } = this.#options.engine;
    const received$ = this.#beats$.pipe(
      filter(({ hub, epoch }) => hub === member.hub && epoch === member.epoch),
    );
    const ended$ = gone$.pipe(filter((name) => name === connectionNameOf(member)));
    this.#running.add(
      silence$({ ...this.#options, received$, gone$: ended$ }).subscribe(() => this.#remove(member)),
    );
  }

  #remove({ hub, epoch }: Member): void {
    const left = this.#live$.value.filter((known) => known.hub !== hub || known.epoch !== epoch);
    if (left.length < this.#live$.value.length) this.#live$.next(left);
  }
}

/** The properties of a member that may change while its process runs. */
function describe({ addresses, isDraining = false }: Member): string {
  return [isDraining, ...addresses].join(' ');
}

/** Any program may cast anything: `undefined` if the text is not a beat. */
function parseBeat(bytes: Uint8Array): readonly Beat[] {
  const beat = BEAT.safeParse(decodeJson(bytes));
  return beat.success ? [beat.data] : [];
}

export { CHANNEL as MEMBERS_CHANNEL, parseBeat as parseMemberBeat };
