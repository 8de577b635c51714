import { io, type Socket } from 'socket.io-client';
import type { InspectionFrame } from '../../../../hub/core/inspection.ts';
import { type Actor, type Answer, type Probe, type Seen, type Shown, TurnedAway } from './actor.ts';
import type { Hub } from './fixture.ts';

type Acknowledged = { ok: true } | { ok: false; error: { code: string; message: string } };
type Transport = 'websocket' | 'polling';

export async function openSocketIo(hub: Hub, shown: Shown, transport: Transport): Promise<Actor> {
  const { socket } = await connect(hub, { ...shown }, transport);
  const ask = async (...event: [string, ...unknown[]]) => answerOf(await socket.emitWithAck(...event));
  return {
    publish: (topic, payload) => ask('publish', topic, payload, { retain: true }),
    leaveWill: (will) => leaveWill(hub, { ...shown, will: { ...will, retain: true } }, transport),
    async subscribe(filter, probe) {
      const seen = collect(socket, probe);
      if ((await ask('subscribe', filter)) === 'denied') return 'denied';
      probe.publish();
      await seen;
      socket.off('messages');
      await ask('unsubscribe', filter);
      return seen;
    },
    async inspect(open) {
      const shown = collectInspected(socket);
      if ((await ask('inspect', { from: 0, count: 500, toggled: open })) === 'denied') return 'denied';
      const topics = await shown;
      await ask('inspect');
      return topics;
    },
    close: async () => void socket.disconnect(),
  };
}

interface Connected {
  readonly socket: Socket;
  /** Why the hub ends the connection, which it may report at once. */
  readonly goodbye: Promise<{ code: string }>;
  readonly gone: Promise<unknown>;
}

async function connect({ server }: Hub, auth: object, transport: Transport): Promise<Connected> {
  const socket = io(`http://127.0.0.1:${server.port}`, {
    auth,
    transports: [transport],
    reconnection: false,
    forceNew: true,
  });
  const goodbye = new Promise<{ code: string }>((resolve) => socket.on('goodbye', resolve));
  const gone = new Promise((resolve) => socket.on('disconnect', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', (error: Error & { data?: { code: string } }) => {
      reject(error.data ? new TurnedAway(error.data.code) : error);
    });
  });
  return { socket, goodbye, gone };
}

/** Everything that arrives until the probe's last topic has come live. */
function collect(socket: Socket, { last }: Probe): Promise<Seen> {
  const retained: string[] = [];
  const live: string[] = [];
  return new Promise((resolve) => {
    socket.on('messages', (messages: [topic: string, payload: string, flags: number][]) => {
      for (const [topic, , flags] of messages) (flags & 1 ? retained : live).push(topic);
      if (live.includes(last)) resolve({ retained, live });
    });
  });
}

/** The topics of the first complete frame. */
function collectInspected(socket: Socket): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const look = ({ rows, isComplete }: InspectionFrame) => {
      if (!isComplete) return;
      socket.off('inspected', look);
      resolve(rows.filter(({ value }) => value !== undefined).map(({ topic }) => topic));
    };
    socket.on('inspected', look);
  });
}

/** A will that is not allowed is refused with a disconnect, as the client is already connected. */
async function leaveWill(hub: Hub, auth: object, transport: Transport): Promise<Answer> {
  const { socket, goodbye, gone } = await connect(hub, auth, transport);
  const pong = socket.emitWithAck('ping').then(() => undefined);
  const reason = await Promise.race([goodbye, pong]);
  if (reason === undefined) socket.io.engine.close(); // No goodbye from this side.
  await gone;
  if (reason === undefined) return 'allowed';
  if (reason.code === 'auth/denied') return 'denied';
  throw new Error(reason.code);
}

function answerOf(answer: Acknowledged): Answer {
  if (answer.ok) return 'allowed';
  if (answer.error.code === 'auth/denied') return 'denied';
  throw new Error(answer.error.code);
}
