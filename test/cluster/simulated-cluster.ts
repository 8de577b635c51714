import {
  BehaviorSubject,
  EMPTY,
  firstValueFrom,
  Observable,
  race,
  type SchedulerLike,
  Subject,
  type Subscriber,
  Subscription,
  timer,
} from 'rxjs';
import {
  type Appended,
  type CellValue,
  type Engine,
  type LogEntry,
  type SharedLog,
  trimmed,
  UnansweredError,
} from '../../hub/cluster/engine.ts';

/** The faults of the network, as chances from 0 to 1. */
export interface Weather {
  /** The chance that a request, an answer or a cast is lost. */
  readonly lost: number;
  /** The chance that a request arrives twice. */
  readonly doubled: number;
  /** The chance that something takes up to `LATE_MS`, so that later messages overtake it. */
  readonly late: number;
}

export const CALM: Weather = { lost: 0, doubled: 0, late: 0 };

const QUICK_MS = 3;
const LATE_MS = 3_000;
/** How many entries of a log come at a time. */
const BATCH = 4;
/** How often followers of a log check on their own whether something was appended. */
const LOOK_MS = 1_000;
/** After how long a request counts as unanswered. */
const PATIENCE_MS = 2_000;

interface SimulatedClusterOptions {
  readonly time: SchedulerLike;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
  readonly weather?: Weather;
  readonly maxEntryBytes?: number;
}

interface Cast {
  readonly channel: string;
  readonly bytes: Uint8Array;
}

type Handler = (bytes: Uint8Array) => Promise<Uint8Array>;

/** A process that answers questions. */
interface Answerer {
  readonly engine: SimulatedEngine;
  readonly handler: Handler;
}

/** Servers that keep what they acknowledge, behind a network that loses, duplicates and delays messages, by seed. */
export class SimulatedCluster {
  readonly time: SchedulerLike;
  readonly maxEntryBytes: number;
  /** The faults of the network, which a test may change at any time. */
  weather: Weather;
  /** Whether the servers are electing a leader. Meanwhile no server answers. */
  isElecting = false;
  /** Whether there is no room for more entries. */
  isFull = false;
  /** Logs without room. */
  readonly fullLogs = new Set<string>();
  readonly logs = new Map<string, StoredLog>();
  /** The names of logs that the servers report as gone. */
  readonly gone = new Set<string>();
  readonly cells = new Map<string, CellValue>();
  readonly casts$ = new Subject<Cast>();
  readonly answerers = new Map<string, Set<Answerer>>();
  /** Whether servers report ended connections. */
  tellsEnds = false;
  readonly ends$ = new Subject<string>();
  readonly #random: () => number;

  constructor({ time, random, weather = CALM, maxEntryBytes = 2 ** 20 }: SimulatedClusterOptions) {
    this.time = time;
    this.#random = random;
    this.weather = weather;
    this.maxEntryBytes = maxEntryBytes;
  }

  /** The connection of one process to the servers, which know it by a name. */
  join(name = 'process'): SimulatedEngine {
    return new SimulatedEngine(this, name);
  }

  log(name: string): StoredLog {
    const log = this.logs.get(name) ?? new StoredLog();
    this.logs.set(name, log);
    return log;
  }

  happens(chance: number): boolean {
    return this.#random() < chance;
  }

  /** Does something after the time that the network needs, unless the message is lost. */
  carry(arrive: () => void): void {
    if (!this.happens(this.weather.lost)) this.deliver(arrive);
  }

  /** Does something after the time that the network needs. The message is never lost. */
  deliver(arrive: () => void): void {
    const most = this.happens(this.weather.late) ? LATE_MS : QUICK_MS;
    timer(Math.ceil(this.#random() * most), this.time).subscribe(arrive);
  }
}

/** The casts of one process: some may be lost, but the others arrive in order. */
class CastQueue {
  readonly #cluster: SimulatedCluster;
  readonly #casts: { readonly cast: Cast; hasCome: boolean }[] = [];

  constructor(cluster: SimulatedCluster) {
    this.#cluster = cluster;
  }

  add(cast: Cast): void {
    if (this.#cluster.happens(this.#cluster.weather.lost)) return;
    const queued = { cast, hasCome: false };
    this.#casts.push(queued);
    this.#cluster.deliver(() => {
      queued.hasCome = true;
      this.#flush();
    });
  }

  #flush(): void {
    while (this.#casts[0]?.hasCome) {
      const first = this.#casts.shift();
      if (first) this.#cluster.casts$.next(first.cast);
    }
  }
}

/** A log on the servers. */
export class StoredLog {
  first = 1;
  entries: LogEntry[] = [];
  readonly appended$ = new Subject<void>();

