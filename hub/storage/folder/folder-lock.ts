import { existsSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { catchError, defer, firstValueFrom, type Observable, of, switchMap } from 'rxjs';
import { HubError, quote } from '../../core/error.ts';
import { guardStorage } from '../../files/files.ts';
import { type Answer, type Greeting, NotBegun, sendRequest } from './control-server.ts';
import { type Entry, findRivals, putEntry, type Rival } from './entry.ts';

/**
 * How a folder gets one holder: each process that wants it puts an entry of its own into it, a listening socket whose name no other process ever
 * uses, and then looks at the entries of the others. If there is none, it holds the folder; if there are, it removes its entry and tries again. Of
 * two processes the second always sees the first. The kernel answers at a socket as long as its process lives, in whatever container, so an
 * entry that does not answer belongs to a dead process, and any process may remove it. No lock is ever taken over, and none needs room on a disk.
 */

/** A folder that no other process writes in, until it is released. */
export interface FolderLock {
  /** Answers the requests of other processes from now on. */
  serve(answer: Answer): void;
  /** Does the same for a hub that stores no messages. Resolves when a hub that stores messages asks for the folder. */
  keep(answer: Answer): Promise<void>;
  /** Refuses requests from now on: the last step before `release`, once all requests that have begun are done. */
  pause(): void;
  release(): void;
}

/** Asks a hub that stores no messages for the folder. */
const YIELD = { do: 'yield' };

/** How long to wait for processes that hold a folder only for a moment, milliseconds. */
const PATIENCE_MS = 10_000;

/** The longest pause between two attempts, milliseconds. Pauses are random, so that two processes do not keep colliding. */
const LONGEST_PAUSE_MS = 100;

/** Takes a folder for a hub that stores messages; a hub that stores none yields it. Rejects with `store/unavailable` if another process has it. */
export function lockFolder(folder: string): Promise<FolderLock> {
  return persist(folder, async () => {
    const { lock, rivals } = await tryToHold(folder, 'starting');
    if (lock) return { done: lock };
    refuseIfAny(folder, rivals, ['starting', 'serving', 'unseen']);
    await Promise.all(rivals.filter(({ state }) => state === 'keeping').map(askToYield));
    return { rival: rivals[0] };
  });
}

/** Takes a folder that is not in use, to keep its accounts; `undefined` if the folder is in use. Rejects with `store/unavailable`. */
export function keepFolder(folder: string): Promise<FolderLock | undefined> {
  return guardStorage(folder, async () => {
    if ((await findRivals(folder)).length > 0) return undefined;
    const { lock, rivals } = await tryToHold(folder, 'changing');
    refuseIfAny(folder, rivals);
    return lock;
  });
}

/** Sends a request to the hub that holds a folder; if there is none, holds it and does the work here. Rejects with the hub's error. */
export function askHolder(folder: string, request: unknown, work: () => Promise<unknown>): Promise<unknown> {
  return persist(folder, async () => {
    const holder = await findHolder(folder);
    if (holder) return askOnce(holder, request);
    const { lock, rivals } = await tryToHold(folder, 'changing');
    refuseIfAny(folder, rivals, ['unseen']);
    if (!lock) return { rival: rivals[0] };
    try {
      return { done: await work() };
    } finally {
      lock.release();
    }
  });
}

/** Sends a request to the hub that holds a folder: all its results, until it ends. Completes at once if no hub does. */
export function followHolder(folder: string, request: unknown): Observable<unknown> {
  return defer(() => findHolder(folder)).pipe(
    switchMap((holder) => (holder ? sendRequest(holder.connect, request) : [])),
  );
}

async function findHolder(folder: string): Promise<Rival | undefined> {
  if (!existsSync(folder)) return undefined;
  return (await findRivals(folder)).find(({ state }) => state === 'serving' || state === 'keeping');
}

async function askOnce(holder: Rival, request: unknown): Promise<Outcome<unknown>> {
  try {
    return { done: await firstValueFrom(sendRequest(holder.connect, request)) };
  } catch (error) {
    if (error instanceof NotBegun) return { rival: holder };
    throw error;
  }
}

/** Asks the holder for the folder. Errors do not matter: the next attempt shows whether the holder yields. */
function askToYield({ connect }: Rival): Promise<unknown> {
  return firstValueFrom(sendRequest(connect, YIELD).pipe(catchError(() => of(undefined))));
}

/** The outcome of an attempt: a result, or the process that was in the way. */
interface Outcome<T> {
  readonly done?: T;
  readonly rival?: Rival | undefined;
}

function persist<T>(folder: string, attempt: () => Promise<Outcome<T>>): Promise<T> {
  const endsAt = performance.now() + PATIENCE_MS;
  return guardStorage(folder, async () => {
    for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const { done, rival } = await attempt();
      if (done !== undefined) return done;
      if (rival && performance.now() > endsAt) throw inUse(folder, rival);
      await sleep(Math.random() * pauseMs);
    }
  });
}

async function tryToHold(
  folder: string,
  state: Greeting['state'],
): Promise<{ lock?: FolderLock; rivals: readonly Rival[] }> {
  const entry = await putEntry(folder);
  try {
    const rivals = await findRivals(folder, entry.name);
    if (rivals.length > 0) {
      entry.withdraw();
      return { rivals };
    }
    entry.server.state = state;
    rmSync(join(folder, 'pinhub.lock'), { force: true }); // Earlier versions have left this file.
    return { lock: hold(entry), rivals };
  } catch (error) {
    entry.withdraw();
    throw error;
  }
}

function hold({ server, withdraw }: Entry): FolderLock {
  const keep = (answer: Answer, whenWanted: () => void) => {
    const yieldTo = () => {
      server.pause();
      whenWanted();
      return of(true);
    };
    const isYield = (request: unknown) => (request as typeof YIELD | null)?.do === YIELD.do;
    server.serve((request) => (isYield(request) ? yieldTo() : answer(request)), 'keeping');
  };
  return {
    serve: (answer) => server.serve(answer),
    keep: (answer) => new Promise((resolve) => keep(answer, resolve)),
    pause: () => server.pause(),
    release: withdraw,
  };
}

function refuseIfAny(folder: string, rivals: readonly Rival[], states?: readonly Rival['state'][]): void {
  const rival = rivals.find(({ state }) => states?.includes(state) ?? true);
  if (rival) throw inUse(folder, rival);
}

function inUse(folder: string, { path, state, pid, host }: Rival): HubError {
  const isCommand = state === 'waiting' || state === 'changing';
  const where = host === undefined || host === hostname() ? '' : ` on ${host}`;
  const who = `${isCommand ? 'a command' : 'another hub'}${pid === undefined ? '' : `, process ${pid}${where}`}`;
  let remedy = 'stop it, or choose another folder with --data';
  if (isCommand) remedy = 'try again';
  if (state === 'silent') remedy = 'it does not answer; try again, or stop it';
  if (state === 'unseen')
    remedy = `it cannot be seen from here; if it is gone, remove ${path}, else choose another folder with --data`;
  return new HubError('store/unavailable', `${quote(folder, 200)} is in use by ${who}: ${remedy}`);
}
