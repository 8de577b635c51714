import { Message } from '../../hub/core/message.ts';
import type { Packet } from '../hub/session/fake-link.ts';
import type { ClusterClient, HubProcess } from './owners-stage.ts';
import type { Promises } from './promises.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** A message that the client has published and that is not finished yet. */
interface Outgoing {
  readonly packetIdentifier: number;
  readonly message: Message;
  readonly text: string;
  isReceived: boolean;
}

interface Connection {
  readonly process: HubProcess;
  readonly client: ClusterClient;
  readonly will: string;
  readonly attempt: number;
  /** When the initial state of the connection was stored, milliseconds: from then on, the client knows that it is connected. */
  acceptedAt: number;
  /** Whether unfinished messages were sent again: until then, new messages wait. */
  isResumed: boolean;
}

/** A client with a persistent session, which moves from hub to hub and does everything that MQTT requires. */
export class RoamingClient {
  readonly id: string;
  /** How often each text has arrived. */
  readonly received = new Map<string, number>();
  /** The texts of QoS 1 and 2 in the order of their first arrival. */
  readonly order: string[] = [];
  readonly connections: Connection[] = [];
  isKept = false;
  readonly #promises: Promises;
  #connection: Connection | undefined;
  #attempt = 0;
  /** The last attempt to connect. */
  #lastAttempt = 0;
  #serial = 0;
  #packetIdentifier = 0;
  #outgoing: Outgoing[] = [];
  #unreleased = new Set<number>();

  constructor(id: string, promises: Promises) {
    this.id = id;
    this.#promises = promises;
  }

  get isConnected(): boolean {
    return this.#connection !== undefined && this.#isPresent(this.#connection);
  }