  get last(): number {
    return this.first + this.entries.length - 1;
  }

  append(bytes: Uint8Array, after: number | undefined): Appended {
    if (after !== undefined && after !== this.last) return { kind: 'refused' };
    const sequence = this.last + 1;
    this.entries.push({ sequence, bytes });
    this.appended$.next();
    return { kind: 'appended', sequence };
  }

  trim(first: number): void {
    this.entries = this.entries.filter(({ sequence }) => sequence >= first);
    this.first = Math.max(this.first, first);
  }
}

export class SimulatedEngine implements Engine {
  readonly reachable$ = new BehaviorSubject(true);
  readonly #cluster: SimulatedCluster;
  /** Whether the process is stopped: its input and output wait, and then pass all at once. */
  #isFrozen = false;
  #held: (() => void)[] = [];
  #isDead = false;
  readonly #name: string;
  readonly #casts: CastQueue;
  readonly #answering = new Subscription();

  constructor(cluster: SimulatedCluster, name: string) {
    this.#cluster = cluster;
    this.#name = name;
    this.#casts = new CastQueue(cluster);
  }

  get maxEntryBytes(): number {
    return this.#cluster.maxEntryBytes;
  }

  async log(name: string): Promise<SharedLog> {
    await this.#request(() => this.#cluster.log(name));
    return new SimulatedLog(this.#cluster, name, {
      request: (work) => this.#request(work),
      isDead: () => this.#isDead,
    });
  }

  cell(key: string): Promise<CellValue | undefined> {
    return this.#request(() => this.#cluster.cells.get(key));
  }

  setCell(key: string, text: string, revision: number): Promise<boolean> {
    const { cells } = this.#cluster;
    return this.#request(() => {
      if ((cells.get(key)?.revision ?? 0) !== revision) return false;
      cells.set(key, { text, revision: revision + 1 });
      return true;
    });
  }

  cast(channel: string, bytes: Uint8Array): void {
    const sent = bytes.slice();
    this.#pass(() => this.#casts.add({ channel, bytes: sent }));
  }

  received$(channel: string): Observable<Uint8Array> {
    if (this.#isDead) return EMPTY;
    return new Observable((observer) =>
      this.#cluster.casts$.subscribe((cast) => {
        if (cast.channel === channel) this.#pass(() => observer.next(cast.bytes));
      }),
    );
  }

  /** One request to the servers, which ask the first process that answers, and return its answer. */
  ask(channel: string, bytes: Uint8Array, withinMs: number): Promise<Uint8Array> {
    const cluster = this.#cluster;
    return new Promise((resolve, reject) => {
      const fail = (message: string) => this.#go(() => reject(new UnansweredError(message)));
      const patience = timer(withinMs, cluster.time).subscribe(() => fail('nobody has answered'));
      const bring = (arrive: () => void) => cluster.carry(() => this.#pass(arrive));
      this.#pass(() =>
        cluster.carry(() => {
          const [answerer] = cluster.answerers.get(channel) ?? [];
          if (!answerer) return bring(() => fail('nobody answers there'));
          answerer.engine.take(answerer.handler, bytes.slice(), (answer) =>
            bring(() => {
              patience.unsubscribe();
              resolve(answer);
            }),
          );
        }),
      );
    });
  }

  answer(channel: string, handler: Handler): Subscription {
    const { answerers } = this.#cluster;
    const known = answerers.get(channel) ?? new Set();
    const answerer = { engine: this, handler };
    answerers.set(channel, known.add(answerer));
    this.#answering.add(() => known.delete(answerer));
    return new Subscription(() => known.delete(answerer));
  }

  /** Passes a question to this process; its answer is returned unless the process is gone by then. */
  take(handler: Handler, bytes: Uint8Array, answer: (bytes: Uint8Array) => void): void {
    this.#cluster.carry(() =>
      this.#pass(() => {
        handler(bytes).then(
          (found) => this.#pass(() => answer(found)),
          () => undefined, // As the port promises: the caller gets no answer.
        );
      }),
    );
  }

  get gone$(): Observable<string> {
    return new Observable((observer) =>
      this.#cluster.ends$.subscribe((name) => this.#pass(() => observer.next(name))),
    );
  }

  async close(): Promise<void> {
    this.kill();
    this.reachable$.complete();
  }

  /** Ends the connection. Only messages that are already on their way still arrive. */
  kill(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#answering.unsubscribe();
    const { tellsEnds, ends$ } = this.#cluster;
    if (tellsEnds) this.#cluster.carry(() => ends$.next(this.#name));
  }

  /** Cuts the process off from the servers, or reconnects it. */
  set isReachable(isReachable: boolean) {
    this.reachable$.next(isReachable);
  }

  set isFrozen(isFrozen: boolean) {
    this.#isFrozen = isFrozen;
    if (!isFrozen) for (const step of this.#held.splice(0)) this.#go(step);
  }

  /** Passes a message from the process to the network, or back. */
  #pass(pass: () => void): void {
    this.#go(() => this.reachable$.value && pass());
  }

  /** Does something within the process. */
  #go(step: () => void): void {
    if (this.#isDead) return;
    if (this.#isFrozen) this.#held.push(step);
    else step();
  }

  #request<T>(work: () => T): Promise<T> {
    const cluster = this.#cluster;
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new UnansweredError('nobody has answered'));
      const patience = timer(PATIENCE_MS, cluster.time).subscribe(() => this.#go(giveUp));
      const arrive = () => {
        if (cluster.isElecting) return;
        const result = work();
        const answer = () => {
          patience.unsubscribe();
          resolve(result);
        };
        cluster.carry(() => this.#pass(answer));
      };
      this.#pass(() => {
        cluster.carry(arrive);
        if (cluster.happens(cluster.weather.doubled)) cluster.carry(arrive);
      });
    });
  }
}

