import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Server, Socket } from 'socket.io';
import { type Access, openAccess, type Principal } from '../../access/access.ts';
import { credentialsOf } from '../../access/request-credentials.ts';
import { HubError, quote, toHubError } from '../../core/error.ts';
import type { TopicFilter } from '../../core/filter.ts';
import type { Hub } from '../../core/hub.ts';
import type { Message } from '../../core/message.ts';
import { PLAIN_TERMS, type Terms } from '../../core/subscription.ts';
import type { DeliveryFlags, WireMessage } from '../../core/wire-message.ts';
import type { Session } from '../../session/session.ts';
import type { Sessions } from '../../session/sessions.ts';
import { type Batch, BatchStart } from '../batch.ts';
import type { Holder } from '../held-bytes.ts';
import { Turn } from '../turn.ts';
import type { Answer } from './answer-packet.ts';
import { Connection } from './connection.ts';
import type { EngineSocket } from './engine-socket.ts';
import {
  EVENTS,
  type EventLimits,
  isEventName,
  parseCredentials,
  parsePublish,
  parseSubscribe,
  parseUnsubscribe,
  parseWill,
} from './event.ts';
import { EventGate, type EventGateOptions } from './event-gate.ts';
import { HeldBack } from './held-back.ts';
import { MessagesEncoder } from './messages-packet.ts';
import { AnswerWanted } from './parser.ts';

export interface SocketIoGatewayOptions {
  /** With `SOCKET_IO_PARSER` as its parser, and `PromptWebSocketServer` as its WebSockets. */
  readonly io: Server;
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly limits: EventLimits & Pick<EventGateOptions, 'eventsPerSecond'>;
  readonly log: Logger;
  /** Default: everyone may come in. */
  readonly access?: Access | undefined;
}

/** A client that has this many times what a slow one may have waiting does not even read the answers to what it asks. */
const DEAF_FACTOR = 4;

/**
 * Handing messages to the network takes at most a ninth of the processor, as sending them then takes as much again, and there must be
 * time to hear the browsers. A hundred windows that drag at once get theirs every 20 ms, which is more than a screen shows.
 */
const REST_FACTOR = 8;

/** What came with the handshake. */
interface Handshake {
  readonly principal: Principal;
  readonly will: Message | undefined;
}

/** One who is connected. */
interface Client {
  readonly principal: Principal;
  readonly session: Session;
  readonly connection: Connection;
  readonly gate: EventGate;
}

/** How an event that went well is answered. */
interface Answers {
  readonly now: (answer: Answer) => void;
  /** Once all is safe that the event has changed: to be called before others can change anything. */
  readonly whenSafe: (answer: Answer) => void;
}

