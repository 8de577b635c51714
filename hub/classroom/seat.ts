import type { Token } from '../access/accounts/records.ts';

/** The role of students: their own topics, and nothing else. */
export const SEAT_ROLE = 'seat';

/** The roles that lead a class. */
export const TEACHER_ROLES: ReadonlySet<string> = new Set(['teacher', 'admin']);

/** Most seats of a class. */
export const MAX_SEATS = 60;

/** A student's place in the class. */
export interface Seat {
  /** The first level of its topics, and the name of its account. */
  readonly seat: string;
  /** The student's name as it is shown. */
  readonly nickname: string;
  /** When the student joined. */
  readonly since: string;
}

/** The seats among the accounts of programs, by name. */
export function seatsAmong(tokens: Iterable<readonly [string, Token]>): ReadonlyMap<string, Seat> {
  const seats = Array.from(tokens).flatMap(([name, token]) => toSeat(name, token));
  return new Map(seats.map((one) => [one.seat, one]));
}

function toSeat(name: string, { seat, createdAt }: Token): Seat[] {
  return seat ? [{ seat: name, nickname: seat.nickname, since: createdAt }] : [];
}