/** The access that a log has to the process that reads it. */
interface LogAccess {
  readonly request: <T>(work: () => T) => Promise<T>;
  readonly isDead: () => boolean;
}

class SimulatedLog implements SharedLog {
  readonly #cluster: SimulatedCluster;
  readonly #name: string;
  readonly #request: LogAccess['request'];
  readonly #isDead: () => boolean;

  constructor(cluster: SimulatedCluster, name: string, { request, isDead }: LogAccess) {
    this.#cluster = cluster;
    this.#name = name;
    this.#request = request;
    this.#isDead = isDead;
  }

  append(bytes: Uint8Array, after?: number): Promise<Appended> {
    return this.#request(() => this.#keep(bytes, after));
  }

  post(bytes: Uint8Array): void {
    this.#request(() => this.#keep(bytes, undefined)).catch(() => undefined); // The caller does not wait for an answer.
  }

  #keep(bytes: Uint8Array, after: number | undefined): Appended {
    if (this.#cluster.isFull || this.#cluster.fullLogs.has(this.#name))
      return { kind: 'full', reason: 'the cluster has no room' };
    return this.#stored.append(bytes, after);
  }

  read(sequence: number): Promise<LogEntry | undefined> {
    return this.#request(() => this.#stored.entries.find((entry) => entry.sequence === sequence));
  }

  isGone(): Promise<boolean> {
    return this.#request(() => this.#cluster.gone.has(this.#name));
  }

  range(): Promise<{ first: number; last: number }> {
    return this.#request(() => ({ first: this.#stored.first, last: this.#stored.last }));
  }

  async *entries(first: number, last: number): AsyncIterable<LogEntry> {
    for (let next = first; next <= last; ) {
      const isWanted = ({ sequence }: LogEntry) => sequence >= next && sequence <= last;
      const ask = () => this.#request(() => this.#stored.entries.filter(isWanted).slice(0, BATCH));
      // Real servers resend lost messages of a batch of entries by themselves.
      const batch = await ask().catch(ask).catch(ask).catch(ask);
      yield* batch;
      next = (batch.at(-1)?.sequence ?? last) + 1;
    }
  }

  follow$(first: number): Observable<LogEntry> {
    return new Observable((observer) => {
      void this.#follow(first, observer);
    });
  }

  async #follow(first: number, observer: Subscriber<LogEntry>): Promise<void> {
    const { time } = this.#cluster;
    for (let next = first; !observer.closed && !this.#isDead(); ) {
      const appended = firstValueFrom(race(this.#appended$, timer(LOOK_MS, time)));
      for (const entry of await this.#behind(next)) {
        if (entry.sequence > next) observer.error(trimmed(next));
        else observer.next(entry);
        next = entry.sequence + 1;
      }
      if (this.#stored.last < next) await appended;
    }
  }

  /** Some of the entries from `first` on; none if no server answers. */
  #behind(first: number): Promise<readonly LogEntry[]> {
    const ask = () => this.#stored.entries.filter(({ sequence }) => sequence >= first).slice(0, BATCH);
    return this.#request(ask).catch(() => []);
  }

  get #appended$(): Observable<void> {
    return new Observable((observer) =>
      this.#stored.appended$.subscribe(() => this.#cluster.carry(() => observer.next())),
    );
  }

  async trim(first: number): Promise<void> {
    await this.#request(() => this.#stored.trim(first));
  }

  get #stored(): StoredLog {
    return this.#cluster.log(this.#name);
  }
}