/** The way in for browsers and adapters: Socket.IO events, as the README's table has them. */
export class SocketIoGateway {
  /** Events that were refused: malformed, unknown, or not allowed. */
  refused = 0;
  /** Messages that clients have published. */
  received = 0;
  /** Messages that were sent, once for each client. */
  sent = 0;
  readonly #options: SocketIoGatewayOptions;
  readonly #access: Access;
  /** Connections that are being let in, or are: each has one session. */
  readonly #admitted = new WeakSet<EngineSocket>();
  /** Of sockets that are let in and not yet connected. */
  readonly #handshakes = new WeakMap<Socket, Handshake>();
  readonly #heldBack: HeldBack;
  readonly #connections = new Set<Connection>();
  readonly empty = new BatchStart<DeliveryFlags>();
  readonly #encoder = new MessagesEncoder();
  readonly #turn = new Turn<Connection>(
    (due) => {
      this.#flush(due);
      // Lets go of the turn's messages.
      this.empty.clear();
      this.#encoder.clear();
    },
    { restFactor: REST_FACTOR },
  );

  constructor(options: SocketIoGatewayOptions) {
    this.#options = options;
    this.#access = options.access ?? openAccess;
    this.#heldBack = new HeldBack(options.io);
    options.io.use((socket, next) => void this.#admit(socket, next));
    options.io.on('connection', (socket) => this.#serve(socket));
  }

  /** How many clients are let in and connected. */
  get clientCount(): number {
    return this.#options.io.sockets.sockets.size;
  }

  /** All who are let in, as far as they keep memory on their way out. */
  get holders(): Iterable<Holder> {
    return this.#connections;
  }

  schedule(connection: Connection): void {
    this.#turn.add(connection);
  }

  flush(connection: Connection): void {
    this.#flush([connection]);
  }

  /** Checks the handshake before the client is told that it is connected. */
  async #admit(socket: Socket, next: (error?: Error) => void): Promise<void> {
    const { conn } = socket;
    try {
      if (this.#admitted.has(conn)) throw secondHandshake();
      this.#admitted.add(conn);
      socket.on('disconnect', () => this.#admitted.delete(conn));
      this.#handshakes.set(socket, await this.#greet(socket));
      next();
    } catch (error) {
      this.refused++;
      // Socket.IO hands `data` to the client's `connect_error`.
      next(Object.assign(new Error('refused'), { data: toHubError(error).toJSON() }));
    }
  }

  async #greet({ handshake, request }: Socket): Promise<Handshake> {
    const { will } = handshake.auth;
    const credentials = parseCredentials(handshake.auth) ?? credentialsOf(request);
    const principal = await this.#access.authenticate(credentials, { address: handshake.address });
    return { principal, will: will === undefined ? undefined : parseWill(will, this.#options.limits) };
  }

  #serve(socket: Socket): void {
    const connection = new Connection(socket, this, () => session?.resume());
    let session: Session | undefined;
    try {
      const { principal, will } = this.#takeHandshake(socket);
      session = this.#open(principal, will);
      session.attach(connection);
      this.#listen(socket, this.#createClient(principal, session, connection));
    } catch (error) {
      this.refused++;
      connection.close(toHubError(error));
    }
  }

  #takeHandshake(socket: Socket): Handshake {
    const handshake = this.#handshakes.get(socket);
    if (!handshake) throw new HubError('internal', 'a socket is connected that was not let in');
    return handshake;
  }

  #open(principal: Principal, will: Message | undefined): Session {
    const clientIdentifier = `socket.io-${randomUUID()}`;
    const { session } = this.#options.sessions.open({
      clientIdentifier,
      cleanStart: true,
      expirySeconds: 0,
      will: will && { message: will, delaySeconds: 0 },
      owner: { ...principal, rights: this.#access.rightsOf(principal, clientIdentifier) },
    });
    return session;
  }

  #listen(socket: Socket, client: Client): void {
    const { session, connection, gate } = client;
    // Not by a listener: it would be called with as many arguments as the client has sent, and the stack would overflow.
    socket.use(([event, ...args]) => {
      if (connection.isOpen) gate.add(event, args); // Not what it had sent by the time that it was cut off.
    });
    this.#heldBack.follow(socket, gate);
    this.#connections.add(connection);
    socket.on('disconnecting', () => gate.finish());
    socket.on('disconnect', (reason) => {
      this.#connections.delete(connection);
      const saidGoodbye = reason === 'client namespace disconnect';
      this.#options.sessions.leave(session, connection, { publishWill: !saidGoodbye });
    });
  }

  #createClient(principal: Principal, session: Session, connection: Connection): Client {
    const gate = new EventGate({
      eventsPerSecond: this.#options.limits.eventsPerSecond,
      handle: (event, args) => this.#answer(client, event, args),
      pause: () => connection.pause(),
      resume: () => connection.resume(),
      overflow: () => this.#refuseFlood(client),
    });
    const client: Client = { principal, session, connection, gate };
    return client;
  }

  #refuseFlood({ connection, gate }: Client): void {
    this.refused++;
    gate.clear();
    connection.close(new HubError('limit/exceeded', 'too many events at once', { reasonCode: 0x96 }));
  }

  #answer(client: Client, event: string, args: unknown[]): void {
    if (this.#isDeaf(client)) {
      this.#cutOff(client);
      return;
    }
    const { connection } = client;
    const last = args.at(-1);
    const wanted = last instanceof AnswerWanted ? last : undefined;
    if (wanted) args.pop();
    const acknowledge = (answer: Answer) => {
      if (wanted && connection.isOpen) connection.answer(wanted.id, answer);
    };
    // Counted also where nobody wants to hear of it.
    const refuse = (reason: unknown) => acknowledge(this.#refuse(event, reason));
    const { journal } = this.#options.hub;
    const { position } = journal;
    const answers: Answers = {
      now: (answer) => acknowledge({ ok: true, ...answer }),
      whenSafe: (answer) => {
        const isKept = journal.position !== position;
        journal.whenSafe(isKept ? journal.position : 0, (failure) => {
          if (failure) refuse(failure);
          else answers.now(answer);
        });
      },
    };
    try {
      this.#handle(client, event, args, answers);
    } catch (thrown) {
      refuse(thrown);
    }
  }

  #refuse(event: string, thrown: unknown): Answer {
    const error = toHubError(thrown);
    this.refused++;
    this.#options.log.debug({ event, error: error.toJSON() }, 'event refused');
    if (error.code === 'internal') this.#options.log.error({ event, err: thrown }, 'event failed');
    return { ok: false, error: error.toJSON() };
  }

  #isDeaf({ connection }: Client): boolean {
    return connection.bufferedBytes > DEAF_FACTOR * this.#options.sessions.limits.bufferedBytes;
  }

  #cutOff({ connection, gate }: Client): void {
    this.refused++;
    gate.clear();
    this.#options.log.debug(
      { bufferedBytes: connection.bufferedBytes },
      'client asks but does not read; cut off',
    );
    connection.cutOff();
  }

  #handle(client: Client, event: string, args: readonly unknown[], answers: Answers): void {
    if (!isEventName(event)) {
      const known = Object.keys(EVENTS).join(', ');
      throw new HubError('event/unknown', `there is no event ${quote(event)}; there are ${known}`);
    }
    const { session } = client;
    const { limits } = this.#options;
    if (event === 'publish') this.#publish(session, args, answers);
    else if (event === 'subscribe') this.#subscribe(client, args, answers);
    else if (event === 'unsubscribe') answers.now(unsubscribe(session, args, limits));
    else if (event === 'whoami') answers.now(describe(client));
    else answers.now({});
  }

  #publish(session: Session, args: readonly unknown[], { whenSafe }: Answers): void {
    this.received++;
    whenSafe({ receivers: session.publish(parsePublish(args, this.#options.limits)) });
  }

  /**
   * Acknowledges right before the retained messages, so that the client knows to which subscription they belong. Nothing of it is kept:
   * the session ends with its connection.
   */
  #subscribe({ session, connection }: Client, args: readonly unknown[], { now }: Answers): void {
    const { filters, noLocal } = parseSubscribe(args, this.#options.limits);
    const terms = { ...PLAIN_TERMS, noLocal };
    const accepted = filters.map(({ filter }) => filter);
    subscribeAll(session, filters, terms, () => {
      this.flush(connection); // What is due goes before the acknowledgement, not after it.
      now({ filters: accepted });
    });
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
    this.sent += batch.count * connections.length;
    const packet = this.#encoder.encode(batch);
    for (const connection of connections) {
      connection.write(packet);
      if (!packet) connection.socket.emit('messages', batch.map(toWire));
    }
  }
}

/** Begins all of these subscriptions, or none of them. */
function subscribeAll(
  session: Session,
  filters: readonly TopicFilter[],
  terms: Terms,
  begin: () => void,
): void {
  const made: ReturnType<Session['subscribe']>[] = [];
  try {
    for (const filter of filters) made.push(session.subscribe(filter, terms));
    session.replay(
      made.map(({ subscription }) => subscription),
      begin,
    );
  } catch (error) {
    for (const { subscription, isNew } of made) if (isNew) session.unsubscribe(subscription.filter.filter);
    throw error;
  }
}

/** Whom the hub takes a client for, and what it may do for as long as it is connected: where that changes, it has to connect anew. */
function describe({ principal: { name, role, how }, session }: Client): Answer {
  return { name, role, how, may: session.rights.permissions };
}

function unsubscribe(session: Session, args: readonly unknown[], limits: EventLimits): Answer {
  const ended = parseUnsubscribe(args, limits).filter(({ filter }) => session.unsubscribe(filter));
  return { filters: ended.map(({ filter }) => filter) };
}

function secondHandshake(): HubError {
  return new HubError('protocol/violation', 'a connection has one handshake at a time', { reasonCode: 0x82 });
}

function toWire(message: Message, flags: DeliveryFlags): WireMessage {
  return [message.topic, message.text ?? message.bytes, flags];
}
