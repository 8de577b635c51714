import { BehaviorSubject, combineLatest, filter, Observable, ReplaySubject, takeUntil } from 'rxjs';
import {
  io,
  type ManagerOptions,
  type Socket,
  type SocketOptions,
  WebSocket as Transport,
  XHR,
} from 'socket.io-client';
import type { BusMessage, MessagesOptions, PublishOptions } from '../core/bus.ts';
import { type ErrorCode, HubError } from '../core/error.ts';
import { parseTopicFilter } from '../core/filter.ts';
import type { InspectionFrame, InspectionRequest } from '../core/inspection.ts';
import { parseTopicName } from '../core/topic.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Connection, HubClient } from './hub-client.ts';
import { type Identity, parseIdentity } from './identity.ts';
import { Incoming, type Listener } from './incoming.ts';
import { errorIn, type Fault, Outgoing, readFault, type Unacknowledged } from './outgoing.ts';

export interface HubClientOptions {
  /** The hub publishes it if the connection is lost. */
  readonly will?: { readonly topic: string; readonly payload: string; readonly retain?: boolean };
  /** A token, if the hub requires one. */
  readonly token?: string | undefined;
  /** The authority that signed the hub's certificate, instead of the system's own (PEM). Node only. */
  readonly ca?: string | undefined;
  /** Messages that may wait for an acknowledgement. Default 10,000; `publish` rejects with `limit/exceeded` beyond. */
  readonly maxWaiting?: number;
  /** The longest payload that the hub accepts, bytes. Default 2 MiB, like the hub's; `publish` rejects with `payload/too-large` beyond. */
  readonly maxPayloadBytes?: number;
  /** How long a hub may be silent before the client connects again, milliseconds. Default: as long as Socket.IO waits, about 37 s. */
  readonly silenceMs?: number;
  /** The transports to try, in this order. Default WebSocket, then HTTP long-polling. */
  readonly transports?: readonly ('websocket' | 'polling')[];
  /** Returns an open WebSocket for an address, if there is one; in a browser, and instead of `transports`. Default: none. */
  readonly socketFor?: ((address: string) => WebSocket | undefined) | undefined;
}

const DEFAULT_MAX_WAITING = 10_000;
const DEFAULT_MAX_PAYLOAD_BYTES = 2 * 2 ** 20;

/** Longer text travels as bytes, which need no escaping. */
const MAX_TEXT_BYTES = 64 * 2 ** 10;

const encoder = new TextEncoder();

/** How long the hub may take to answer before it counts as unreachable, milliseconds. */
const ANSWER_TIMEOUT_MS = 5_000;

/** Short enough for a client to reconnect within a second after its hub is back. */
const RECONNECTION = {
  reconnectionDelay: 100,
  reconnectionDelayMax: 400,
  randomizationFactor: 0.3,
  timeout: ANSWER_TIMEOUT_MS,
};

/** After these errors the client retries. Any other is final. */
const TEMPORARY: readonly ErrorCode[] = ['limit/exceeded', 'hub/closing', 'session/closed', 'internal'];

/**
 * Connects to the hub at `url`, as in `http://raspberrypi.local:5000` or `https://home.example/pinhub`; without one, a page connects to the hub
 * at the root of the site that served it. Throws `topic/invalid` if the will's topic is invalid.
 */
export function createHubClient(url?: string, options: HubClientOptions = {}): HubClient {
  const { will, token, ca, transports = ['websocket', 'polling'], socketFor } = options;
  if (will) parseTopicName(will.topic);
  const settings: Partial<ManagerOptions & SocketOptions> = {
    ...RECONNECTION,
    ...(socketFor ? { transportImplementations: [over(socketFor), XHR] } : { transports: [...transports] }),
    tryAllTransports: true,
    forceNew: true,
    ...(ca !== undefined && { ca }),
    auth: { ...(will && { will }), ...(token && { token }) },
  };
  return new SocketIoClient(url === undefined ? io(settings) : connect(url, settings), options);
}

/** The transport over a WebSocket that may already be open. */
function over(socketFor: (address: string) => WebSocket | undefined): typeof Transport {
  return class extends Transport {
    override createSocket(...args: Parameters<Transport['createSocket']>): WebSocket {
      return socketFor(args[0]) ?? super.createSocket(...args);
    }
  };
}

