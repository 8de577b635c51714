import type { Logger } from 'pino';
import { firstValueFrom, type Observable, ReplaySubject, type SchedulerLike, timer } from 'rxjs';
import { z } from 'zod';
import { HubError, quote } from '../core/error.ts';
import { type Engine, UnansweredError } from './engine.ts';
import { type HubCell, readHubCell } from './hub-cell.ts';
import { parseJson } from './json.ts';
import { QuestionBatches } from './question-batches.ts';

/** For each hub name, the hub's epoch when it began to serve. Earlier versions stored a list of the names. */
const NAMES = z.union([
  z.record(z.string(), z.int().positive()),
  z.array(z.string()).transform((names) => Object.fromEntries(names.map((name) => [name, 1]))),
]);

type Names = Readonly<z.infer<typeof NAMES>>;

/** The cell with all hubs that have a state of their own. */
export const DIRECTORY_CELL = 'hubs';

/** How long a hub may take to answer, and how long to wait before it is asked again, milliseconds. */
const ANSWER_MS = 5_000;
const RETRY_MS = 100;

/** How often to check whether a hub that does not answer has been adopted meanwhile, milliseconds. */
const LOOK_MS = 250;

export interface DirectoryOptions {
  readonly engine: Engine;
  /** This hub. */
  readonly hub: string;
  readonly epoch: number;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
}

