import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { concatMap, Subscription } from 'rxjs';
import type { Principal } from '../access/access.ts';
import type { ManagedAccounts } from '../access/accounts/managed.ts';
import { RESERVED_NAMES } from '../access/accounts/records.ts';
import type { Vault } from '../access/vault/vault.ts';
import { HubError, quote } from '../core/error.ts';
import { type ClassRecord, ClassRecords } from './class-record.ts';
import { CLASS_CODE_LENGTH, createCode, normalizeCode, SeatCodes } from './codes.ts';
import { Guesses } from './guesses.ts';
import { mergeHandOuts } from './hand-outs.ts';
import { freeLevel, levelOf, looksOf, parseNickname } from './nickname.ts';
import { MAX_SEATS, SEAT_ROLE, type Seat, seatsAmong } from './seat.ts';

interface ClassroomOptions {
  readonly accounts: ManagedAccounts;
  readonly vault: Pick<Vault, 'get' | 'put' | 'delete' | 'changed$'>;
  /** Levels at which topics of others begin, such as kinds of device. */
  readonly reserved: Iterable<string>;
  /** A clock that never jumps, milliseconds. */
  readonly elapsedMs: () => number;
  /** Throws `payload/invalid` for a value that a device at a path below a seat would refuse. Default: any value may be handed out. */
  readonly checkValue?: (path: string, payload: string) => void;
  readonly log: Logger;
}

/** The credentials for a seat. */
export interface Entry {
  /** The code of the class, or of a seat for a further device of its student. */
  readonly code: string;
  /** For a new seat. */
  readonly nickname?: string | undefined;
}

/** The origin of somebody who wants a seat. */
export interface Newcomer {
  /** The IP address: wrong codes count for its network. */
  readonly address: string;
  /** The seat that the browser has already. */
  readonly own?: Seat | undefined;
  /** Whether others use a level for their topics already. */
  readonly hasTopics: (level: string) => boolean;
}

/** A seat that somebody has taken just now. */
export interface TakenSeat {
  readonly seat: Seat;
  /** Whether it is new, rather than one of a student who was there. */
  readonly isNew: boolean;
  readonly principal: Principal;
}

/** Resolves once the class of an earlier start is there again, or a new one. Rejects as the vault does. */
export async function openClassroom(options: ClassroomOptions): Promise<Classroom> {
  const classroom = new Classroom(options);
  await classroom.open();
  return classroom;
}

/**
 * A class: its code, and the seats of its students. A seat is the account of a token with the role `seat`, which gives it its rights and
 * its logins, and ends it. A change is in force once the method resolves.
 */
export class Classroom {
  readonly seatCodes: SeatCodes;
  readonly #options: ClassroomOptions;
  readonly #guesses: Guesses;
  readonly #records: ClassRecords;
  readonly #reserved: ReadonlySet<string>;
  readonly #watching = new Subscription();
  #seats: ReadonlyMap<string, Seat> = new Map();
  /** One change at a time: each sees the seats that those before it took. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ClassroomOptions) {
    this.#options = options;
    this.#guesses = new Guesses(options.elapsedMs);
    this.#records = new ClassRecords(options.vault);
    this.seatCodes = new SeatCodes(options.elapsedMs);
    this.#reserved = new Set([...options.reserved, ...RESERVED_NAMES].map(looksOf));
  }

  /** `undefined` while there is no class. */
  get code(): string | undefined {
    return this.#records.current?.code;
  }

  /** Whether students may publish nothing for now. */
  get isPaused(): boolean {
    return this.#records.current?.isPaused === true;
  }

  /** The current hand-out, in the form of a request's body; `undefined` if there is none. */
  get handOut(): unknown {
    return this.#records.current?.handOut;
  }

  /** In the order in which they were taken. */
  get seats(): readonly Seat[] {
    return [...this.#seats.values()];
  }

  find(seat: string): Seat | undefined {
    return this.#seats.get(seat);
  }

  /** Throws `option/invalid` if there is no such seat. */
  get(seat: string): Seat {
    const found = this.find(seat);
    if (found) return found;
    throw new HubError('option/invalid', `there is no seat ${quote(seat)} in the class`);
  }

  /** Whether an account is a seat, by its credential id. */
  isSeat(credentialId: string): boolean {
    return this.#options.accounts.principal(credentialId, '')?.role === SEAT_ROLE;
  }

  async open(): Promise<void> {
    await this.#load();
    if (!this.#records.current) await this.begin();
    this.#watching.add(this.#options.vault.changed$.pipe(concatMap(() => this.#follow())).subscribe());
  }

  close(): void {
    this.#watching.unsubscribe();
  }

  /** Begins a class, or gives the existing one another code: everybody keeps their seat. */
  begin(): Promise<void> {
    return this.#change(async () => {
      const { isPaused = false, ...rest } = this.#records.current ?? {};
      await this.#records.store({ ...rest, code: createCode(CLASS_CODE_LENGTH), isPaused });
    });
  }

