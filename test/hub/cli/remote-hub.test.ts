import { BehaviorSubject } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { watchHub } from '../../../hub/cli/remote-hub.ts';
import type { Connection } from '../../../hub/client/index.ts';

/** An address where no server listens. */
const URL = 'http://127.0.0.1:1';
const AWAY: Connection = { status: 'offline', reason: 'xhr poll error', final: false };
const ONLINE: Connection = { status: 'online' };

function watch(...beginnings: Connection[]) {
  const connections = beginnings.map((beginning) => new BehaviorSubject(beginning));
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const faults: unknown[] = [];
  watchHub({ hub: { url: URL }, role: 'device', connections, onAway: say, onBack: say }).subscribe({
    error: (error) => faults.push(error),
  });
  return { connections, said, faults };
}

const WAITING = expect.stringMatching(/^waiting for http:\/\/127\.0\.0\.1:1 \(connect ECONNREFUSED/);

it('a hub that goes and comes is reported in a line each, however many clients notice', async () => {
  const { connections, said } = watch(ONLINE, ONLINE);
  for (const connection of connections) connection.next(AWAY);
  await vi.waitUntil(() => said.length === 1);
  for (const connection of connections) connection.next({ ...AWAY, reason: 'timeout' });
  for (const connection of connections) connection.next(ONLINE);
  expect(said).toEqual([WAITING, `connected to ${URL}`]);
});

it('a hub that does not answer at first counts as away after a second', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  try {
    const { said } = watch({ status: 'connecting' });
    await vi.advanceTimersByTimeAsync(1_000);
    await vi.waitUntil(() => said.length === 1);
    expect(said).toEqual([WAITING]);
  } finally {
    vi.useRealTimers();
  }
});

it.each<[string, string, RegExp]>([
  ['auth/required', 'say who you are', /asks for a token of role device: --token-file FILE or PINHUB_TOKEN$/],
  ['auth/wrong', 'the token is not valid', /refuses us: the token is not valid; .*of role device/],
  ['protocol/violation', 'no', /refuses us: no$/],
])('a hub that refuses us is an error with a hint: %s', (code, reason, message) => {
  const { connections, said, faults } = watch(ONLINE, ONLINE);
  connections[1]?.next({ status: 'offline', reason, final: true, code: code as 'auth/required' });
  expect(faults).toMatchObject([{ code, message: expect.stringMatching(message) }]);
  expect(said).toEqual([]);
});
