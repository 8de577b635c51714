import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  catchError,
  defer,
  finalize,
  firstValueFrom,
  map,
  Observable,
  of,
  skip,
  switchMap,
  take,
  tap,
  throwIfEmpty,
  timeout,
} from 'rxjs';
import { z } from 'zod';
import { HubError, toHubError } from '../../core/error.ts';

/** A process waits for the folder, holds it for one change, or is a hub: `starting`, `serving`, or `keeping` accounts until another process asks. */
const STATES = ['waiting', 'changing', 'starting', 'serving', 'keeping'] as const;

const greetingSchema = z.object({ pid: z.int(), host: z.string(), state: z.enum(STATES) });

/** The first message of a process to everyone that connects. */
export interface Greeting {
  readonly pid: number;
  readonly host: string;
  readonly state: (typeof STATES)[number];
}

/** Answers a request with one or more results. An error reaches the other side as a `HubError`. */
export type Answer = (request: unknown) => Observable<unknown>;

const replySchema = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error: z.object({ code: z.string(), message: z.string() }),
    isBegun: z.boolean().default(true),
  }),
]);

/** The other side has not acted on a request: send it again, or elsewhere. */
export class NotBegun extends HubError {
  constructor(cause?: unknown) {
    super('store/unavailable', 'the hub takes no requests now; try again', { cause });
  }
}

/** How long each side waits for a message from the other, milliseconds. */
const PATIENCE_MS = 5_000;

/** The longest path of a socket: 104 bytes on some systems, with the zero at its end (unix(7)). */
const LONGEST_PATH_BYTES = 103;

/** The longest line, characters. The largest request holds one account, twice. */
const LONGEST_LINE = 1_048_576;

/** A socket that says who holds a folder and accepts requests: lines of JSON, one request per connection. It lives as long as the process. */
export class ControlServer {
  state: Greeting['state'] = 'waiting';
  #answer: Answer | undefined;
  readonly #server = createServer((socket) => this.#serve(socket)).unref();
  readonly #sockets = new Set<Socket>();
  #temporary: string | undefined;

  /** Listens in a folder; resolves to false if the folder cannot hold sockets. Rejects with the file system's error. */
  async listenIn(folder: string, name: string): Promise<boolean> {
    if (process.platform === 'win32') return false;
    try {
      await withShortPath(folder, name, (path) => this.#listen(path));
      return true;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (/^(EPERM|EINVAL|ENOSYS|ENOTSUP|EOPNOTSUPP)$/.test(code)) return false;
      throw error;
    }
  }

  /** Listens at a pipe (Windows) or in a temporary folder; resolves to the path. */
  async listenElsewhere(name: string): Promise<string> {
    const isWindows = process.platform === 'win32';
    if (!isWindows) this.#temporary = makeTemporary();
    const path = isWindows ? `\\\\.\\pipe\\${name}` : join(this.#temporary ?? '', 'control');
    await this.#listen(path);
    return path;
  }

  serve(answer: Answer, state: 'serving' | 'keeping' = 'serving'): void {
    this.#answer = answer;
    this.state = state;
  }

  /** Refuses requests from now on; answers that have begun continue. */
  pause(): void {
    this.#answer = undefined;
    this.state = 'waiting';
  }

  close(): void {
    this.#server.close();
    if (this.#temporary !== undefined) rmSync(this.#temporary, { recursive: true, force: true });
    for (const socket of this.#sockets) socket.destroySoon();
  }

  async #listen(path: string): Promise<void> {
    this.#server.listen({ path });
    await once(this.#server, 'listening');
    this.#server.on('error', () => undefined); // One connection could not be accepted; the next may be.
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.write(toLine({ pid: process.pid, host: hostname(), state: this.state }));
    const replies = messagesOf(socket).pipe(
      take(1),
      switchMap((request) => {
        socket.setTimeout(0);
        if (this.#answer) return this.#answer(request);
        throw new NotBegun();
      }),
      map((result) => ({ ok: true, result })),
      catchError((error) =>
        of({ ok: false, error: toHubError(error).toJSON(), isBegun: !(error instanceof NotBegun) }),
      ),
    );
    const replying = replies.subscribe({
      next: (reply) => socket.write(toLine(reply)),
      complete: () => socket.end(),
    });
    socket.on('close', () => {
      replying.unsubscribe();
      this.#sockets.delete(socket);
    });
  }
}

/** Connects to a socket in a folder, or at an absolute path. Rejects with the system's error. */
export function connectIn(folder: string, name: string): Promise<Socket> {
  return withShortPath(folder, name, async (path) => {
    const socket = connect({ path });
    await once(socket, 'connect');
    return socket;
  });
}

/** Uses a path of a socket. The system limits its length, so a long one leads through a link to the folder. */
async function withShortPath<T>(folder: string, name: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = resolve(folder, name);
  if (Buffer.byteLength(path) <= LONGEST_PATH_BYTES) return use(path);
  const temporary = makeTemporary();
  try {
    symlinkSync(resolve(folder), join(temporary, 'folder'));
    return await use(join(temporary, 'folder', name));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function makeTemporary(): string {
  return mkdtempSync(join(tmpdir(), 'pinhub-'));
}

/** Reads the greeting, and hangs up. Returns `undefined` if no greeting comes, as from a process that is too busy. */
export async function readGreeting(socket: Socket): Promise<Greeting | undefined> {
  try {
    return greetingSchema.parse(await firstValueFrom(messagesOf(socket).pipe(timeout(PATIENCE_MS))));
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

/** Sends a request; passes on the results. Errors with the other side's `HubError`, `NotBegun` if it did not arrive, or `store/unavailable`. */
export function sendRequest(connecting: () => Promise<Socket>, request: unknown): Observable<unknown> {
  return defer(() => {
    let isSent = false;
    const converse = (socket: Socket) =>
      messagesOf(socket).pipe(
        tap(() => {
          if (!isSent) socket.write(toLine(request));
          isSent = true;
        }),
        skip(1),
        map(parseReply),
        finalize(() => socket.destroy()),
      );
    return defer(connecting).pipe(
      switchMap(converse),
      throwIfEmpty(endedEarly),
      catchError((error) => {
        if (!isSent) throw new NotBegun(error);
        throw error instanceof HubError ? error : endedEarly();
      }),
    );
  });
}

function endedEarly(): HubError {
  const message = 'the hub ended before it answered; look whether the change was made';
  return new HubError('store/unavailable', message);
}

function parseReply(message: unknown): unknown {
  const reply = replySchema.parse(message);
  if (reply.ok) return reply.result;
  if (!reply.isBegun) throw new NotBegun();
  throw new HubError(reply.error.code as HubError['code'], reply.error.message);
}

function toLine(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}

/** The messages that arrive over a connection. Errors if one is not JSON or is too long, or if the connection fails. */
function messagesOf(socket: Socket): Observable<unknown> {
  return new Observable((subscriber) => {
    let rest = '';
    const read = (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      try {
        for (const line of lines) subscriber.next(JSON.parse(line));
        if (rest.length > LONGEST_LINE) throw new HubError('limit/exceeded', 'the message is too long');
      } catch (error) {
        subscriber.error(error);
      }
    };
    socket.setEncoding('utf8').on('data', read);
    socket.on('error', (error) => subscriber.error(error)).on('close', () => subscriber.complete());
    return () => socket.off('data', read).resume();
  });
}
