import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubError } from '../../../../hub/core/error.ts';
import { EventRate } from '../../../../hub/gateways/socket-io/event-rate.ts';
import { RawClient } from './raw-client.ts';
import { openSocketIoHub } from './socket-io-hub.ts';

/** A client's text frame that holds Engine.IO's "pong", masked with zeros. */
const PONG = Buffer.of(0x81, 0x81, 0, 0, 0, 0, 0x33);

describe('a rate of events', () => {
  let calls: string[];
  beforeEach(() => {
    vi.useFakeTimers();
    calls = [];
  });
  afterEach(() => vi.useRealTimers());

  function createRate(eventsPerSecond: number): EventRate {
    return new EventRate({
      eventsPerSecond,
      pause: () => calls.push('pause'),
      resume: () => calls.push('resume'),
    });
  }

  function count(rate: EventRate, events: number): void {
    for (let n = 0; n < events; n++) rate.count();
  }

  it('lets as many through at once as may come in a second', () => {
    count(createRate(100), 100);
    expect(calls).toEqual([]);
  });

  it('pauses a client that is faster, for as long as its events are ahead of the rate', () => {
    const rate = createRate(100);
    count(rate, 250);
    expect([calls, rate.isPaused]).toEqual([['pause'], true]);
    rate.whenFree(() => calls.push('free'));
    vi.advanceTimersByTime(1_490);
    expect(calls).toEqual(['pause']);
    vi.advanceTimersByTime(50);
    expect(calls).toEqual(['pause', 'free', 'resume']);
    expect(rate.isPaused).toBe(false);
  });

  it('keeps nobody waiting for a client that has gone', () => {
    const rate = createRate(10);
    count(rate, 100);
    rate.whenFree(() => calls.push('free'));
    rate.close();
    vi.runAllTimers();
    expect(calls).toEqual(['pause', 'free']);
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

  it('is read to the end if it says goodbye', async () => {
    const hub = await openSocketIoHub({ limits: { eventsPerSecond: 200 } });
    const [flooder, other] = [
      await new RawClient(hub.url).connected(),
      await new RawClient(hub.url).connected(),
    ];
    await other.ask('subscribe', 'a');
    for (let n = 0; n < 300; n++) flooder.socket.emit('publish', 'a', `${n}`);
    flooder.close();
    expect(await other.heard(300)).toHaveLength(300);
    other.close();
    await hub.stop();
  });

  it('by long-polling, a million packets in one body, does not block the hub, and others are answered meanwhile', async () => {
    const hub = await openSocketIoHub();
    const url = `${hub.url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1));
    await fetch(`${url}&sid=${sid}`, { method: 'POST', body: '40' });
    const other = await new RawClient(hub.url).connected();
    const pongs = new Array(1_000_000).fill('3').join('\x1e');
    let isAnswered = false;
    const flood = fetch(`${url}&sid=${sid}`, { method: 'POST', body: pongs }).then(({ status }) => {
      isAnswered = true;
      return status;
    });
    let asked = 0;
    while (!isAnswered) {
      await other.ask('ping');
      asked++;
    }
    expect(await flood).toBe(200);
    expect(asked).toBeGreaterThan(20);
    other.close();
    await hub.stop();
  });

  it('by long-polling, and leaves, costs the hub no more than before: waiting events are dropped', async () => {
    const hub = await openSocketIoHub({ limits: { eventsPerSecond: 10 } });
    const url = `${hub.url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1));
    await fetch(`${url}&sid=${sid}`, { method: 'POST', body: '40' });
    const published = new Array(30_000).fill('42["publish","a","x"]').join('\x1e');
    const flood = fetch(`${url}&sid=${sid}`, { method: 'POST', body: published });
    const other = await new RawClient(hub.url).connected();
    await vi.waitUntil(() => hub.gateway.counters.received > 0);
    hub.sessions.closeAll(new HubError('hub/closing', 'gone'));
    expect((await flood).status).toBe(200);
    expect(hub.gateway.counters.received, 'in pieces of 32').toBeLessThan(100);
    other.close();
    await hub.stop();
  });
});

it('a flood of Engine.IO pongs over a WebSocket is handled in turns, and the client is answered after it', async () => {
  const hub = await openSocketIoHub();
  /** How many pongs were handled in each turn of the event loop. */
  const turns = [0];
  const count = () => {
    if (turns.at(-1) !== 0) turns.push(0);
    if (hub.io.engine.clientsCount > 0) setImmediate(count);
  };
  hub.io.engine.on('connection', (connection) => {
    connection.on('heartbeat', () => turns.push((turns.pop() ?? 0) + 1));
    count();
  });
  const client = await new RawClient(hub.url).connected();
  const stream = Reflect.get(Reflect.get(client.socket.io.engine.transport, 'ws'), '_socket');
  stream.write(Buffer.concat(new Array(100_000).fill(PONG)));
  expect(await client.ask('ping')).toEqual({ ok: true });
  expect(turns.reduce((sum, pongs) => sum + pongs)).toBe(100_000);
  expect(Math.max(...turns), 'a full chunk has 9,362').toBeLessThan(9_000);
  client.close();
  await hub.stop();
});
