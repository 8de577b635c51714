import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { io, type Socket } from 'socket.io-client';

/** Whether something was allowed. What goes wrong in any other way rejects. */
export type Outcome = 'allowed' | 'denied';

/** One who has come in somehow. */
export interface Actor {
  publish(topic: string, payload: string): Promise<Outcome>;
  /**
   * What is retained for a filter, as far as one may know. `nudge` publishes something live that one may read if one may read anything: it
   * comes after all that is retained.
   */
  read(filter: string, nudge: () => void): Promise<'denied' | readonly string[]>;
  close(): Promise<void>;
}

/** What somebody shows. */
export interface Shown {
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
}

export interface Ports {
  readonly pages: number;
  readonly mqtt: number;
}

/** The ways in; each rejects, as its protocol has it, with an error whose message holds why. */
export const WAYS: Record<string, (ports: Ports, shown: Shown) => Promise<Actor>> = {
  'Socket.IO': openSocketIo,
  REST: openRest,
  'MQTT 5 over TCP': ({ mqtt }, shown) => openMqtt(`mqtt://127.0.0.1:${mqtt}`, shown, 5),
  'MQTT 5 over WebSocket': ({ pages }, shown) => openMqtt(`ws://127.0.0.1:${pages}/mqtt`, shown, 5),
};

type Answer = { ok: true } | { ok: false; error: { code: string; message: string } };

async function openSocketIo({ pages }: Ports, shown: Shown): Promise<Actor> {
  const socket: Socket = io(`http://127.0.0.1:${pages}`, {
    auth: { ...shown },
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', (error: Error & { data?: { code: string } }) => {
      reject(new Error(error.data?.code ?? error.message));
    });
  });
  const ask = async (...event: [string, ...unknown[]]) => outcomeOf(await socket.emitWithAck(...event));
  return {
    publish: (topic, payload) => ask('publish', topic, payload, { retain: true }),
    async read(filter, nudge) {
      const topics: string[] = [];
      const nudged = new Promise<void>((resolve) => {
        socket.on('messages', (messages: [topic: string, payload: string, flags: number][]) => {
          for (const [topic, , flags] of messages) flags & 1 ? topics.push(topic) : resolve();
        });
      });
      if ((await ask('subscribe', filter)) === 'denied') return 'denied';
      nudge();
      await nudged;
      socket.off('messages');
      await ask('unsubscribe', filter);
      return topics.sort();
    },
    close: async () => void socket.disconnect(),
  };
}

function outcomeOf(answer: Answer): Outcome {
  if (answer.ok) return 'allowed';
  if (answer.error.code === 'auth/denied') return 'denied';
  throw new Error(answer.error.code);
}

async function openRest({ pages }: Ports, { token, user, password }: Shown): Promise<Actor> {
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const authorization = token === undefined ? user && basic : `Bearer ${token}`;
  const call = async (path: string, init: RequestInit = {}) => {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await fetch(`http://127.0.0.1:${pages}${path}`, { ...init, headers });
    await response.arrayBuffer();
    if (![200, 403, 404].includes(response.status)) throw new Error(`status ${response.status}`);
    return response.status;
  };
  const pathOf = (topic: string) => `/api/topics/${encodeURIComponent(topic).replaceAll('%2F', '/')}`;
  await call('/api/me');
  return {
    async publish(topic, payload) {
      const status = await call(pathOf(topic), { method: 'PUT', body: payload });
      return status === 403 ? 'denied' : 'allowed';
    },
    async read(topic) {
      if (/[+#]/.test(topic)) return 'denied'; // There is no reading by wildcard.
      const status = await call(pathOf(topic));
      return status === 403 ? 'denied' : status === 200 ? [topic] : [];
    },
    close: async () => undefined,
  };
}

async function openMqtt(
  url: string,
  { token, user, password }: Shown,
  protocolVersion: 4 | 5,
): Promise<Actor> {
  const username = token === undefined ? user : 'token';
  const secret = token ?? password;
  const options: IClientOptions = { protocolVersion, reconnectPeriod: 0 };
  const client: MqttClient = await connectAsync(url, {
    ...options,
    ...(username !== undefined && { username }),
    ...(secret !== undefined && { password: secret }),
  });
  return {
    async publish(topic, payload) {
      return orDenied(client.publishAsync(topic, payload, { retain: true, qos: 1 }), 'allowed' as const);
    },
    async read(filter, nudge) {
      const topics: string[] = [];
      const nudged = new Promise<void>((resolve) => {
        client.on('message', (topic, _payload, { retain }) => (retain ? topics.push(topic) : resolve()));
      });
      if ((await orDenied(client.subscribeAsync(filter), 'allowed')) === 'denied') return 'denied';
      nudge();
      await nudged;
      client.removeAllListeners('message');
      await client.unsubscribeAsync(filter);
      return topics.sort();
    },
    close: () => client.endAsync(true),
  };
}

/** Reason code 0x87: not authorized. */
async function orDenied(done: Promise<unknown>, outcome: Outcome): Promise<Outcome> {
  try {
    await done;
    return outcome;
  } catch (error) {
    if (error instanceof Error && /not authorized/i.test(error.message)) return 'denied';
    throw error;
  }
}