  pause(isPaused: boolean): Promise<void> {
    return this.#change(async () => this.#records.store({ ...this.#ensureRecord(), isPaused }));
  }

  /** Throws `payload/invalid` for a value that a device at a path below a seat would refuse. */
  checkValue(path: string, payload: string): void {
    this.#options.checkValue?.(path, payload);
  }

  /** Adds a hand-out to the earlier ones of other kinds. */
  keepHandOut(given: object): Promise<void> {
    return this.#change(async () => {
      const record = this.#ensureRecord();
      await this.#records.store({ ...record, handOut: mergeHandOuts(record.handOut, given) });
    });
  }

  /**
   * Takes a seat; a browser that has one keeps it, unless it shows the code of another. Rejects with `auth/wrong` if the code is wrong, with
   * `limit/exceeded` after too many wrong ones or if the class is full, and with `option/invalid` if the nickname is not valid.
   */
  async join({ code: typed, nickname }: Entry, { address, own, hasTopics }: Newcomer): Promise<TakenSeat> {
    const code = normalizeCode(typed);
    this.#guesses.check(address);
    const coded = this.find(this.seatCodes.take(code) ?? '');
    if (!coded && code !== this.code) throw this.#guesses.count(typed, address);
    const known = coded ?? own;
    if (known) return { seat: known, isNew: false, principal: this.#principalOf(known) };
    return this.#change(() => this.#add(parseNickname(nickname), hasTopics));
  }

  rename(seat: string, nickname: string): Promise<Seat> {
    return this.#change(async () => {
      const renamed = { ...this.get(seat), nickname: parseNickname(nickname) };
      await this.#options.accounts.accounts.setSeat(seat, { nickname: renamed.nickname });
      await this.#settle();
      return renamed;
    });
  }

  /** Makes the token by which a board or a program takes a seat; the one before it ends. */
  makeToken(seat: string): Promise<string> {
    return this.#change(async () => {
      this.get(seat);
      const token = await this.#options.accounts.accounts.renewToken({ name: seat, role: SEAT_ROLE });
      await this.#settle();
      return token;
    });
  }

  /** Takes seats from their students: their accounts end, and so do their connections. Seats that are already gone are skipped. */
  remove(seats: readonly string[]): Promise<void> {
    return this.#change(() => this.#remove(seats));
  }

  /** Ends the class: no seat stays, and the code lets nobody in. */
  end(): Promise<void> {
    return this.#change(async () => {
      await this.#records.remove();
      await this.#remove([...this.#seats.keys()]);
    });
  }

  async #add(nickname: string, hasTopics: (level: string) => boolean): Promise<TakenSeat> {
    this.#ensureRecord();
    if (this.#seats.size >= MAX_SEATS)
      throw new HubError('limit/exceeded', `the class is full: it has ${MAX_SEATS} seats`);
    const { accounts } = this.#options.accounts;
    const names = [...(await accounts.tokens()).keys(), ...(await accounts.users()).keys()];
    const looks = new Set([...this.#reserved, ...names.map(looksOf)]);
    const name = freeLevel(levelOf(nickname), (level) => looks.has(looksOf(level)) || hasTopics(level));
    await accounts.makeToken({ name, role: SEAT_ROLE, seat: { nickname } });
    await this.#settle();
    const seat = this.get(name);
    this.#options.log.info({ seat: name }, 'a student has joined the class');
    return { seat, isNew: true, principal: this.#principalOf(seat) };
  }

  async #remove(seats: readonly string[]): Promise<void> {
    for (const seat of seats) this.seatCodes.forget(seat);
    await this.#options.accounts.accounts.revokeTokens(seats.filter((seat) => this.#seats.has(seat)));
    await this.#settle();
  }

  #principalOf({ seat }: Seat): Principal {
    const principal = this.#options.accounts.principal(`token:${seat}`, SEAT_ROLE);
    if (principal) return principal;
    throw new HubError('auth/denied', `the seat ${quote(seat)} was removed`);
  }

  #ensureRecord(): ClassRecord {
    const { current } = this.#records;
    if (current) return current;
    throw new HubError('option/invalid', 'there is no class: the teacher has ended it');
  }

  async #settle(): Promise<void> {
    await this.#options.accounts.settle();
    await this.#load();
  }

  async #load(): Promise<void> {
    await this.#records.load();
    const found = seatsAmong(await this.#options.accounts.accounts.tokens());
    if (!isDeepStrictEqual(found, this.#seats)) this.#seats = found;
  }

  /** Follows what other processes change, such as `pinhub token revoke`. */
  async #follow(): Promise<void> {
    await this.#load().catch((err: unknown) => {
      this.#options.log.error({ err }, 'the class cannot be read; what was known before stays in force');
    });
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined); // The caller gets the error; the next change must not.
    return done;
  }
}
