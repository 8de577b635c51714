import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import type { Server, Socket } from 'socket.io';
import { type Access, openToAll, type Principal } from '../../access/access.ts';
import { HubError, toHubError } from '../../core/error.ts';
import type { Hub } from '../../core/hub.ts';
import type { Message } from '../../core/message.ts';
import type { Holder } from '../../limits/held-bytes.ts';
import type { TurnBudget } from '../../limits/turn-budget.ts';
import type { Session } from '../../session/session.ts';
import type { Sessions } from '../../session/sessions.ts';
import { ClientEvents, type ConnectedClient } from '../client-events.ts';
import { credentialsOf } from '../http/credentials.ts';
import type { Exposure } from '../http/exposure.ts';
import { Inspections } from '../inspector/inspections.ts';
import type { InspectionLimits } from '../inspector/room.ts';
import { Connection, Outbound, SocketIoCounters } from './connection.ts';
import { type Client, Conversation, type Services } from './conversation.ts';
import type { EngineSocket } from './engine.ts';
import { type EventLimits, parseCredentials, parseWill } from './event.ts';
import { PollingReaders } from './polling.ts';

export interface SocketIoGatewayOptions {
  /** The Socket.IO server, with `SOCKET_IO_PARSER` as its parser and `createWebSocketEngine` for its WebSockets. */
  readonly io: Server;
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly limits: EventLimits &
    InspectionLimits & { readonly eventsPerSecond: number; readonly stuckSeconds: number };
  /** The scheduler of checks for clients that do not read. */
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
  /** Default: everyone is accepted. */
  readonly access?: Access | undefined;
  readonly exposure: Exposure;
  readonly budget: TurnBudget;
  /** Receives what clients do. Default: nobody does. */
  readonly events?: ClientEvents;
}

/** How often clients that do not read are looked for, milliseconds: one timer for all connections. */
const CHECK_MS = 500;

/** The data of the handshake. */
interface Handshake {
  readonly principal: Principal;
  readonly will: Message | undefined;
}

/** Socket.IO for browsers and adapters: the events of docs/socket-io.md. */
export class SocketIoGateway {
  readonly counters = new SocketIoCounters();
  readonly #options: SocketIoGatewayOptions;
  readonly #access: Access;
  /** Connections with a handshake that is under way or accepted: each has one session. */
  readonly #occupied = new WeakSet<EngineSocket>();
  /** The handshakes of authenticated sockets that are not connected yet. */
  readonly #handshakes = new WeakMap<Socket, Handshake>();
  readonly #polling: PollingReaders;
  readonly #clients = new Map<Connection, Client>();
  /** The people behind connections of browsers: a page has several if it plays a device. */
  readonly #people = new Map<Connection, Person>();
  readonly #services: Services;
  #timer: Timer | undefined;

