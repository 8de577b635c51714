import type { Buffer } from 'node:buffer';
import { type HubError, toHubError } from '../../core/error.ts';
import type { Holder } from '../../limits/held-bytes.ts';
import type { Share } from '../../limits/turn-share.ts';
import type { Ending } from '../../session/sessions.ts';
import type { ConnectionFacts } from './authentication.ts';
import { type Packet, PacketParser } from './codec/index.ts';
import { describePacket } from './describe-packet.ts';
import { Handshake } from './handshake.ts';
import type { Client, Host, Phase, Services } from './services.ts';
import type { Carrier, Transport, TransportEvents } from './transport.ts';
import { Watch } from './watch.ts';

/** How long a client may take to close its side after the hub has closed its own, milliseconds. */
const FAREWELL_MS = 2_000;

/** Replies may fill the buffer this many times as far as messages may; past that the hub stops reading from the client. */
const ANSWERS_FACTOR = 2;

/** One MQTT connection over any transport: turns bytes into packets, and gives them to its phase. */
export class MqttConnection implements TransportEvents, Host, Holder {
  readonly #transport: Transport;
  readonly #services: Services;
  readonly #parser: PacketParser;
  readonly #watch: Watch;
  readonly #share: Share;
  /** All connections of the gateway. */
  readonly #open: Set<MqttConnection>;
  #phase: Phase;
  /** Whether the connection waits for a decision about the client. */
  #isDeciding = false;
  /** Whether the connection has used up its time in this turn and continues in the next. */
  #isResting = false;
  /** Whether the client sends nothing more; earlier packets may still wait to be handled. */
  #hasEnded = false;
  /** The rule of the transport protocol that the client broke, if any. */
  #fault: HubError | undefined;
  /** Whether the transport is closed. */
  #isGone = false;
  /** Whether the hub reads nothing from the client, because too many replies wait for the client or for the journal. */
  #isCongested = false;
  #isReading = true;
  /** When either side ended the connection; the transport may take a little longer. */
  #closedAt: number | undefined;

