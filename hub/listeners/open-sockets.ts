import type { ServerResponse } from 'node:http';
import { type Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';
import { networkOf } from '../limits/network.ts';
import { SocketReads } from '../limits/socket-reads.ts';
import type { Share, TurnBudget } from '../limits/turn-budget.ts';
import type { Entry, Opened, Unauthenticated } from '../limits/unauthenticated.ts';
import { inSteps } from '../limits/unbilled.ts';

interface OpenSocketsOptions {
  readonly budget: TurnBudget;
  readonly unauthenticated: Unauthenticated;
  /** See `SocketReads`. */
  readonly isAsync: boolean;
  /** How many there may be, over all addresses. Default: any number. */
  readonly most?: number;
}

/** A connection: a socket, or a stream that an embedder hands over, of whose bytes the system knows nothing. */
type Stream = Duplex & Partial<Pick<Socket, 'bytesRead' | 'bytesWritten' | 'remoteAddress'>>;

/** One connection, from its first byte on. */
class Followed implements Opened {
  readonly share: Share;
  readonly entry: Entry;
  readonly #stream: Stream;
  /** The reason why its client was let in: the connection as a whole, or requests under way. */
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

  /** That reason is over. */
  letOut(): void {
    this.#letInFor--;
    if (this.#letInFor === 0) this.entry.letOut();
    this.share.isLetIn = this.entry.isLetIn;
  }
}

/**
 * The connections of a server, whatever is spoken over them. Each has its share of the turn, counts as unauthenticated until `letIn`, and is
 * counted in bytes as the system counts them.
 */
export class OpenSockets {
  readonly #options: OpenSocketsOptions;
  readonly #open = new Set<Stream>();
  readonly #followed = new WeakMap<Stream, Followed>();
  /** Encrypted connections until the end of their handshakes, by name. */
  readonly #handshaking = new Map<string, Followed>();
  readonly #whenEmpty: (() => void)[] = [];
  /** A listener for all connections: thousands of clients may be idle. */
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

  /** Follows a connection that somebody else's server has accepted, before anything of it is read. */
  follow(stream: Stream, address: string): void {
    const followed = this.#followed.get(stream) ?? this.#follow(stream, address);
    if (stream instanceof Socket) this.#limitReads(stream, followed);
  }

  /** Serves a new connection, unless its client leaves before: a few in each turn, as thousands may come at once. */
  admit(stream: Stream, address: string | undefined, serve: () => void): void {
    const destroy = () => void stream.destroy();
    stream.on('error', destroy);
    this.#options.budget.admit(() => {
      stream.off('error', destroy);
      if (!stream.destroyed) serve();
    }, address);
  }

  /** Follows the connections that the server takes from now on. */
  followAll(server: Server): this {
    const { budget } = this.#options;
    const isEncrypted = server instanceof TlsServer;
    server.on('connection', (socket: Socket) => {
      budget.interrupt();
      const followed = this.#followedOf(socket);
      if (isEncrypted) this.#awaitHandshake(socket, followed);
      else this.#limitReads(socket, followed);
    });
    // What is read are the decrypted bytes: the encrypted ones never become JavaScript's.
    server.on('secureConnection', (socket: Socket) => {
      budget.interrupt();
      const followed = this.#followed.get(socket) ?? this.#handshaken(socket);
      if (followed) this.#limitReads(socket, followed);
    });
    return this;
  }

  /** Bytes that have come since the start. Looks at every connection; so does `bytesSent`. */
  get bytesReceived(): number {
    let bytes = this.#received;
    for (const { bytesRead = 0 } of this.#open) bytes += bytesRead;
    return bytes;
  }

  /** Bytes that the system was given to send since the start. */
  get bytesSent(): number {
    let bytes = this.#sent;
    for (const { bytesWritten = 0 } of this.#open) bytes += bytesWritten;
    return bytes;
  }

  /** A client was let in over a connection, encrypted or not, for as long as it lasts. */
  letIn(socket: Stream): void {
    const followed = this.#followed.get(socket);
    followed?.letIn();
  }

  /** A client was let in until a request is answered: the next one may be somebody else's. */
  letInFor(response: ServerResponse): void {
    const followed = this.#followed.get(response.req.socket);
    if (!followed) return;
    followed.letIn();
    response.once('close', () => followed.letOut());
  }

  /** A proxy's connection carries what a client at this address sends, until it is another's turn. */
  attribute(socket: Socket, address: string): void {
    const followed = this.#followed.get(socket);
    if (!followed) return;
    const network = networkOf(address);
    followed.entry.moveTo(network);
    followed.share.network = network;
  }

  /** Ends a connection if more than so many bytes come before its client is let in. */
  allow(socket: Socket, bytes: number): void {
    this.#followed.get(socket)?.entry.allow(bytes);
  }

  /** A request was answered: nothing of it is kept. */
  forgetBytes(socket: Socket): void {
    this.#followed.get(socket)?.entry.forgetBytes();
  }

  /** The share of each turn that a connection may use, encrypted or not. */
  shareOf(socket: Stream): Share {
    return this.#followedOf(socket).share;
  }

  /** The network of a connection's client; that of an embedder's server, whose connections are not all the hub's, need not be followed. */
  networkOf(socket: Socket): string {
    return this.#followed.get(socket)?.share.network ?? networkOf(socket.remoteAddress ?? '');
  }

  /** Ends all connections without a word, whatever protocol they speak by now. */
  destroy(): void {
    void inSteps(this.#destroyEach(), this.#options.budget);
  }

  /** Resolves once there is no connection left. */
  async empty(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  /** Follows the connection from now on, unless it does already: another listener for connections may ask first. */
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
    for (const tell of this.#whenEmpty.splice(0)) tell();
  }
}

/** Identifies a TCP connection before and after its TLS handshake. */
function nameOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}