  /** Moves the client to a hub, and stops its work at the previous hub. */
  async connect(process: HubProcess): Promise<void> {
    const attempt = ++this.#attempt;
    this.#lastAttempt = attempt;
    const text = `will-${this.id} ${attempt}`;
    this.#promises.will(text);
    const will = { message: new Message(`w/${this.id}`, text, { qos: 2 }), delaySeconds: 0 };
    const client = await process.connect(this.id, { will, isWaiting: () => attempt === this.#attempt });
    const connection: Connection = {
      process,
      client,
      will: text,
      attempt,
      acceptedAt: NEVER,
      isResumed: false,
    };
    this.connections.push(connection);
    this.#connection = connection;
    this.#onAccepted(connection);
    for (const filter of ['t', 'w/+', '$share/g/s']) client.subscribe(filter);
    await process.untilSafe();
    this.isKept = true;
    connection.acceptedAt = process.time.now();
    connection.isResumed = true;
    if (this.#isPresent(connection)) for (const one of [...this.#outgoing]) this.#send(connection, one);
  }

  /** Breaks the connection. */
  drop(): void {
    const connection = this.#takeConnection();
    if (!connection) return;
    const { client, process, will } = connection;
    process.time.take(() => {
      if (client.session.link !== client.link) return; // The hub has already ended the connection.
      client.drop();
      process.untilSafe().then(
        () => {
          this.#promises.will(will).mustBeSaid = true;
        },
        () => undefined,
      );
    });
  }

  /** Disconnects properly. */
  leave(): void {
    const connection = this.#takeConnection();
    if (!connection) return;
    const { client, process, will } = connection;
    process.time.take(() => {
      if (client.session.link !== client.link) return;
      client.leave();
      process.untilSafe().then(
        () => {
          this.#promises.will(will).mayBeSaid = false;
        },
        () => undefined,
      );
    });
  }

  publish(topic: 't' | 's', qos: 1 | 2): void {
    const connection = this.#connection;
    if (!connection) return;
    const text = `${this.id}-${topic}-${qos} ${++this.#serial}`;
    const message = new Message(topic, text, { qos });
    this.#promises.publish(text, { qos, isShared: topic === 's' });
    const packetIdentifier = ++this.#packetIdentifier;
    const one = { packetIdentifier, message, text, isReceived: false };
    this.#outgoing.push(one);
    if (connection.isResumed) this.#send(connection, one);
  }

  /**
   * Tells the model the fate of the wills of connections that ended with their hub: each is published once its client had time to reconnect, and did not.
   * `inheritedAt` returns when another process first had a will, milliseconds.
   */
  judgeWills(graceMs: number, inheritedAt: (will: string) => number): void {
    for (const [index, { process, client, will: text, attempt, acceptedAt }] of this.connections.entries()) {
      const isOpen = client.session.link === client.link;
      const isDismissed = client.link.closedWith?.code === 'hub/closing';
      if (!isOpen && !isDismissed) continue; // Its hub has ended the connection, and published the will.
      const dueAt = (isDismissed ? client.closedAt : inheritedAt(text)) + graceMs;
      const backAt = this.connections.slice(index + 1).find((later) => later.acceptedAt < NEVER)?.acceptedAt;
      const will = this.#promises.will(text);
      if ((isOpen && !process.isDead) || (backAt ?? NEVER) < dueAt) will.mayBeSaid = false;
      else if (acceptedAt < NEVER && attempt === this.#lastAttempt) will.mustBeSaid = true;
    }
  }

  #takeConnection(): Connection | undefined {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#attempt++;
    return connection;
  }

  #isPresent(connection: Connection): boolean {
    const { client, process } = connection;
    return connection === this.#connection && !process.isDead && client.session.link === client.link;
  }

  /** Sends a message, or sends it again, and continues once the hub has answered. */
  #send(connection: Connection, one: Outgoing): void {
    const { session } = connection.client;
    const { packetIdentifier, message } = one;
    const step = () => {
      if (!this.#isPresent(connection)) return;
      if (one.isReceived) session.release(packetIdentifier);
      else if (message.qos === 2) session.publishOnce(packetIdentifier, message);
      else session.publish(message);
      this.#whenSafe(connection, () => this.#onAnswer(connection, one));
    };
    connection.process.time.take(step);
  }

  #onAnswer(connection: Connection, one: Outgoing): void {
    this.#promises.acknowledge(one.text);
    if (one.message.qos === 2 && !one.isReceived) {
      one.isReceived = true;
      this.#send(connection, one);
    } else this.#outgoing = this.#outgoing.filter((other) => other !== one);
  }

  /** Waits until the state is safe, because a hub delays packets that depend on stored state. */
  #whenSafe(connection: Connection, then: () => void): void {
    connection.process.untilSafe().then(
      () => this.#isPresent(connection) && then(),
      () => undefined,
    );
  }

  #onAccepted(connection: Connection): void {
    const { client, process } = connection;
    if (!client.isPresent) {
      if (this.isKept) this.#promises.problems.push(`${this.id}: no session at ${process.name}`);
      this.#unreleased.clear();
    }
    const receive = (packet: Packet) => this.#whenSafe(connection, () => this.#receive(connection, packet));
    // The session may record a packet after it has sent the packet: a hub writes to the network only at the end of the turn.
    const take = (packet: Packet) => queueMicrotask(() => receive(packet));
    for (const packet of client.link.packets) take(packet);
    client.link.onPacket = take;
  }

  #receive({ client: { session } }: Connection, packet: Packet): void {
    if (packet.type === 'publish') return;
    const { packetIdentifier } = packet;
    if (packet.type === 'release') {
      this.#unreleased.delete(packetIdentifier);
      session.complete(packetIdentifier);
      return;
    }
    const isNew = packet.qos === 1 || !this.#unreleased.has(packetIdentifier);
    if (packet.qos === 2) this.#unreleased.add(packetIdentifier);
    if (isNew) this.#note(packet.message.text ?? '');
    if (packet.qos === 1) session.acknowledge(packetIdentifier);
    else session.receive(packetIdentifier);
  }

  #note(text: string): void {
    const times = this.received.get(text) ?? 0;
    this.received.set(text, times + 1);
    if (times === 0 && !text.startsWith('will')) this.order.push(text);
  }
}
