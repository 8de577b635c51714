import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { concatMap, Subscription } from 'rxjs';
import { z } from 'zod';
import type { Principal } from '../access/access.ts';
import type { ManagedAccounts } from '../access/accounts/managed.ts';
import { RESERVED_NAMES, type Token } from '../access/accounts/records.ts';
import type { Vault } from '../access/vault/vault.ts';
import { HubError, quote } from '../core/error.ts';
import { networkOf } from '../limits/network.ts';
import { RateLimiter } from '../limits/rate-limiter.ts';
import { CLASS_CODE_LENGTH, createCode, normalizeCode, SeatCodes } from './codes.ts';
import { freeLevel, levelOf, looksOf, parseNickname } from './nickname.ts';

/** The role of students: their own topics, and nothing else. */
export const SEAT_ROLE = 'seat';

/** The roles that lead a class. */
export const TEACHER_ROLES: ReadonlySet<string> = new Set(['teacher', 'admin']);

/** Most seats of a class. */
export const MAX_SEATS = 60;

/** Wrong codes from one network: a class that mistypes behind one router, then one in two seconds. 31⁵ codes would take it a year. */
const GUESSES = { burst: 40, everyMs: 2_000 };

/** A student's place in the class. */
export interface Seat {
  /** The first level of its topics, and the name of its account. */
  readonly seat: string;
  /** The student's name as it is shown. */
  readonly nickname: string;
  /** When the student joined. */
  readonly since: string;
}

/** What a class keeps of itself. */
interface ClassRecord {
  readonly code: string;
  readonly isPaused: boolean;
  /** What was handed out last: latecomers get it, and a reset gives it again. */
  readonly handOut?: unknown;
}

const schema = z.object({
  code: z.string(),
  isPaused: z.boolean(),
  handOut: z.unknown().optional(),
}) satisfies z.ZodType<ClassRecord>;

/** Where the class keeps itself among the hub's own secrets: its code lets people in. */
const KEY = 'class';

interface ClassroomOptions {
  readonly accounts: ManagedAccounts;
  readonly vault: Pick<Vault, 'get' | 'put' | 'delete' | 'changed$'>;
  /** Levels at which topics of others begin, such as kinds of device. */
  readonly reserved: Iterable<string>;
  /** A clock that never jumps, milliseconds. */
  readonly elapsedMs: () => number;
  readonly log: Logger;
}

/** What somebody shows to take a seat. */
export interface Entry {
  /** The code of the class, or of a seat for a further device of its student. */
  readonly code: string;
  /** For a new seat. */
  readonly nickname?: string | undefined;
}

/** Where somebody comes from. */
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
 * A class: its code, and the seats of its students. A seat is a token's account with the role `seat`: it has its rights, its logins and its end
 * from there. Whatever changes is in force once the method resolves.
 */
export class Classroom {
  readonly seatCodes: SeatCodes;
  readonly #options: ClassroomOptions;
  readonly #guesses: RateLimiter;
  readonly #reserved: ReadonlySet<string>;
  readonly #watching = new Subscription();
  #record: ClassRecord | undefined;
  #seats: ReadonlyMap<string, Seat> = new Map();
  /** One change at a time: each sees the seats that those before it took. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ClassroomOptions) {
    this.#options = options;
    this.#guesses = new RateLimiter({ now: options.elapsedMs, ...GUESSES });
    this.seatCodes = new SeatCodes(options.elapsedMs);
    this.#reserved = new Set([...options.reserved, ...RESERVED_NAMES].map(looksOf));
  }

  /** `undefined` while there is no class. */
  get code(): string | undefined {
    return this.#record?.code;
  }

  /** Whether students may publish nothing for now. */
  get isPaused(): boolean {
    return this.#record?.isPaused === true;
  }

  get handOut(): unknown {
    return this.#record?.handOut;
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
    if (!this.#record) await this.begin();
    this.#watching.add(this.#options.vault.changed$.pipe(concatMap(() => this.#follow())).subscribe());
  }

  close(): void {
    this.#watching.unsubscribe();
  }

  /** Begins a class, or gives the one that there is another code: whoever has a seat keeps it. */
  begin(): Promise<void> {
    return this.#change(async () => {
      const { isPaused = false, ...rest } = this.#record ?? {};
      await this.#put({ ...rest, code: createCode(CLASS_CODE_LENGTH), isPaused });
    });
  }

  pause(isPaused: boolean): Promise<void> {
    return this.#change(async () => this.#put({ ...this.#ensureRecord(), isPaused }));
  }

  keepHandOut(handOut: unknown): Promise<void> {
    return this.#change(async () => this.#put({ ...this.#ensureRecord(), handOut }));
  }

  /**
   * Takes a seat; a browser that has one keeps it, unless it shows the code of another. Rejects with `auth/wrong` if the code is wrong, with
   * `limit/exceeded` after too many wrong ones or if the class is full, and with `option/invalid` if the nickname is none.
   */
  async join({ code: typed, nickname }: Entry, { address, own, hasTopics }: Newcomer): Promise<TakenSeat> {
    const code = normalizeCode(typed);
    this.#checkGuesses(address);
    const coded = this.find(this.seatCodes.take(code) ?? '');
    if (!coded && code !== this.code) throw this.#wrongCode(typed, address);
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

  /** Takes seats from their students: their accounts end, and so do their connections. Those that are gone do not count. */
  remove(seats: readonly string[]): Promise<void> {
    return this.#change(() => this.#remove(seats));
  }

  /** Ends the class: no seat stays, and the code lets nobody in. */
  end(): Promise<void> {
    return this.#change(async () => {
      await this.#options.vault.delete('secrets', KEY);
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
    if (this.#record) return this.#record;
    throw new HubError('option/invalid', 'there is no class: the teacher has ended it');
  }

  /** Also where the code is right: who guesses must not learn which one was. */
  #checkGuesses(address: string): void {
    const waitMs = this.#guesses.waitMs(networkOf(address));
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    throw new HubError('limit/exceeded', `too many wrong codes from your network; wait ${seconds} s`, {
      retryAfterSeconds: seconds,
    });
  }

  #wrongCode(typed: string, address: string): HubError {
    this.#guesses.take(networkOf(address));
    return new HubError('auth/wrong', `${quote(typed, 12)} is not the code of this class, or of a seat`);
  }

  async #put(record: ClassRecord): Promise<void> {
    await this.#options.vault.put('secrets', KEY, { ...record });
    this.#record = record;
  }

  async #settle(): Promise<void> {
    await this.#options.accounts.settle();
    await this.#load();
  }

  async #load(): Promise<void> {
    const { vault, accounts } = this.#options;
    const record = schema.safeParse(await vault.get('secrets', KEY));
    this.#record = record.success ? record.data : undefined;
    const seats = [...(await accounts.accounts.tokens())].flatMap(([name, token]) => toSeat(name, token));
    const found = new Map(seats.map((one) => [one.seat, one]));
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

function toSeat(name: string, { seat, createdAt }: Token): Seat[] {
  return seat ? [{ seat: name, nickname: seat.nickname, since: createdAt }] : [];
}
