import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';

/** The ways in which a network fails: it resets connections and refuses new ones, or it silently drops everything and neither side notices. */
export type Cut = 'reset' | 'silence';

/** A network between clients and the ports of servers on this machine. It can be cut, and healed. */
export class Relay {
  /** The ports that stand for those of the servers, in the same order. */
  readonly ports: readonly number[];
  readonly #servers: readonly Server[];
  readonly #ways = new Set<Way>();
  #cut: Cut | undefined;

  private constructor(servers: readonly Server[], targets: readonly number[]) {
    this.#servers = servers;
    this.ports = servers.map((server) => (server.address() as AddressInfo).port);
    for (const [index, server] of servers.entries())
      server.on('connection', (near) => this.#accept(near, targets[index] ?? 0));
  }

  static async to(targets: readonly number[]): Promise<Relay> {
    const servers = targets.map(() =>
      createServer({ pauseOnConnect: true, noDelay: true }).listen(0, '127.0.0.1'),
    );
    await Promise.all(servers.map((server) => once(server, 'listening')));
    return new Relay(servers, targets);
  }

  /** Whether a connection leads through the network. */
  get isUsed(): boolean {
    return this.#ways.size > 0;
  }

  /** Repairs the network. Data that was on its way in a silent network then arrives, because TCP resends lost data. */
  cut(how: Cut): void {
    this.#cut = how;
    for (const way of this.#ways) {
      if (how === 'reset') way.reset();
      else way.pause();
    }
  }

  heal(): void {
    this.#cut = undefined;
    for (const way of this.#ways) way.resume();
  }

  async close(): Promise<void> {
    for (const way of this.#ways) way.reset();
    for (const server of this.#servers) server.close();
    await Promise.all(this.#servers.map((server) => once(server, 'close')));
  }

  #accept(near: Socket, port: number): void {
    if (this.#cut === 'reset') {
      near.resetAndDestroy();
      return;
    }
    const way = new Way(near, dial({ host: '127.0.0.1', port, noDelay: true }), () => this.#ways.delete(way));
    this.#ways.add(way);
    if (this.#cut === undefined) way.resume();
  }
}

/** One connection through the network: what enters at one end leaves at the other. */
class Way {
  readonly #ends: readonly [Socket, Socket];
  readonly #onEnd: () => void;
  #isPaused = true;
  #isEnded = false;

  constructor(near: Socket, far: Socket, onEnd: () => void) {
    this.#ends = [near, far];
    this.#onEnd = onEnd;
    this.#connect(near, far);
    this.#connect(far, near);
  }

  pause(): void {
    this.#isPaused = true;
    for (const end of this.#ends) end.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#isEnded) this.#end();
    else for (const end of this.#ends) end.resume();
  }

  reset(): void {
    this.#onEnd();
    for (const end of this.#ends) end.resetAndDestroy();
  }

  #connect(from: Socket, to: Socket): void {
    from.on('data', (bytes) => to.write(bytes));
    from.pause(); // Pause the socket, because the listener for data would make it flow.
    from.on('error', () => undefined); // The socket closes after an error.
    from.on('close', () => {
      this.#isEnded = true;
      if (!this.#isPaused) this.#end();
    });
  }

  #end(): void {
    this.#onEnd();
    for (const end of this.#ends) end.destroySoon();
  }
}
