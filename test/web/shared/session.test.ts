import { BehaviorSubject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { Connection, Identity } from '../../../hub/client/index.ts';
import { isOutdated } from '../../../web/shared/is-outdated.ts';
import { createSession, type SessionOptions } from '../../../web/shared/session.ts';
import { signOut } from '../../../web/shared/sign-out.ts';

const VIEWER: Identity = {
  name: 'ana',
  role: 'viewer',
  how: 'login',
  may: { read: ['#'], publish: [], report: [] },
};
const PUPIL: Identity = {
  ...VIEWER,
  role: 'pupil',
  may: { read: ['#'], publish: ['ana/#'], report: ['ana/#'] },
};
const OFFLINE: Connection = { status: 'offline', reason: 'gone', final: false };

/** A page at a hub whose answers the test gives. */
function createScene(options: Partial<SessionOptions> = {}) {
  const connection$ = new BehaviorSubject<Connection>({ status: 'connecting' });
  const whoAmI = vi.fn<() => Promise<Identity>>();
  const leave = vi.fn();
  const session = createSession(
    { connection$, whoAmI },
    { signOut: async () => true, leave, isOutdated: async () => false, ...options },
  );
  const connectAs = async (identity: Identity | Error) => {
    connection$.next(OFFLINE);
    const answer = identity instanceof Error ? Promise.reject(identity) : Promise.resolve(identity);
    whoAmI.mockReturnValueOnce(answer);
    connection$.next({ status: 'online' });
    await answer.catch(() => {});
    await Promise.resolve();
  };
  return { connection$, whoAmI, leave, session, connectAs };
}

function record<T>(source$: { subscribe(next: (value: T) => void): unknown }): T[] {
  const seen: T[] = [];
  source$.subscribe((value) => seen.push(value));
  return seen;
}

describe('the identity of the visitor', () => {
  it('is asked on every connection, and known to observers who come late', async () => {
    const { session, connectAs, whoAmI } = createScene();
    const seen = record(session.identity$);
    await connectAs(VIEWER);
    await connectAs(PUPIL);
    expect(seen).toEqual([undefined, VIEWER, PUPIL]);
    expect(record(session.answer$)).toEqual([PUPIL]);
    expect(whoAmI).toHaveBeenCalledTimes(2);
  });

  it('decides what they may set, and follows their rights', async () => {
    const { session, connectAs } = createScene();
    const hubs = record(session.mayPublish$('led/21/duty'));
    const own = record(session.mayPublish$('ana/led/21/duty'));
    await connectAs(VIEWER);
    await connectAs(PUPIL);
    await connectAs(VIEWER);
    expect([hubs, own]).toEqual([
      [true, false],
      [true, false, true, false],
    ]);
  });

  it('is unknown at a hub that does not say, and then nothing is forbidden', async () => {
    const { session, connectAs } = createScene();
    const seen = record(session.answer$);
    const may = record(session.mayPublish$('led/21/duty'));
    await connectAs(new Error('no such event'));
    expect([seen, may]).toEqual([[undefined], [true]]);
  });
});

describe('a denied page', () => {
  it('stays denied until the hub is back', async () => {
    const { session, connectAs } = createScene();
    const seen = record(session.trouble$);
    await connectAs(VIEWER);
    session.deny();
    expect(seen.at(-1)).toEqual({ is: 'denied' });
    await connectAs(VIEWER);
    expect(seen.at(-1)).toBeUndefined();
  });
});

describe('a seat that is gone', () => {
  it('is named for a student, who has no link, token or account', async () => {
    const { session, connectAs, connection$ } = createScene();
    const seen = record(session.trouble$);
    await connectAs({ ...PUPIL, role: 'seat' });
    connection$.next({ ...OFFLINE, code: 'auth/denied', final: true });
    expect(seen.at(-1)).toEqual({ is: 'signed-out', wasSeat: true });
  });
});

describe('signing out', () => {
  const answering =
    (status: number): typeof fetch =>
    async () =>
      new Response('{}', { status });

  it('leaves the page once the hub has forgotten the browser, and not before', async () => {
    const { session, leave } = createScene();
    session.signOut();
    expect(leave).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(leave).toHaveBeenCalledOnce());
  });

  it('stays, and says so, if the hub could not be told', async () => {
    const { session, leave } = createScene({ signOut: async () => false });
    const seen = record(session.hasStayed$);
    session.signOut();
    await vi.waitFor(() => expect(seen).toEqual([false, true]));
    expect(leave).not.toHaveBeenCalled();
  });

  it('tells success from failure', async () => {
    const requests: unknown[] = [];
    const asked: typeof fetch = async (...request) => {
      requests.push(request);
      return new Response('{}');
    };
    expect(await signOut(asked)).toBe(true);
    expect(requests).toEqual([['api/logout', { method: 'POST' }]]);
    expect(await signOut(answering(503))).toBe(false);
    expect(await signOut(() => Promise.reject(new TypeError('failed to fetch')))).toBe(false);
  });
});

describe('the return of the hub', () => {
  it('is told to visitors who came while it was away, and not to later ones', () => {
    const { connection$, session } = createScene();
    const fromTheStart = record(session.hubBack$);
    connection$.next({ status: 'online' });
    expect(fromTheStart).toHaveLength(0);
    connection$.next(OFFLINE);
    const meanwhile = record(session.hubBack$);
    connection$.next({ status: 'connecting' });
    connection$.next({ status: 'online' });
    const later = record(session.hubBack$);
    expect([fromTheStart.length, meanwhile.length, later.length]).toEqual([1, 1, 0]);
  });
});

describe('an update of the hub', () => {
  it('is found out each time that the page is connected, also if the hub was away when it was asked', async () => {
    const answers = [async () => false, () => Promise.reject(new TypeError('away')), async () => true];
    const { session, connectAs } = createScene({ isOutdated: () => (answers.shift() ?? fail)() });
    const seen = record(session.isOutdated$);
    for (let count = 0; count < 3; count++) await connectAs(VIEWER);
    await vi.waitUntil(() => seen.at(-1) === true);
    expect(seen).toEqual([false, false, false, true]);
  });

  it.each([
    [404, true],
    [200, false],
    [401, false],
    [502, false],
  ])('is what a script tells that is answered with %d: %s', async (status, expected) => {
    const request = vi.fn(async () => new Response(undefined, { status }));
    expect(await isOutdated('/assets/index-1.js', request)).toBe(expected);
    // The service worker stores what is fetched.
    expect(request).toHaveBeenCalledWith('/assets/index-1.js', { method: 'HEAD', cache: 'no-store' });
  });
});

function fail(): never {
  throw new Error('asked too often');
}
