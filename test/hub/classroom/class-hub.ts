import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { checkValue } from '../../../devices/check-value.ts';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import type { Vault } from '../../../hub/access/vault/vault.ts';
import { type Classroom, openClassroom } from '../../../hub/classroom/classroom.ts';
import { guardSeats } from '../../../hub/classroom/seat-rights.ts';
import { createHub, type WebHub } from '../../../hub/create-hub.ts';
import { createMemoryVault } from '../access/memory-vault.ts';

export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is written in the test.
  readonly body: any;
  readonly headers: Headers;
}

/** A browser, or a program with a token: keeps the cookie that it gets. */
export interface Asker {
  ask(method: string, path: string, body?: object | string): Promise<Answered>;
}

/** A hub with a class. */
export interface ClassHub {
  readonly hub: WebHub;
  readonly classroom: Classroom;
  readonly accounts: Accounts;
  readonly url: string;
  readonly port: number;
  readonly teacher: Asker;
  readonly teacherToken: string;
  /** The teacher's link. */
  readonly teacherLink: string;
  /** A browser that has never been here. */
  browser(): Asker;
  program(token: string): Asker;
  /** A browser that has joined with a nickname, and its seat. */
  student(nickname: string): Promise<Asker & { readonly seat: string }>;
  /** The retained messages below a topic, by topic. */
  retained(filter: string): Record<string, string | undefined>;
  /** Lets time pass, but only for rate limits. */
  pass(ms: number): void;
  close(): Promise<void>;
}

const log = pino({ level: 'silent' });

export async function openClassHub(
  vault: Vault = createMemoryVault(),
  pagesFolder = '/nowhere',
): Promise<ClassHub> {
  let passedMs = 0;
  const elapsedMs = () => passedMs;
  const access = await openGuardedAccess({ vault, scheduler: asyncScheduler, elapsedMs, log });
  const reserved = ['led', 'board'];
  const classroom = await openClassroom({
    accounts: access.managed,
    ...{ vault, reserved, elapsedMs, checkValue, log },
  });
  const accounts = new Accounts(vault);
  const token = await accounts.renewToken({ name: 'class-teacher', role: 'teacher' });
  await access.refresh();
  const hub = createHub({
    access: guardSeats(access, { classroom, elapsedMs }),
    logins: access.logins,
    accounts: access.managed,
    classroom,
    pagesFolder,
    log,
  });
  hub.announceReady();
  const port = await hub.listen({ port: 0 });
  const url = `http://127.0.0.1:${port}`;
  const browser = () => createBrowser(url);
  const program = (shown: string) => createAsker(url, () => ({ authorization: `Bearer ${shown}` }));
  return {
    hub,
    classroom,
    accounts,
    url,
    port,
    teacher: program(token),
    teacherToken: token,
    teacherLink: `${url}/class?token=${token}`,
    browser,
    program,
    async student(nickname) {
      const own = browser();
      const { body } = await own.ask('POST', '/api/class/join', { code: classroom.code, nickname });
      return { ...own, seat: body.seat };
    },
    retained: (filter) =>
      Object.fromEntries(
        Array.from(hub.broker.core.hub.retained.match(filter), ({ topic, text }) => [topic, text]),
      ),
    pass: (ms) => {
      passedMs += ms;
    },
    async close() {
      await hub.close();
      classroom.close();
      access.close();
    },
  };
}

function createBrowser(url: string): Asker {
  let cookie = '';
  const headers = () => ({ origin: url, ...(cookie && { cookie }) });
  return createAsker(url, headers, (answer) => {
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
  });
}

function createAsker(
  url: string,
  headers: () => Record<string, string>,
  onAnswer: (answer: Response) => void = () => {},
): Asker {
  return {
    async ask(method, path, body) {
      const type = typeof body === 'object' ? { 'content-type': 'application/json' } : {};
      const sent = typeof body === 'object' ? JSON.stringify(body) : body;
      const response = await fetch(url + path, {
        method,
        headers: { ...headers(), ...type },
        ...(sent !== undefined && { body: sent }),
      });
      onAnswer(response);
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
    },
  };
}