/** Socket.IO would take a path in the URL for a namespace. */
function connect(url: string, settings: Partial<ManagerOptions & SocketOptions>): Socket {
  if (!/^(http|ws)s?:\/\//i.test(url)) return io(url, settings);
  const { origin, pathname } = new URL(url);
  return io(origin, { ...settings, path: `${pathname.replace(/\/+$/, '')}/socket.io` });
}

class SocketIoClient implements HubClient {
  readonly connection$: Observable<Connection>;
  readonly #connection$ = new BehaviorSubject<Connection>({ status: 'connecting' });
  readonly #closed$ = new ReplaySubject<void>(1);
  readonly #socket: Socket;
  readonly #outgoing: Outgoing;
  readonly #incoming = new Incoming();
  readonly #maxPayloadBytes: number;
  /** Set once the client is closed, or the hub has refused it permanently. */
  #end: HubError | undefined;
  #closing: Promise<void> | undefined;
  /** The hub's reason for ending the connection, while it still lasts. */
  #goodbye: Fault | undefined;
  #retrying: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: Socket, { maxWaiting, maxPayloadBytes, silenceMs }: HubClientOptions) {
    this.#socket = socket;
    this.#outgoing = new Outgoing(maxWaiting ?? DEFAULT_MAX_WAITING);
    this.#maxPayloadBytes = maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD_BYTES;
    this.connection$ = this.#connection$.asObservable();
    socket.on('connect', () => this.#resume());
    socket.on('disconnect', (reason) => this.#lose(reason, this.#goodbye));
    socket.on('connect_error', (error: Error & { data?: unknown }) =>
      this.#lose(error.message, readFault(error.data)),
    );
    socket.on('goodbye', (fault: unknown) => {
      this.#goodbye = readFault(fault);
    });
    socket.on('messages', (messages: unknown) => this.#incoming.receive(messages));
    if (silenceMs !== undefined) this.#noticeSilence(silenceMs);
  }

  /** Closes a connection on which the hub has been silent for too long, and tries another. */
  #noticeSilence(silenceMs: number): void {
    const manager = this.#socket.io;
    const heartbeat = new Heartbeat({
      silenceMs,
      ask: () => this.ping(),
      onSilence: () => manager.engine.close(),
    });
    manager.on('open', () => manager.engine.on('packet', () => heartbeat.received()));
    this.#socket.on('connect', () => heartbeat.start());
    this.#socket.on('disconnect', () => heartbeat.stop());
  }

  async publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    parseTopicName(topic);
    const publication = { topic, payload: this.#prepare(payload), options };
    if (this.#end) throw this.#end;
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => (error ? reject(error) : resolve());
      if (this.#socket.connected) this.#send(this.#outgoing.add(publication, settle));
      else this.#outgoing.keep(publication, settle);
    });
  }

  messages(
    filter: string | readonly string[],
    { noLocal = false }: MessagesOptions = {},
  ): Observable<BusMessage> {
    const filters = typeof filter === 'string' ? [filter] : filter;
    return new Observable<BusMessage>((observer) => {
      const listener: Listener = { filters: filters.map((one) => parseTopicFilter(one)), noLocal, observer };
      if (this.#end) throw this.#end;
      this.#incoming.add(listener);
      observer.add(() => this.#stopListening(listener));
      if (this.#socket.connected) this.#subscribe(listener);
    }).pipe(takeUntil(this.#closed$));
  }

  async ping(): Promise<number> {
    const startedMs = performance.now();
    await this.#ask('ping');
    return performance.now() - startedMs;
  }

  async whoAmI(): Promise<Identity> {
    return parseIdentity(await this.#ask('whoami'));
  }

  inspect(request$: Observable<InspectionRequest>): Observable<InspectionFrame> {
    return new Observable<InspectionFrame>((observer) => {
      const show = (frame: InspectionFrame) => observer.next(frame);
      this.#socket.on('inspected', show);
      const isOnline$ = this.#connection$.pipe(filter(({ status }) => status === 'online'));
      const asking = combineLatest([request$, isOnline$]).subscribe(([request]) => {
        if (!this.#socket.connected) return; // The identity is requested once the hub is back.
        this.#socket.emit('inspect', request, (answer: unknown) => {
          const error = errorIn(answer);
          if (error) observer.error(error);
        });
      });
      observer.add(() => {
        asking.unsubscribe();
        this.#socket.off('inspected', show);
        if (this.#socket.connected) this.#socket.emit('inspect');
      });
    }).pipe(takeUntil(this.#closed$));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const end = new HubError('session/closed', 'this client is closed');
    this.#end = end;
    // The answer comes after all acknowledgements. Without an answer the hub is unreachable.
    if (this.#socket.connected && this.#outgoing.size > 0) await this.ping().catch(() => undefined);
    clearTimeout(this.#retrying);
    this.#closed$.next();
    this.#socket.disconnect();
    this.#outgoing.abandon(end);
    this.#connection$.next({ status: 'offline', reason: 'closed', final: true });
    this.#connection$.complete();
  }

  async #ask(event: 'ping' | 'whoami'): Promise<unknown> {
    if (!this.#socket.connected) throw new HubError('hub/unreachable', 'the hub is not connected');
    try {
      return await this.#socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(event);
    } catch (cause) {
      const message = `the hub did not answer within ${ANSWER_TIMEOUT_MS} ms`;
      throw new HubError('hub/unreachable', message, { cause });
    }
  }

  /** Sends the client's own values before the hub sends retained ones, so that no older value comes back; sends events after subscribing again. */
  #resume(): void {
    this.#goodbye = undefined;
    const { values, events } = this.#outgoing.split();
    for (const message of values) this.#send(message);
    for (const listener of this.#incoming.listeners) this.#subscribe(listener);
    for (const message of events) this.#send(message);
    this.#connection$.next({ status: 'online' });
  }

  /** The connection ended or failed; `fault` is the hub's reason. */
  #lose(reason: string, fault: Fault | undefined): void {
    this.#outgoing.collapse();
    if (this.#end) return;
    const isFinal = fault !== undefined && !TEMPORARY.includes(fault.code);
    // Observers learn the state before anything fails because of it.
    this.#goOffline(fault ?? { message: reason }, isFinal);
    if (isFinal) this.#giveUp(new HubError(fault.code, fault.message));
    // Socket.IO reconnects by itself, unless the server closed the connection.
    if (!isFinal && !this.#socket.active) this.#retry();
  }

  #goOffline({ code, message: reason }: Partial<Fault> & { message: string }, final: boolean): void {
    const { value } = this.#connection$;
    const isKnown = value.status === 'offline' && value.reason === reason && value.final === final;
    if (!isKnown) this.#connection$.next({ status: 'offline', reason, final, ...(code && { code }) });
  }

  #giveUp(error: HubError): void {
    this.#end = error;
    this.#socket.disconnect();
    this.#outgoing.abandon(error);
    for (const { observer } of this.#incoming.listeners) observer.error(error);
  }

  #retry(): void {
    clearTimeout(this.#retrying);
    this.#retrying = setTimeout(() => this.#socket.connect(), RECONNECTION.reconnectionDelayMax);
  }

  #send(message: Unacknowledged): void {
    const { topic, payload, options } = message;
    this.#socket.emit('publish', topic, payload, options, (answer: unknown) => {
      this.#outgoing.settle(message, errorIn(answer));
    });
  }

  #subscribe(listener: Listener): void {
    const filters = listener.filters.map(({ filter }) => filter);
    if (filters.length === 0) return;
    const options = { noLocal: this.#incoming.isNoLocal(listener) };
    this.#socket.emit('subscribe', filters, options, (answer: unknown) => {
      const error = errorIn(answer);
      if (error) listener.observer.error(error);
      else this.#incoming.answered(listener);
    });
  }

  #stopListening(listener: Listener): void {
    const unused = this.#incoming.remove(listener);
    if (unused.length > 0 && this.#socket.connected) this.#socket.emit('unsubscribe', unused);
  }

  /** The payload to send: a copy of bytes, as their owner may change them before they are sent. */
  #prepare(payload: string | Uint8Array): string | Uint8Array {
    const most = this.#maxPayloadBytes;
    const isText = typeof payload === 'string';
    if (isText && payload.length * 3 <= Math.min(MAX_TEXT_BYTES, most)) return payload;
    const bytes = isText ? encoder.encode(payload) : new Uint8Array(payload);
    if (bytes.byteLength <= most) return bytes;
    const message = `the payload has ${bytes.byteLength} bytes; at most ${most} are allowed`;
    throw new HubError('payload/too-large', message);
  }
}