  constructor(options: SocketIoGatewayOptions) {
    const { io, access = openToAll, hub, log, sessions, budget } = options;
    const { counters } = this;
    this.#options = options;
    this.#access = access;
    const limits = { ...options.limits, bufferedBytes: sessions.limits.bufferedBytes };
    const { events = new ClientEvents() } = options;
    const inspections = new Inspections({ hub, scheduler: options.scheduler, limits });
    const outbound = new Outbound(counters);
    this.#services = { hub, outbound, counters, limits, events, inspections, log };
    this.#polling = new PollingReaders(io, budget);
    io.use((socket, next) => void this.#admit(socket, next));
    io.on('connection', (socket) => this.#serve(socket));
  }

  /** Authenticated clients that are connected. */
  get clientCount(): number {
    return this.#options.io.sockets.sockets.size;
  }

  /** The authenticated clients that are connected. */
  get clients(): Iterable<ConnectedClient> {
    return this.#clients.values();
  }

  /** The memory that all inspectors use together. */
  get inspected(): Inspections['taken'] {
    return this.#services.inspections.taken;
  }

  /** How many people are connected by browsers: one for each that is logged in, or for each address if nobody has to log in. */
  get peopleCount(): number {
    return this.people.length;
  }

  /** These people one by one, in the order in which they came. */
  get people(): readonly KnownPerson[] {
    const byId = new Map([...this.#people.values()].map(({ id, known }) => [id, known]));
    return [...byId.values()];
  }

  /** Holders of memory: unsent data of clients, and unhandled data that came by long-polling. */
  *holders(): Iterable<Holder> {
    yield* this.#clients.keys();
    yield* this.#polling;
  }

  /** Stops the timer of the gateway. */
  dispose(): void {
    this.#timer?.unsubscribe();
  }

  /** Checks the handshake before the client is accepted. */
  async #admit(socket: Socket, next: (error?: Error) => void): Promise<void> {
    try {
      await this.#occupy(socket);
      next();
    } catch (error) {
      const refusal = toHubError(error);
      this.#noteRefusal(socket, refusal);
      // Socket.IO passes message and data to the client's `connect_error`.
      next(Object.assign(new Error(refusal.message), { data: refusal.toJSON() }));
    }
  }

  #noteRefusal({ handshake: { address } }: Socket, error: HubError): void {
    this.counters.refused++;
    this.#services.events.refused$.next({ protocol: 'socket.io', address, error });
  }

  /** A connection is free for another handshake once this one is refused, or its session has ended. */
  async #occupy(socket: Socket): Promise<void> {
    const { conn } = socket;
    if (this.#occupied.has(conn))
      throw new HubError('protocol/violation', 'a connection has one handshake at a time');
    this.#occupied.add(conn);
    const release = () => this.#occupied.delete(conn);
    socket.on('disconnect', release);
    try {
      this.#handshakes.set(socket, await this.#authenticate(socket));
    } catch (error) {
      release(); // A refused socket never disconnects.
      throw error;
    }
  }

  async #authenticate({ handshake, request }: Socket): Promise<Handshake> {
    const { will } = handshake.auth;
    const { exposure } = this.#options;
    const credentials = parseCredentials(handshake.auth) ?? credentialsOf(request, exposure);
    const principal = await this.#access.authenticate(credentials, exposure.remoteOf(request));
    return { principal, will: will === undefined ? undefined : parseWill(will, this.#options.limits) };
  }

  #serve(socket: Socket): void {
    const connection = new Connection(socket, this.#services, () => session?.resume());
    let session: Session | undefined;
    try {
      const handshake = this.#handshakes.get(socket);
      if (!handshake) throw new HubError('internal', 'an unauthenticated socket is connected');
      session = this.#open(handshake);
      connection.clientIdentifier = session.clientIdentifier;
      session.attach(connection);
      const { address } = socket.handshake;
      const { principal } = handshake;
      const connectedAt = this.#options.hub.now();
      this.#listen(socket, { protocol: 'socket.io', principal, address, connectedAt, session, connection });
    } catch (error) {
      const refusal = toHubError(error);
      this.#noteRefusal(socket, refusal);
      connection.close(refusal);
    }
  }

  #open({ principal, will }: Handshake): Session {
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
    const { session, connection } = client;
    const conversation = new Conversation(client, this.#services);
    // A listener would be called with as many arguments as the client has sent, and overflow the stack.
    socket.use(([event, ...args]) => conversation.receive(event, args));
    this.#polling.letIn(socket.conn, conversation.rate);
    this.#clients.set(connection, client);
    this.#timer ??= this.#options.scheduler.schedule(() => this.#check(), CHECK_MS);
    const person = personOf(client.principal, socket);
    if (person !== undefined) this.#people.set(connection, person);
    socket.on('disconnect', (reason) => {
      conversation.end();
      this.#clients.delete(connection);
      this.#people.delete(connection);
      const saidGoodbye = reason === 'client namespace disconnect';
      this.#options.sessions.leave(session, connection, { publishWill: !saidGoodbye });
      this.#services.events.disconnected$.next(client);
    });
    this.#services.events.connected$.next(client);
  }

  #check(): void {
    const { hub, budget, scheduler, log } = this.#options;
    const now = hub.now();
    for (const connection of this.#clients.keys()) {
      if (!connection.isStuck(now)) continue;
      log.debug({ bufferedBytes: connection.bufferedBytes }, 'client does not read; disconnected');
      budget.release(connection.network, () => connection.cutOff());
    }
    this.#timer = this.#clients.size === 0 ? undefined : scheduler.schedule(() => this.#check(), CHECK_MS);
  }
}

/** The known facts about a person: the name of a user, no name after a link or token, and no role if nobody has to log in. */
export interface KnownPerson {
  readonly name?: string;
  readonly role?: string;
}

interface Person {
  /** The key that distinguishes the person from others: the login, or the address if nobody has to log in. */
  readonly id: string;
  readonly known: KnownPerson;
}

/** The person at a browser; `undefined` for a program. */
function personOf({ name, role, how, credentialIds }: Principal, { handshake }: Socket): Person | undefined {
  const { origin, 'sec-fetch-site': site } = handshake.headers;
  if (how === 'open') return (origin ?? site) ? { id: handshake.address, known: {} } : undefined;
  const id = credentialIds.find((each) => each.startsWith('login:'));
  const isUser = credentialIds.some((each) => each.startsWith('user:'));
  return id === undefined ? undefined : { id, known: { ...(isUser && { name }), role } };
}
