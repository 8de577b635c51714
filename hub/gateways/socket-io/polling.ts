import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'socket.io';
import type { Holder } from '../../limits/held-bytes.ts';
import type { TurnBudget } from '../../limits/turn-budget.ts';
import type { Share } from '../../limits/turn-share.ts';
import { abort, type EngineSocket, idOf, sessionIdOf } from './engine.ts';
import type { EventRate } from './event-rate.ts';

/** Separates packets in the body of a request (Engine.IO protocol, revision 4, "HTTP long-polling"). */
const SEPARATOR = '\x1e';

/** The most packets that are handled before the next look at the clock. Socket.IO handles an event in the next tick, so an event ends its step. */
const PACKETS_PER_STEP = 32;

interface Packet {
  readonly type: string;
  readonly data?: unknown;
}

/** Engine.IO's types keep these private. */
interface PollingTransport {
  readonly parser: { decodePacket(packet: string): Packet };
  onData(data: string): void;
  onPacket(packet: Packet): void;
  onClose(): void;
}

/**
 * Reads what clients send by long-polling. A body may hold millions of packets, and Engine.IO would handle them all at once. Here they are
 * handled as the budget allows; until then the request is not answered, and the client's next one waits.
 */
export class PollingReaders {
  readonly #readers = new Map<string, PollingReader>();

  constructor(io: Server, budget: TurnBudget) {
    io.engine.on('connection', (connection: EngineSocket) => {
      if (connection.transport.name !== 'polling') return;
      const id = idOf(connection);
      const reader = new PollingReader(connection, budget.createShare(connection.remoteAddress));
      this.#readers.set(id, reader);
      connection.on('close', () => {
        reader.close();
        this.#readers.delete(id);
      });
    });
    io.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      const reader = request.method === 'POST' ? this.#readers.get(sessionIdOf(request)) : undefined;
      if (!reader) return next();
      reader.whenIdle(() => {
        endWhenIdle(response, reader);
        next();
      });
    });
  }

  /** Iterates over the readers, which hold the data that waits to be handled. */
  [Symbol.iterator](): Iterator<Holder> {
    return this.#readers.values();
  }

  /** Limits the events of an authenticated client by this rate. */
  letIn(connection: EngineSocket, rate: EventRate): void {
    this.#readers.get(idOf(connection))?.letIn(rate);
  }
}

class PollingReader implements Holder {
  readonly #connection: EngineSocket;
  readonly #transport: PollingTransport;
  readonly #share: Share;
  #rate: EventRate | undefined;
  /** The present body, and how much of it has been handled. */
  #data = '';
  #done = 0;
  #onIdle: (() => void)[] = [];

  constructor(connection: EngineSocket, share: Share) {
    this.#connection = connection;
    this.#transport = connection.transport as unknown as PollingTransport;
    this.#share = share;
    this.#transport.onData = (data) => {
      this.#data = data;
      this.#done = 0;
      this.#continue();
    };
  }

  get network(): string {
    return this.#share.network;
  }

  get heldBytes(): number {
    return this.#data.length - this.#done;
  }

  cutOff(): void {
    abort(this.#connection);
  }

  letIn(rate: EventRate): void {
    this.#rate = rate;
    this.#share.isLetIn = true;
  }

  /** Calls back once everything received is handled. */
  whenIdle(callback: () => void): void {
    if (this.heldBytes === 0) callback();
    else this.#onIdle.push(callback);
  }

  /** Drops everything that still waits. */
  close(): void {
    this.#data = '';
    this.#done = 0;
    for (const callback of this.#onIdle.splice(0)) callback();
  }

  readonly #continue = (): void => {
    if (this.heldBytes === 0) this.close();
    else if (this.#rate?.isPaused) this.#rate.whenFree(this.#continue);
    else if (this.#share.mustWait()) this.#share.later(this.#continue);
    else this.#share.runWithTick(() => this.#step(), this.#continue, false);
  };

  #step(): void {
    let count = 0;
    let packet: Packet;
    do {
      packet = this.#transport.parser.decodePacket(this.#next());
      this.#handle(packet);
    } while (!mayBeEvent(packet) && ++count < PACKETS_PER_STEP && this.heldBytes > 0);
  }

  #next(): string {
    const found = this.#data.indexOf(SEPARATOR, this.#done);
    const end = found < 0 ? this.#data.length : found;
    const packet = this.#data.slice(this.#done, end);
    this.#done = Math.min(end + 1, this.#data.length);
    return packet;
  }

  #handle(packet: Packet): void {
    if (packet.type === 'close') this.#transport.onClose();
    else this.#transport.onPacket(packet);
  }
}

/** Whether a packet is a Socket.IO packet other than CONNECT ("0"). */
function mayBeEvent({ type, data }: Packet): boolean {
  return type === 'message' && !(typeof data === 'string' && data.startsWith('0'));
}

function endWhenIdle(response: ServerResponse, reader: PollingReader): void {
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.end = (...args: unknown[]) => {
    reader.whenIdle(() => end(...args));
    return response;
  };
}
