import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SocketReads } from '../../../hub/limits/socket-reads.ts';
import { TurnBudget } from '../../../hub/limits/turn-budget.ts';

/** How long handling a byte takes, milliseconds. */
let msPerByte: number;
let elapsedMs: number;
let budget: TurnBudget;
let server: Server;
let received: number;
/** Whether the reader does all its work within the call, as MQTT does. */
let isSynchronous: boolean;
const clients: Socket[] = [];

beforeEach(async () => {
  elapsedMs = 0;
  msPerByte = 0;
  received = 0;
  isSynchronous = false;
  budget = new TurnBudget({ elapsedMs: () => elapsedMs });
  server = createServer((socket) => {
    const share = budget.createShare();
    share.isLetIn = true;
    share.isSynchronous = isSynchronous;
    new SocketReads({
      socket,
      share,
      isAsync: false,
      entry: {
        received: (bytes) => {
          received += bytes;
        },
      },
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server.close();
});

/** Both ends of a connection. */
async function open(): Promise<{ client: Socket; socket: Socket }> {
  const accepted = once(server, 'connection');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  const [socket] = await accepted;
  return { client, socket };
}

function handle(chunk: Buffer): void {
  elapsedMs += chunk.byteLength * msPerByte;
}

/** New connections, each from another network, which use up all the time for unauthenticated connections in this turn and the following ones. */
function useUpTurns(count: number): { readonly used: number } {
  const turns = { used: 0 };
  for (let network = 0; network < count; network++) {
    budget.admit(() => {
      elapsedMs += 4;
      turns.used++;
    }, `198.51.${network}.1`);
  }
  return turns;
}

const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, index) => index % 251));

describe('a socket', () => {
  it('gives a full chunk to its reader in pieces, and rests when its time is used up', async () => {
    const { client, socket } = await open();
    msPerByte = 1 / 1_024;
    const pieces: number[] = [];
    let turns = 0;
    const isDone = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        handle(chunk);
        pieces.push(chunk.byteLength);
        if (pieces.reduce((sum, piece) => sum + piece) === 32_768) resolve();
      });
    });
    const firstTurn = budget.turn;
    client.write(bytes(32_768));
    await isDone;
    turns = budget.turn - firstTurn;
    expect(Math.max(...pieces)).toBe(4_096);
    expect(turns, '32 ms of work, 8 ms at most in a turn').toBeGreaterThanOrEqual(3);
    expect(received).toBe(32_768);
  });

  it('also counts the time of work that its reader postpones to the next tick', async () => {
    const { client, socket } = await open();
    msPerByte = 1 / 512;
    let turns: number[] = [];
    const isDone = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        turns = [...new Set([...turns, budget.turn])];
        process.nextTick(handle, chunk);
        if (chunk.at(-1) === 0xff) resolve();
      });
    });
    client.write(Buffer.concat([Buffer.alloc(20_479), Buffer.of(0xff)]));
    await isDone;
    expect(turns.length).toBeGreaterThanOrEqual(5);
  });

  it('leaves time to other sockets: their messages do not wait for a flood', async () => {
    const [flooder, other] = [await open(), await open()];
    msPerByte = 1 / 512;
    let flooded = 0;
    flooder.socket.on('data', (chunk: Buffer) => {
      handle(chunk);
      flooded += chunk.byteLength;
    });
    const flood = bytes(2 ** 20);
    flooder.client.write(flood);
    await nextTurn();
    const heard = once(other.socket, 'data');
    other.client.write('x');
    await heard;
    expect(flooded).toBeLessThan(flood.byteLength);
  });

  it('ends only after all that came has been handled', async () => {
    const { client, socket } = await open();
    msPerByte = 1 / 256;
    let length = 0;
    socket.on('data', (chunk: Buffer) => {
      handle(chunk);
      length += chunk.byteLength;
    });
    const ended = once(socket, 'end');
    client.end(bytes(100_000));
    await ended;
    expect(length).toBe(100_000);
  });

  it('ends when there is time for it, as many may end at the same time', async () => {
    const endsByTurn = new Map<number, number>();
    const pairs: Awaited<ReturnType<typeof open>>[] = [];
    while (pairs.length < 20) pairs.push(await open());
    const ended = pairs.map(({ socket }) => {
      socket.resume().once('end', () => {
        elapsedMs += 3;
        endsByTurn.set(budget.turn, (endsByTurn.get(budget.turn) ?? 0) + 1);
      });
      return once(socket, 'end');
    });
    for (const { client } of pairs) client.end();
    await Promise.all(ended);
    expect(Math.max(...endsByTurn.values())).toBeLessThanOrEqual(2);
  });

  it('closes its handle when the turn has time for it, also after an error', async () => {
    const { socket } = await open();
    const turns = useUpTurns(5);
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy(new Error('reset'));
    await closed;
    expect(turns.used).toBe(5);
  });

  it('reads nothing more while it waits to be handed back', async () => {
    const { client, socket } = await open();
    client.on('error', () => undefined);
    socket.resume();
    useUpTurns(5);
    const closed = once(socket, 'close');
    client.write(bytes(65_536));
    socket.destroy();
    await closed;
  });

  it('drops what waits when it is destroyed', async () => {
    const { client, socket } = await open();
    let length = 0;
    socket.on('data', (chunk: Buffer) => {
      length += chunk.byteLength;
      socket.destroy();
    });
    client.on('error', () => undefined);
    client.write(bytes(20_000));
    await once(socket, 'close');
    await nextTurn();
    expect(length).toBeLessThanOrEqual(4_096);
  });

  it.each([
    ['within the call', true],
    ['in ticks', false],
  ])(
    'hands on every byte once and in order, however its reader pauses and goes on, if it works %s',
    async (_title, isWithin) => {
      isSynchronous = isWithin;
      const sizes = fc.array(
        fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 30_000 })),
        { minLength: 1, maxLength: 8 },
      );
      const pauses = fc.array(fc.boolean(), { minLength: 1, maxLength: 20 });
      await fc.assert(
        fc.asyncProperty(sizes, pauses, async (lengths, pattern) => {
          const { client, socket } = await open();
          msPerByte = 1 / 2_000;
          const chunks: Buffer[] = [];
          socket.on('data', (chunk: Buffer) => {
            handle(chunk);
            chunks.push(chunk);
            if (!pattern[chunks.length % pattern.length]) return;
            socket.pause();
            setImmediate(() => socket.resume());
          });
          const ended = once(socket, 'end');
          const sent = bytes(lengths.reduce((sum, length) => sum + length));
          let at = 0;
          for (const length of lengths) {
            client.write(sent.subarray(at, at + length));
            at += length;
            await nextTurn();
          }
          client.end();
          await ended;
          expect(Buffer.concat(chunks).equals(sent)).toBe(true);
        }),
        { numRuns: 10 },
      );
    },
  );
});
