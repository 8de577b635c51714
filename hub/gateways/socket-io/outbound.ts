import type { DeliveryFlags, Message, WireMessage } from '../../core/message.ts';
import { type Batch, BatchStart } from '../batch.ts';
import { Turn } from '../turn.ts';
import type { Connection, Outlet } from './connection.ts';
import { MessagesEncoder } from './packets.ts';

/**
 * Handing messages to the network takes at most a ninth of the processor: sending takes as much again, and there must be time to read. A hundred
 * windows that drag at once then get messages every 20 ms, which is more than a screen shows.
 */
const REST_FACTOR = 8;

/** Sends what is due at the end of each turn of the event loop; the same messages are encoded once for all connections. */
export class Outbound implements Outlet {
  readonly empty = new BatchStart<DeliveryFlags>();
  readonly #counters: SocketIoCounters;
  readonly #encoder = new MessagesEncoder();
  readonly #turn = new Turn<Connection>((due) => this.#end(due), { restFactor: REST_FACTOR });

  constructor(counters: SocketIoCounters) {
    this.#counters = counters;
  }

  schedule(connection: Connection): void {
    this.#turn.add(connection);
  }

  flush(connection: Connection): void {
    this.#flush([connection]);
  }

  #end(due: readonly Connection[]): void {
    this.#flush(due);
    // Forgets the turn's messages.
    this.empty.clear();
    this.#encoder.clear();
  }

  #flush(due: readonly Connection[]): void {
    const groups = new Map<Batch<DeliveryFlags>, Connection[]>();
    for (const connection of due) {
      const batch = connection.takeBatch();
      const connections = batch && groups.get(batch);
      if (!batch) connection.write();
      else if (connections) connections.push(connection);
      else groups.set(batch, [connection]);
    }
    for (const [batch, connections] of groups) this.#send(batch, connections);
  }

  #send(batch: Batch<DeliveryFlags>, connections: readonly Connection[]): void {
    this.#counters.sent += batch.count * connections.length;
    const packet = this.#encoder.encode(batch);
    for (const connection of connections) {
      connection.write(packet);
      if (!packet) connection.socket.emit('messages', batch.map(toWire));
    }
  }
}

function toWire(message: Message, flags: DeliveryFlags): WireMessage {
  return [message.topic, message.text ?? message.bytes, flags];
}

/** Counts of Socket.IO since the start. */
export class SocketIoCounters {
  /** Handshakes and events that were refused. */
  refused = 0;
  /** Messages that clients have published. */
  received = 0;
  /** Messages that were sent, counted for each client. */
  sent = 0;
}