/** All hubs that have a state in the cluster, live or not, and which hub has the state of each now. Adopted hubs are forgotten until they start again. */
export class Directory {
  readonly #options: DirectoryOptions;
  readonly #questions: QuestionBatches;
  readonly #names = new Set<string>();
  readonly #others$ = new ReplaySubject<string>();
  /** Hubs that did not answer at once the last time: a process that hangs may still count as connected for the servers. */
  readonly #slow = new Set<string>();
  /** Settles with the latest reading. The next reading begins only after that. */
  #reading: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  /** The reason why the latest reading failed, if it did. */
  #failure: unknown;
  #isClosed = false;

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.#questions = new QuestionBatches({ engine: options.engine, withinMs: ANSWER_MS });
  }

  /** Reads the names and adds this hub, which must not serve before. Tries until the cluster answers. Rejects once the directory is closed. */
  join(): Promise<void> {
    return this.#untilAnswered(() => this.#tryToJoin());
  }

  async #tryToJoin(): Promise<true> {
    const { hub, epoch } = this.#options;
    await this.#change((names) => (names[hub] === epoch ? undefined : { ...names, [hub]: epoch }));
    return true;
  }

  /** Another hub has all of a hub's state up to this epoch: there is no need to ask or watch that hub, unless it has started again. */
  async forget(hub: string, epoch: number): Promise<void> {
    await this.#change(({ [hub]: known, ...others }) =>
      known === undefined || known > epoch ? undefined : others,
    );
  }

  /** Changes the cell to what `to` returns. `to` returns nothing if the present value is right. */
  async #change(to: (names: Names) => Names | undefined): Promise<void> {
    const { engine } = this.#options;
    for (;;) {
      const cell = await engine.cell(DIRECTORY_CELL);
      const names = cell ? parseNames(cell.text) : {};
      const changed = to(names);
      if (changed && !(await engine.setCell(DIRECTORY_CELL, JSON.stringify(changed), cell?.revision ?? 0)))
        continue;
      this.#take(changed ?? names);
      return;
    }
  }

  /** All hubs except this one, as the cluster lists them now or later. */
  async others(): Promise<readonly string[]> {
    await this.refresh();
    return [...this.#names];
  }

  /**
   * Learns of hubs that were added. All callers that wait for the next reading share it. If the reading fails, all of them get the error, and the next caller
   * starts a new one.
   */
  refresh(): Promise<void> {
    this.#next ??= this.#readNext();
    return this.#next;
  }

  async #readNext(): Promise<void> {
    await this.#reading;
    this.#next = undefined;
    const read = this.#untilAnswered(() => this.#read());
    this.#reading = read.then(
      () => this.#onRead(),
      (error: unknown) => this.#onUnreadable(error),
    );
    await read;
  }

  #onRead(): void {
    if (this.#failure !== undefined) this.#options.log.info('the names of the hubs can be read again');
    this.#failure = undefined;
  }

  /** Every client that connects wants a reading: without a pause, they would all ask the servers again at once. */
  async #onUnreadable(err: unknown): Promise<void> {
    if (this.#isClosed) return;
    const isNews = this.#failure === undefined;
    this.#failure = err;
    if (isNews)
      this.#options.log.error(
        { err },
        'the names of the hubs cannot be read: clients with names are refused',
      );
    await this.#pause();
  }

  async #read(): Promise<true> {
    const cell = await this.#options.engine.cell(DIRECTORY_CELL);
    this.#take(cell ? parseNames(cell.text) : {});
    return true;
  }

  #take(names: Names): void {
    for (const known of this.#names) if (!Object.hasOwn(names, known)) this.#names.delete(known);
    for (const name of Object.keys(names)) this.learn(name);
  }

  async #untilAnswered(work: () => Promise<true>): Promise<void> {
    while (!(await unlessUnanswered(work()))) {
      await this.#pause();
      this.#ensureOpen();
    }
  }

  knows(hub: string): boolean {
    return this.#names.has(hub);
  }

  /** The other known hubs, including those found later; a hub that was forgotten meanwhile is emitted again. */
  get others$(): Observable<string> {
    return this.#others$;
  }

  /** Takes note that a message of another hub was received. */
  learn(hub: string): void {
    if (hub === this.#options.hub || this.#names.has(hub)) return;
    this.#names.add(hub);
    this.#others$.next(hub);
  }

  /**
   * Asks the hub that has a hub's state, which is that hub itself or its adopter, and waits for the answer. Questions of one turn are sent together. Resolves to
   * `undefined` if there is no hub to ask: the hub never had a state, or this hub has adopted it. Rejects once the directory is closed.
   */
  async ask(hub: string, question: Uint8Array): Promise<Uint8Array | undefined> {
    for (let asked = hub; ; ) {
      this.#ensureOpen();
      const answer = await this.#askUnlessAdopted(asked, question);
      if (answer) return answer;
      const holder = await this.#findHolder(asked);
      if (holder === undefined || holder === this.#options.hub) return undefined;
      if (holder === asked) await this.#pause();
      asked = holder;
    }
  }

  /** Closes the directory. Waiting questions reject. */
  close(): void {
    this.#isClosed = true;
    this.#others$.complete();
  }

  /** Resolves to `undefined` if the hub does not answer, as soon as another hub has all of its state. */
  async #askUnlessAdopted(hub: string, question: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#slow.has(hub) && (await this.#isAdopted(hub))) return undefined;
    const asked = unlessUnanswered(this.#questions.ask(askChannel(hub), question));
    const adopted = this.#untilAdopted(hub, asked);
    const answer = await Promise.race([asked, adopted]);
    if (answer) this.#slow.delete(hub);
    return answer;
  }

  /** Resolves once the hub is adopted, or `asked` has ended. */
  async #untilAdopted(hub: string, asked: Promise<unknown>): Promise<undefined> {
    const ended = asked.then(
      () => true,
      () => true,
    );
    while (!(await Promise.race([ended, this.#pause(LOOK_MS)]))) {
      this.#slow.add(hub);
      if (await this.#isAdopted(hub)) return;
    }
    await asked;
  }

  async #isAdopted(hub: string): Promise<boolean> {
    return (await this.#findHolder(hub)) !== hub;
  }

  /** The hub that has the state of a hub that does not answer; that hub itself if no other has it. */
  async #findHolder(hub: string): Promise<string | undefined> {
    const cell = await unlessUnanswered(this.#cellOf(hub));
    if (!cell) return hub;
    if (!cell.known) return undefined;
    return cell.known.isEmpty === true ? cell.known.adopter : hub;
  }

  async #cellOf(hub: string): Promise<{ readonly known: HubCell | undefined }> {
    return { known: await readHubCell(this.#options.engine, hub) };
  }

  async #pause(ms = RETRY_MS): Promise<void> {
    await firstValueFrom(timer(ms, this.#options.scheduler));
  }

  #ensureOpen(): void {
    if (this.#isClosed) throw new HubError('hub/closing', 'the hub is closing');
  }
}

/** The channel on which a hub answers other hubs. */
export function askChannel(hub: string): string {
  return `claims-${hub}`;
}

async function unlessUnanswered<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof UnansweredError) return undefined;
    throw error;
  }
}

function parseNames(text: string): Names {
  const names = NAMES.safeParse(parseJson(text));
  if (names.success) return names.data;
  throw new HubError('store/damaged', `the cluster holds ${quote(text)} instead of the names of its hubs`);
}
