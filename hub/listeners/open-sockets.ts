import type { ServerResponse } from 'node:http';
import { type Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';
import { networkOf } from '../limits/network.ts';
import { SocketReads } from '../limits/socket-reads.ts';
import type { TurnBudget } from '../limits/turn-budget.ts';
import type { Share } from '../limits/turn-share.ts';
import type { Entry, Opened, Unauthenticated } from '../limits/unauthenticated.ts';
import { inSteps } from '../limits/unbilled.ts';

interface OpenSocketsOptions {
  readonly budget: TurnBudget;
  readonly unauthenticated: Unauthenticated;
  /** See `SocketReads`. */
  readonly isAsync: boolean;
  /** The most connections, over all addresses. Default: any number. */
  readonly most?: number;
}

/** A connection: a socket, or a stream that an embedder passes in, whose bytes the system does not count. */
type Stream = Duplex & Partial<Pick<Socket, 'bytesRead' | 'bytesWritten' | 'remoteAddress'>>;

/** One connection, from its first byte. */
class Followed implements Opened {
  readonly share: Share;
  readonly entry: Entry;
  readonly #stream: Stream;
  /** How many reasons there are to admit its client: one for the connection as a whole, and one for each request in progress. */
  #letInFor = 0;

  constructor(stream: Stream, share: Share, unauthenticated: Unauthenticated) {
    this.#stream = stream;
    this.share = share;
    this.entry = unauthenticated.add(this);
  }

  get network(): string {
    return this.share.network;
  }

  drop(): void {
    this.#stream.destroy();
  }

  letIn(): void {
    this.#letInFor++;
    this.entry.letIn();
    this.share.isLetIn = true;
  }

  /** Takes note that one of these reasons has ended. */
  letOut(): void {
    this.#letInFor--;
    if (this.#letInFor === 0) this.entry.letOut();
    this.share.isLetIn = this.entry.isLetIn;
  }
}

/**
 * The connections of a server, whatever their protocol. Each has its share of the turn, counts as unauthenticated until `letIn`, and is
 * counted in bytes as the system counts them.
 */
export class OpenSockets {
  readonly #options: OpenSocketsOptions;
  readonly #open = new Set<Stream>();
  readonly #followed = new WeakMap<Stream, Followed>();
  /** Encrypted connections until the end of their handshakes, by name. */
  readonly #handshaking = new Map<string, Followed>();
  readonly #whenEmpty: (() => void)[] = [];
  /** One listener function for all connections: thousands of clients may be idle. */
  readonly #onClose: (this: Stream) => void;
  #received = 0;
  #sent = 0;

  constructor(options: OpenSocketsOptions) {
    this.#options = options;
    const forget = (stream: Stream) => this.#forget(stream);
    this.#onClose = function (this: Stream) {
      forget(this);
    };
  }

  /** Tracks a connection that an embedder's server has accepted, before anything of it is read. */
  follow(stream: Stream, address: string): void {
    const followed = this.#followed.get(stream) ?? this.#follow(stream, address);
    if (stream instanceof Socket) this.#limitReads(stream, followed);
  }

  /** Serves a new connection, unless its client leaves first: a few per turn, as thousands may arrive at once. */
  admit(stream: Stream, address: string | undefined, serve: () => void): void {
    const destroy = () => void stream.destroy();
    stream.on('error', destroy);
    this.#options.budget.admit(() => {
      stream.off('error', destroy);
      if (!stream.destroyed) serve();
    }, address);
  }

  /** Tracks the connections that the server accepts from now on. */
  followAll(server: Server): this {
    const { budget } = this.#options;
    const isEncrypted = server instanceof TlsServer;
    server.on('connection', (socket: Socket) => {
      budget.interrupt();
      const followed = this.#followedOf(socket);
      if (isEncrypted) this.#awaitHandshake(socket, followed);
      else this.#limitReads(socket, followed);
    });
    // The decrypted bytes are read here: the encrypted ones never reach JavaScript.
    server.on('secureConnection', (socket: Socket) => {
      budget.interrupt();
      const followed = this.#followed.get(socket) ?? this.#handshaken(socket);
      if (followed) this.#limitReads(socket, followed);
    });
    return this;
  }

  /** Bytes received since the start. Iterates over every connection, as `bytesSent` does. */
  get bytesReceived(): number {
    let bytes = this.#received;
    for (const { bytesRead = 0 } of this.#open) bytes += bytesRead;
    return bytes;
  }

  /** Bytes given to the system to send since the start. */
  get bytesSent(): number {
    let bytes = this.#sent;
    for (const { bytesWritten = 0 } of this.#open) bytes += bytesWritten;
    return bytes;
  }

  /** Takes note that a client was admitted over a connection, encrypted or not, for as long as the connection lasts. */
  letIn(socket: Stream): void {
    const followed = this.#followed.get(socket);
    followed?.letIn();
  }

  /** Takes note that a client was admitted until a request is answered: the next request may come from another client. */
  letInFor(response: ServerResponse): void {
    const followed = this.#followed.get(response.req.socket);
    if (!followed) return;
    followed.letIn();
    response.once('close', () => followed.letOut());
  }

  /** Counts the bytes of a proxy's connection for the client at this address, until another client's turn. */
  attribute(socket: Socket, address: string): void {
    const followed = this.#followed.get(socket);
    if (!followed) return;
    const network = networkOf(address);
    followed.entry.moveTo(network);
    followed.share.network = network;
  }

  /** Ends a connection if more than this many bytes arrive before its client is admitted. */
  allow(socket: Socket, bytes: number): void {
    this.#followed.get(socket)?.entry.allow(bytes);
  }

  /** Takes note that a request was answered, so that none of its bytes are kept. */
  forgetBytes(socket: Socket): void {
    this.#followed.get(socket)?.entry.forgetBytes();
  }

  /** The share of each turn that a connection may use, encrypted or not. */
  shareOf(socket: Stream): Share {
    return this.#followedOf(socket).share;
  }

  /** The network of a connection's client; connections of an embedder's server need not be tracked, as not all belong to the hub. */
  networkOf(socket: Socket): string {
    return this.#followed.get(socket)?.share.network ?? networkOf(socket.remoteAddress ?? '');
  }

  /** Destroys all connections without a goodbye, of all protocols. */
  destroy(): void {
    void inSteps(this.#destroyEach(), this.#options.budget);
  }

  /** Resolves once no connection is left. */
  async empty(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  /** Tracks the connection from now on. Does nothing if it is tracked already, as another listener for connections may call first. */
  #followedOf(socket: Stream): Followed {
    const known = this.#followed.get(socket);
    return known ?? this.#handshaken(socket) ?? this.#follow(socket, socket.remoteAddress);
  }

  /** The record of an encrypted connection whose handshake has just ended. */
  #handshaken(socket: Stream): Followed | undefined {
    if (this.#handshaking.size === 0 || !(socket instanceof Socket)) return undefined;
    const followed = this.#endHandshake(nameOf(socket));
    if (followed) this.#followed.set(socket, followed);
    return followed;
  }

  #follow(socket: Stream, address = ''): Followed {
    const { budget, unauthenticated, most = Number.POSITIVE_INFINITY } = this.#options;
    this.#open.add(socket);
    const followed = new Followed(socket, budget.createShare(address), unauthenticated);
    this.#followed.set(socket, followed);
    socket.on('close', this.#onClose);
    if (this.#open.size > most) socket.destroy();
    return followed;
  }

  /** Node gives no way from an encrypted socket to the one beneath it, so they are matched by name. */
  #awaitHandshake(socket: Socket, followed: Followed): void {
    const name = nameOf(socket);
    this.#handshaking.set(name, followed);
    this.#options.budget.handshakes++;
    socket.once('close', () => {
      if (this.#handshaking.get(name) === followed) this.#endHandshake(name);
    });
  }

  #endHandshake(name: string): Followed | undefined {
    const followed = this.#handshaking.get(name);
    if (this.#handshaking.delete(name)) this.#options.budget.handshakes--;
    return followed;
  }

  #limitReads(socket: Socket, { entry, share }: Followed): void {
    const { isAsync } = this.#options;
    new SocketReads({ socket, share, isAsync, entry });
  }

  *#destroyEach(): Iterable<void> {
    for (const socket of this.#open) {
      socket.destroy();
      yield;
    }
  }

  #forget(socket: Stream): void {
    this.#followed.get(socket)?.entry.close();
    this.#open.delete(socket);
    this.#received += socket.bytesRead ?? 0;
    this.#sent += socket.bytesWritten ?? 0;
    if (this.#open.size > 0) return;
    for (const callback of this.#whenEmpty.splice(0)) callback();
  }
}

/** Identifies a TCP connection before and after its TLS handshake. */
function nameOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}
