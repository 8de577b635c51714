import { expect } from 'vitest';
import type { Message } from '../../hub/core/message.ts';
import type { Outgoing } from '../../hub/session/link.ts';
import type { Session } from '../../hub/session/session.ts';
import { FakeLink, type Packet } from '../hub/session/fake-link.ts';
import type { Fixture } from '../hub/session/fixture.ts';

/** A message as the client's application received it. */
export interface Received {
  readonly message: Message;
  readonly qos: 0 | 1 | 2;
  readonly isRetained: boolean;
  readonly isShared: boolean;
  /** The client's session at that time. */
  readonly life: number;
}

type Due = { readonly packetIdentifier: number; readonly kind: 'PUBACK' | 'PUBREC' | 'PUBCOMP' };

export interface Connecting {
  readonly cleanStart: boolean;
  readonly expirySeconds: number;
  readonly receiveMaximum: number;
  readonly will?: { readonly message: Message; readonly delaySeconds: number };
}

/** A client that does everything that MQTT requires, acknowledges when the test says so, and checks the hub for violations. */
export class SessionClient {
  readonly received: Received[] = [];
  /** Numbers its sessions: a resumed session keeps its number. */
  life = 0;
  session: Session | undefined;
  link: FakeLink | undefined;
  readonly identifier: string;
  readonly #fixture: Fixture;
  /** The answers that it still has to send over the present connection. */
  #due: Due[] = [];
  /** The identifiers of QoS 2 messages that the client has received and the hub has not released. They outlive connections. */
  #unreleased = new Set<number>();
  /** The packets that the hub has published over the present connection and may not yet count as done. */
  #open = new Set<number>();
  /** The QoS 1 messages that the client has received. A repeated one must be marked as a duplicate. */
  #seen = new Set<Message>();

  constructor(identifier: string, fixture: Fixture) {
    this.identifier = identifier;
    this.#fixture = fixture;
  }

  get isConnected(): boolean {
    return this.link !== undefined;
  }

  connect({ receiveMaximum, ...options }: Connecting): void {
    const link = new FakeLink({ receiveMaximum });
    const before = this.link;
    const { session, isPresent } = this.#fixture.sessions.open({
      clientIdentifier: this.identifier,
      ...options,
    });
    expect(before?.closedWith?.code).toBe(before && 'session/taken-over');
    if (!isPresent) this.#forget();
    this.#due = [];
    this.#open.clear();
    this.link = link;
    this.session = session;
    link.onPacket = (packet) => {
      expect(this.link).toBe(link);
      this.#receive(packet);
    };
    session.attach(link);
  }

  /** The connection ends: by breaking, or with a goodbye. */
  disconnect(publishWill: boolean): void {
    const { session, link } = this;
    this.link = undefined;
    if (session && link) this.#fixture.sessions.leave(session, link, { publishWill });
  }

  /** Answers one of the hub's packets: the `nth` unanswered one, as far as the order is free. Returns whether there was one. */
  acknowledge(nth = 0): boolean {
    const due = this.#due.splice(nth % Math.max(1, this.#due.length), 1)[0];
    if (!due || !this.session) return false;
    const { packetIdentifier, kind } = due;
    if (kind !== 'PUBREC') this.#open.delete(packetIdentifier);
    if (kind === 'PUBACK') this.session.acknowledge(packetIdentifier);
    else if (kind === 'PUBREC') this.session.receive(packetIdentifier);
    else this.session.complete(packetIdentifier);
    return true;
  }

  #receive(packet: Packet): void {
    if (packet.type === 'publish')
      this.#note(packet.message, 0, (packet.flags & 1) !== 0, packet.terms.share);
    else if (packet.type === 'tracked') this.#receiveTracked(packet);
    else {
      this.#unreleased.delete(packet.packetIdentifier);
      this.#due.push({ packetIdentifier: packet.packetIdentifier, kind: 'PUBCOMP' });
    }
  }

  #receiveTracked({ packetIdentifier, message, terms, qos, retain, duplicate }: Outgoing): void {
    expect(this.#open.has(packetIdentifier), 'a packet identifier is used twice at once').toBe(false);
    this.#open.add(packetIdentifier);
    expect(this.#open.size, 'more at once than the client receives').toBeLessThanOrEqual(
      this.link?.receiveMaximum ?? 0,
    );
    const isPlain = retain === 0 && terms.share === undefined;
    if (!duplicate && isPlain && qos === 1) {
      expect(this.#seen.has(message), 'sent again without being marked as a duplicate').toBe(false);
    }
    if (isPlain) this.#seen.add(message);
    if (!duplicate)
      expect(this.#unreleased.has(packetIdentifier), 'a packet identifier is not free').toBe(false);
    const isNew = qos === 1 || !this.#unreleased.has(packetIdentifier);
    if (qos === 2) this.#unreleased.add(packetIdentifier);
    if (isNew) this.#note(message, qos, retain === 1, terms.share);
    this.#due.push({ packetIdentifier, kind: qos === 1 ? 'PUBACK' : 'PUBREC' });
  }

  #note(message: Message, qos: 0 | 1 | 2, isRetained: boolean, share: string | undefined): void {
    this.received.push({ message, qos, isRetained, isShared: share !== undefined, life: this.life });
  }

  #forget(): void {
    this.life++;
    this.#unreleased = new Set();
    this.#seen = new Set();
  }
}
