import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connectAsync } from 'mqtt';
import { io } from 'socket.io-client';
import { Wire } from './attacks/wire.ts';
import type { HubProcess } from './hub-process.ts';

/** How long a message may take before it counts as lost, milliseconds. */
const PATIENCE_MS = 30_000;

/** A client that sends itself messages: resolves when the message with this number has come back. */
interface Bystander {
  readonly name: string;
  readonly roundTrip: (serial: number) => Promise<void>;
  readonly leave: () => unknown;
}

/** Peaceful clients on every entrance while a hub is under attack: they send themselves one message after the other. */
export class Bystanders {
  readonly #clients: readonly Bystander[];
  readonly #rounds: Promise<number[]>;
  #isOver = false;

  private constructor(clients: readonly Bystander[]) {
    this.#clients = clients;
    this.#rounds = Promise.all(clients.map((client) => this.#run(client)));
    this.#rounds.catch(() => undefined); // `finish` rejects with this error.
  }

  /** Clients on every port, and one that requests /healthz over a new connection each time. */
  static async open(hub: HubProcess): Promise<Bystanders> {
    return new Bystanders(await Promise.all([...keepingConnections(hub), overHttp(hub)]));
  }

  /** Only bystanders that keep their connections: for a hub without room for new ones. */
  static async openKept(hub: HubProcess): Promise<Bystanders> {
    return new Bystanders(await Promise.all(keepingConnections(hub)));
  }

  /** Resolves to the number of messages of each, once all are back. Rejects if a message was lost or out of order, or a client was cut off. */
  async finish(): Promise<number[]> {
    this.#isOver = true;
    try {
      return await this.#rounds;
    } finally {
      for (const { leave } of this.#clients) await leave();
    }
  }

  async #run({ name, roundTrip }: Bystander): Promise<number> {
    let serial = 0;
    while (!this.#isOver) {
      await within(roundTrip(++serial), `${name}: message ${serial}`);
      await new Promise((resolve) => setTimeout(resolve, 2)); // A bystander is no attacker.
    }
    return serial;
  }
}

function keepingConnections(hub: HubProcess): Promise<Bystander>[] {
  return [overMqtt(hub), overSocketIo(hub), overPigpiod(hub)];
}

async function within(work: Promise<void>, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} is lost`)), PATIENCE_MS);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** The text of a message. All have the same length, so that a retained message needs no more room than the previous one. */
function textOf(serial: number): string {
  return `${serial}`.padStart(9, '0');
}

/** Waits for one message after the other. */
class Expectation {
  #serial = 0;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  next(serial: number): Promise<void> {
    this.#serial = serial;
    const heard = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    heard.catch(() => undefined); // The caller that waits for it, perhaps later, gets the error.
    return heard;
  }

  heard(text: string): void {
    if (text === textOf(this.#serial)) this.#settle?.resolve();
    else this.fail(`heard ${text} instead of ${this.#serial}`);
  }

  fail(reason: string): void {
    this.#settle?.reject(new Error(reason));
  }
}

/** Creates a separate topic for each bystander. */
let topics = 0;

async function overMqtt({ mqttUrl }: HubProcess): Promise<Bystander> {
  const topic = `bystander/${topics++}`;
  const client = await connectAsync(mqttUrl, { protocolVersion: 5, reconnectPeriod: 0 });
  const expectation = new Expectation();
  client.on('message', (_topic, payload) => expectation.heard(payload.toString()));
  client.on('close', () => expectation.fail('MQTT: cut off'));
  client.on('error', ({ message }) => expectation.fail(`MQTT: ${message}`));
  await client.subscribeAsync(topic, { qos: 1 });
  return {
    name: 'MQTT',
    roundTrip: async (serial) => {
      const isBack = expectation.next(serial);
      await client.publishAsync(topic, textOf(serial), { qos: 1, retain: true });
      await isBack;
    },
    leave: () => client.endAsync(true),
  };
}

async function overSocketIo({ url }: HubProcess): Promise<Bystander> {
  const topic = `bystander/${topics++}`;
  const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const expectation = new Expectation();
  socket.on('messages', (messages: [topic: string, payload: string][]) => {
    for (const [, payload] of messages) expectation.heard(payload);
  });
  socket.on('disconnect', (reason) => expectation.fail(`Socket.IO: ${reason}`));
  await socket.emitWithAck('subscribe', topic);
  return {
    name: 'Socket.IO',
    roundTrip: async (serial) => {
      const isBack = expectation.next(serial);
      const answer = await socket.emitWithAck('publish', topic, textOf(serial));
      if (!answer.ok) throw new Error(answer.error.message);
      await isBack;
    },
    leave: () => socket.close(),
  };
}

/** Asks whether the hub is alive, over a new connection each time. */
async function overHttp({ port }: HubProcess): Promise<Bystander> {
  const ask = { port, host: '127.0.0.1', path: '/healthz', agent: false };
  return {
    name: '/healthz',
    roundTrip: async () => {
      const [response] = (await once(get(ask), 'response')) as [IncomingMessage];
      response.resume();
      if (response.statusCode !== 200) throw new Error(`/healthz: ${response.statusCode}`);
    },
    leave: () => undefined,
  };
}

/** pigpiod's BR1: the levels of all pins. */
const READ_BANK = Buffer.alloc(16);
READ_BANK.writeUInt32LE(10);

async function overPigpiod({ pigpiodPort }: HubProcess): Promise<Bystander> {
  const wire = await Wire.open(pigpiodPort);
  return {
    name: 'pigpiod',
    roundTrip: async () => {
      const answer = wire.heard();
      await wire.send(READ_BANK);
      if ((await answer)?.length !== READ_BANK.length) throw new Error('pigpiod: cut off');
    },
    leave: () => wire.cut(),
  };
}
