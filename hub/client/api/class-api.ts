import { type ApiRequests, segment } from './request.ts';

/** A student's place in a class. */
export interface ClassSeat {
  /** The first level of its topics. */
  readonly seat: string;
  /** The student's display name. */
  readonly nickname: string;
  readonly since: string;
}

/** The public part of a class: every client may read it. */
export interface ClassVisit {
  readonly you: 'stranger' | 'seat' | 'teacher' | 'other';
  /** Whether there is a class to join. */
  readonly isOpen: boolean;
  readonly isPaused: boolean;
  readonly seat?: ClassSeat;
}

/** A seat, as the teacher sees it. */
export interface SeatState extends ClassSeat {
  /** How many connections it has now. */
  readonly clients: number;
  /** The hub's last refusal to it; `at` is in ISO 8601. */
  readonly refusal?: { readonly at: string; readonly code: string; readonly message: string };
}

/** The teacher's view of the class. */
export interface ClassState {
  /** `null` while there is no class. */
  readonly code: string | null;
  readonly isPaused: boolean;
  /** The parts of a start that later students also get. */
  readonly handedOut: readonly (keyof ClassStart)[];
  /** The addresses at which other machines reach the hub's machine, without a port, the likeliest first. */
  readonly addresses: readonly string[];
  readonly seats: readonly SeatState[];
}

/** What one hand-out may hold at most. */
export const HAND_OUT_LIMITS = {
  /** Values. */
  values: 50,
  /** Characters of a topic below a seat. */
  pathLength: 200,
  /** Characters of a value. */
  valueLength: 1_000,
  /** Bytes of a circuit as JSON without spaces. */
  circuitBytes: 16 * 2 ** 10,
  /** Bytes of a program. */
  programBytes: 32 * 2 ** 10,
} as const;

/** A start for every seat, or a part of one. `null` withdraws a part: students who join later do not get it. */
export interface ClassStart {
  /** By topic below the seat. */
  readonly values?: Readonly<Record<string, string | number | boolean>> | null;
  /** A circuit for the board, as the simulator saves it: at most 16 KiB of JSON. */
  readonly circuit?: object | null;
  /** HTML with its script, for the editor of the last lesson: at most 32 KiB. */
  readonly program?: string | null;
}

/** A code with which another device takes a seat. */
export interface SeatCode {
  readonly code: string;
  /** How long it is valid. */
  readonly seconds: number;
}

/** A class on a hub, over REST. Most methods require the role `teacher` or `admin`. Every method rejects with the hub's error. */
export class ClassApi {
  readonly #requests: ApiRequests;

  constructor(requests: ApiRequests) {
    this.#requests = requests;
  }

  visit(): Promise<ClassVisit> {
    return this.#requests.json('api/class');
  }

  /** Takes a seat with this browser: with the code of the class and a nickname, or with the code of a seat. */
  join(entry: { readonly code: string; readonly nickname?: string }): Promise<ClassSeat> {
    return this.#requests.json('api/class/join', { method: 'POST', body: entry });
  }

  /** A code for another device at the caller's own seat; a teacher names the seat. */
  seatCode(seat?: string): Promise<SeatCode> {
    return this.#requests.json(ofSeat(seat, 'code'), { method: 'POST' });
  }

  /** A token for a board or a program at the caller's own seat; a teacher names the seat. The previous token ends. */
  async token(seat?: string): Promise<string> {
    const asked = { method: 'POST' } as const;
    return (await this.#requests.json<{ readonly token: string }>(ofSeat(seat, 'token'), asked)).token;
  }

  state(): Promise<ClassState> {
    return this.#requests.json('api/class/state');
  }

  /** Begins a class, or gives the existing one another code. */
  begin(): Promise<void> {
    return this.#change('POST', 'api/class/begin');
  }

  pause(isPaused: boolean): Promise<void> {
    return this.#change('PUT', 'api/class/pause', { isPaused });
  }

  /** Ends the class, with its seats and the retained messages of their topics. */
  end(): Promise<void> {
    return this.#change('DELETE', 'api/class');
  }

  /** Gives a start, or a part of one, to every seat, including later ones. Resolves to the number of seats that have it now. */
  async handOut(start: ClassStart): Promise<number> {
    const asked = { method: 'POST', body: start } as const;
    return (await this.#requests.json<{ readonly seats: number }>('api/class/hand-out', asked)).seats;
  }

  /** Resets one seat, or all. */
  reset(seat?: string): Promise<void> {
    return this.#change('POST', ofSeat(seat, 'reset'));
  }

  rename(seat: string, nickname: string): Promise<void> {
    return this.#change('PUT', `api/class/seats/${segment(seat)}`, { nickname });
  }

  remove(seat: string): Promise<void> {
    return this.#change('DELETE', `api/class/seats/${segment(seat)}`);
  }

  async #change(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<void> {
    await this.#requests.json(path, { method, ...(body && { body }) });
  }
}

function ofSeat(seat: string | undefined, what: string): string {
  return seat === undefined ? `api/class/${what}` : `api/class/seats/${segment(seat)}/${what}`;
}