  /** `open` holds the connection until the transport is gone. */
  constructor(transport: Transport, shown: ConnectionFacts, services: Services, open: Set<MqttConnection>) {
    const { limits, topicNames, hub } = services;
    this.#transport = transport;
    this.#services = services;
    this.#open = open.add(this);
    this.#watch = new Watch(limits, hub.now());
    this.#share = transport.share;
    this.#share.isSynchronous = true;
    this.#parser = new PacketParser({
      maximumPacketSize: limits.packetBytes,
      maximumOtherSize: limits.connectPacketBytes,
      topicNames,
    });
    const versionOf = () => this.#parser.version;
    this.#phase = new Handshake({ transport, shown, services, host: this, versionOf });
    transport.start(this);
  }

  get carrier(): Carrier {
    return this.#transport.carrier;
  }

  /** Whether its client is accepted and connected. */
  get isAccepted(): boolean {
    return this.#phase.keepAlive !== undefined && !this.#isClosed;
  }

  get network(): string {
    return this.#share.network;
  }

  /** The client, while it is accepted and connected. */
  get client(): Client | undefined {
    return this.#isClosed ? undefined : this.#phase.client;
  }

  get heldBytes(): number {
    return this.#parser.heldBytes + this.#phase.heldBytes + this.#phase.unsentBytes;
  }

  received(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.#services.counters.bytesReceived += chunk.byteLength;
    if (this.#phase.keepAlive !== undefined) this.#watch.received();
    this.#parser.push(chunk);
    this.#read();
    this.#checkCongestion();
  }

  drained(): void {
    this.#watch.drained();
    this.goOn();
  }

  goOn(): void {
    this.#attempt(() => this.#phase.resume());
    this.#checkCongestion();
  }

  ended(fault?: HubError): void {
    this.#hasEnded = true;
    this.#fault = fault;
    this.#finishIfDone();
  }

  /** Ends the connection in its turn: leaving takes long with many subscriptions, and thousands of connections may break at once. */
  closed(): void {
    this.#isGone = true;
    if (this.#isClosed) this.#finishIfDone();
    else this.#release(() => this.#finishIfDone());
  }

  decide<T>(decision: Promise<T>, then: (decided: T) => void): void {
    this.#isDeciding = true;
    this.#updateReading();
    decision.then(
      (decided) => this.#decided(() => then(decided)),
      (error: unknown) => {
        const note = () => this.#noteRefusal(toHubError(error));
        this.#decided(() => this.#fail(error), note);
      },
    );
  }

  enter(phase: Phase): void {
    this.#phase = phase;
    this.#transport.letIn();
    this.#watch.received();
  }

  end(ending: Ending): void {
    this.#finish(() => this.#leave(ending));
    this.#transport.end();
  }

  /** Ends the connection and publishes the will. Without a reason the client has ended it, and gets no reason. Never throws. */
  close(reason?: HubError): void {
    if (this.#isClosed) return;
    this.#finish(() => this.#phase.sayGoodbye(reason));
    this.end({ publishWill: true });
  }

  /** Ends the connection at once; the client may or may not get the reason. */
  cutOff(reason: HubError): void {
    this.close(reason);
    this.destroy();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#transport.destroy();
  }

  /** Ends the connection if a deadline has passed. Called now and then. */
  check(now: number): void {
    if (this.#closedAt !== undefined) {
      if (now - this.#closedAt >= FAREWELL_MS) this.destroy();
      return;
    }
    const { keepAlive } = this.#phase;
    const isFull = this.#transport.bufferedBytes > this.#services.sessions.limits.bufferedBytes;
    const isPaused = !this.#isReading;
    const isDeciding = this.#isDeciding;
    const hasConnect = this.#parser.version !== undefined;
    const reason = this.#watch.reasonToClose(now, { keepAlive, hasConnect, isFull, isPaused, isDeciding });
    if (reason) this.#release(() => this.close(reason));
  }

  /** Does what ends the connection, now or in the first turn that has time left for it. */
  #release(work: () => void): void {
    this.#services.budget.release(this.#share.network, work);
  }

  get #isClosed(): boolean {
    return this.#closedAt !== undefined;
  }

  /** Handles packets as long as the connection's share of the turn lasts. */
  #read(): void {
    if (this.#isResting) return;
    const before = this.#share.enter();
    try {
      this.#isResting = this.#handleAll();
    } finally {
      this.#share.leave(before);
    }
    if (this.#isResting) this.#share.later(() => this.#goOnReading());
  }

  #goOnReading(): void {
    if (this.#isResting) {
      this.#isResting = false;
      this.#read();
    }
    this.#updateReading();
    this.#finishIfDone();
  }

  /** Leaves once the client has ended its side and its earlier packets are handled. [MQTT-3.1.2-8] */
  #finishIfDone(): void {
    if (this.#isResting) return;
    if (this.#isGone) {
      this.#leave({ publishWill: true });
      this.#open.delete(this);
    } else if (this.#hasEnded && !this.#isDeciding && !this.#isClosed) {
      if (this.#fault) this.#fail(this.#fault);
      this.close();
    }
  }

  /** Handles packets until none is left or the share is used up; returns whether the share is used up. */
  #handleAll(): boolean {
    const { counters, hub, events } = this.#services;
    const { journal } = hub;
    try {
      let { position } = journal;
      while (!this.#isDeciding && !this.#isClosed) {
        if (this.#share.check(hub.searches)) return true;
        const packet = this.#parser.next();
        if (!packet) return false;
        counters.packetsReceived++;
        if (events.traces.isActive) this.#trace(packet);
        this.#phase.handle(packet);
        if (journal.position === position) continue;
        position = journal.position;
        this.#phase.bind();
      }
    } catch (error) {
      this.#fail(error);
    }
    return false;
  }

  #trace(packet: Packet): void {
    const { traces } = this.#services.events;
    const client = packet.type === 'connect' ? packet.clientIdentifier : this.#phase.who.client;
    if (client === undefined || !traces.has(client)) return;
    const name = packet.type.toUpperCase();
    traces.record(client, { direction: 'in', packet: name, details: describePacket(packet) });
  }

  /** A client that is not accepted yet waits for its turn. */
  #decided(then: () => void, ifGone?: () => void): void {
    if (this.isAccepted) this.#act(then, ifGone);
    else this.#services.budget.admit(() => this.#act(then, ifGone), this.#transport.address);
  }

  #act(then: () => void, ifGone?: () => void): void {
    this.#isDeciding = false;
    if (this.#isClosed) {
      ifGone?.();
      return;
    }
    const { journal } = this.#services.hub;
    const { position } = journal;
    this.#attempt(then);
    if (journal.position !== position) this.#phase.bind();
    this.#read();
    this.#updateReading();
    this.#finishIfDone();
  }

  #checkCongestion(): void {
    const { bufferedBytes } = this.#services.sessions.limits;
    this.#isCongested = this.#phase.unsentBytes > bufferedBytes * ANSWERS_FACTOR;
    this.#updateReading();
  }

  #updateReading(): void {
    const isReading = !this.#isDeciding && !this.#isCongested && !this.#isResting;
    if (isReading === this.#isReading || this.#isClosed || this.#isGone) return;
    this.#isReading = isReading;
    if (isReading) this.#watch.received(); // While the hub did not read, the client was not silent.
    if (isReading) this.#transport.resume();
    else this.#transport.pause();
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends this connection, and no other, because of an error. */
  #fail(thrown: unknown): void {
    const error = toHubError(thrown);
    const { log } = this.#services;
    const { address } = this.#transport;
    this.#noteRefusal(error);
    if (error.code === 'internal') log.error({ address, err: thrown }, 'MQTT connection failed');
    else log.debug({ address, error: error.toJSON() }, 'MQTT connection closed');
    this.close(error);
  }

  /** Counts a refusal, and reports it, even if the client has left before it. */
  #noteRefusal(error: HubError): void {
    const { counters, events } = this.#services;
    counters.refused++;
    const { address } = this.#transport;
    events.refused$.next({ protocol: 'mqtt', address, ...this.#phase.who, error });
  }

  /** Does a part of closing. An error in one part must not keep the others from being done. */
  #finish(part: () => void): void {
    try {
      part();
    } catch (err) {
      this.#services.log.error(
        { address: this.#transport.address, err },
        'MQTT connection did not close cleanly',
      );
    }
  }

  #leave(ending: Ending): void {
    if (this.#isClosed) return;
    this.#isResting = false;
    this.#closedAt = this.#services.hub.now();
    this.#phase.leave(ending);
  }
}
