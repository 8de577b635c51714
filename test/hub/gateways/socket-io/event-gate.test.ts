import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventGate } from '../../../../hub/gateways/socket-io/event-gate.ts';
import { RawClient } from './raw-client.ts';
import { openSocketIoHub } from './socket-io-hub.ts';

describe('a gate', () => {
  const handled: unknown[] = [];
  const calls: string[] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    handled.length = 0;
    calls.length = 0;
  });
  afterEach(() => vi.useRealTimers());

  const createGate = (eventsPerSecond: number, onHandled = (_arg: unknown): void => undefined) =>
    new EventGate({
      eventsPerSecond,
      handle: (_name, [arg]) => {
        handled.push(arg);
        onHandled(arg);
      },
      pause: () => calls.push('pause'),
      resume: () => calls.push('resume'),
      overflow: () => calls.push('overflow'),
    });

  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

  it('lets through what comes within its measure at once', () => {
    const gate = createGate(100);
    for (const n of numbers(100)) gate.add('event', [n]);
    expect([handled, calls]).toEqual([numbers(100), []]);
  });

  it('holds back what comes faster, in order, and its sender meanwhile; nothing is lost', () => {
    const gate = createGate(100);
    for (const n of numbers(250)) gate.add('event', [n]);
    expect([handled.length, calls]).toEqual([100, ['pause']]);
    vi.advanceTimersByTime(1_040);
    expect(handled.length).toBeGreaterThanOrEqual(200);
    expect(handled.length).toBeLessThan(210);
    expect(calls).toEqual(['pause']);
    gate.whenOpen(() => calls.push('open'));
    vi.advanceTimersByTime(1_000);
    expect(handled).toEqual(numbers(250));
    expect(calls).toEqual(['pause', 'resume', 'open']);
  });

  it('gives way to others where events take long', () => {
    let elapsedMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => elapsedMs);
    const gate = createGate(1_000, () => {
      elapsedMs += 2;
    });
    for (const n of numbers(9)) gate.add('event', [n]);
    expect(handled).toEqual(numbers(3));
    vi.runAllTimers();
    expect(handled).toEqual(numbers(9));
  });

  it('handles at once what waits of one who has gone', () => {
    const gate = createGate(10);
    for (const n of numbers(30)) gate.add('event', [n]);
    gate.finish();
    expect([handled, calls]).toEqual([numbers(30), ['pause', 'resume']]);
  });

  it('forgets what waits of one who is cut off, also in the midst of it', () => {
    const gate = createGate(10, (n) => {
      if (n === 12) gate.clear();
    });
    for (const n of numbers(30)) gate.add('event', [n]);
    gate.finish();
    expect(handled).toEqual(numbers(13));
  });

  it('has room for a bounded number', () => {
    const gate = createGate(1);
    for (const n of numbers(32_769)) gate.add('event', [n]);
    expect(calls).toEqual(['pause']);
    gate.add('event', [0]);
    expect(calls).toEqual(['pause', 'overflow']);
  });
});

describe('a client that sends more events than it may', () => {
  it.each(['websocket', 'polling'] as const)(
    'loses none of them, and others are answered meanwhile: %s',
    async (transport) => {
      const hub = await openSocketIoHub({ limits: { eventsPerSecond: 500 } });
      const flooder = await new RawClient(hub.url, { transports: [transport] }).connected();
      const other = await new RawClient(hub.url).connected();
      await other.ask('subscribe', 'a');
      let answered = 0;
      const answers = Array.from({ length: 1_200 }, async (_, n) => {
        await flooder.ask('publish', 'a', `${n}`);
        answered++;
      });
      await other.heard(1);
      await other.ask('ping');
      expect(answered).toBeLessThan(1_200);
      await Promise.all(answers);
      const messages = await other.heard(1_200);
      expect(messages.map(([, payload]) => Number(payload))).toEqual(
        Array.from({ length: 1_200 }, (_, n) => n),
      );
      flooder.close();
      other.close();
      await hub.stop();
    },
  );

  it('is heard to the end where it says goodbye', async () => {
    const hub = await openSocketIoHub({ limits: { eventsPerSecond: 10 } });
    const [flooder, other] = [
      await new RawClient(hub.url).connected(),
      await new RawClient(hub.url).connected(),
    ];
    await other.ask('subscribe', 'a');
    for (let n = 0; n < 200; n++) flooder.socket.emit('publish', 'a', `${n}`);
    flooder.close();
    expect(await other.heard(200)).toHaveLength(200);
    other.close();
    await hub.stop();
  });

  it('by more than may wait in one long poll is ended with a word', async () => {
    const hub = await openSocketIoHub({ limits: { eventsPerSecond: 10 } });
    const url = `${hub.url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1));
    await fetch(`${url}&sid=${sid}`, { method: 'POST', body: '40' });
    await fetch(`${url}&sid=${sid}`); // "connected"
    const flood = new Array(40_000).fill('42["ping"]').join('\x1e');
    await fetch(`${url}&sid=${sid}`, { method: 'POST', body: flood });
    expect(await (await fetch(`${url}&sid=${sid}`)).text()).toContain('too many events at once');
    expect(hub.sessions.size).toBe(0);
    expect(hub.gateway.counters.refused).toBe(1);
    await hub.stop();
  });
});
