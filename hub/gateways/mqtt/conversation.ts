import { HubError } from '../../core/error.ts';
import type { Ending } from '../../session/sessions.ts';
import { type Authentication, anotherMethod, authPacket, noRoomForAuth } from './authentication.ts';
import {
  type AcknowledgementPacket,
  type AuthPacket,
  type DisconnectPacket,
  type Packet,
  ReasonCode,
  violation,
} from './codec/index.ts';
import { Inbox } from './inbox.ts';
import { farewellFor } from './refusal.ts';
import type { Client, ClientNames, Host, Phase, Services } from './services.ts';
import { subscribe, unsubscribe } from './subscribing.ts';

/** Handles the packets of an accepted client. */
export class Conversation implements Phase {
  readonly client: Client;
  /** The exchange by which the client was accepted, if there was one. */
  readonly #authentication: Authentication | undefined;
  readonly #services: Services;
  readonly #host: Host;
  readonly #inbox: Inbox;

  constructor(client: Client, authentication: Authentication | undefined, services: Services, host: Host) {
    this.client = client;
    this.#authentication = authentication;
    this.#services = services;
    this.#host = host;
    this.#inbox = new Inbox(client, services);
  }

  get who(): ClientNames {
    const { session, principal } = this.client;
    return { client: session.clientIdentifier, user: principal.name };
  }

  get keepAlive(): number {
    return this.client.keepAlive;
  }

  get heldBytes(): number {
    return this.#inbox.heldBytes;
  }

  get unsentBytes(): number {
    return this.client.link.bufferedBytes;
  }

  handle(packet: Packet): void {
    const { session, link } = this.client;
    switch (packet.type) {
      case 'publish':
        this.#inbox.publish(packet);
        break;
      case 'puback':
        session.acknowledge(packet.packetIdentifier);
        break;
      case 'pubrec':
        this.#receive(packet);
        break;
      case 'pubrel':
        this.#inbox.release(packet);
        break;
      case 'pubcomp':
        session.complete(packet.packetIdentifier);
        break;
      case 'subscribe':
        subscribe(this.client, packet, this.#services);
        break;
      case 'unsubscribe':
        unsubscribe(this.client, packet, this.#services);
        break;
      case 'pingreq':
        link.reply({ type: 'pingresp' }); // [MQTT-3.12.4-1]
        break;
      case 'disconnect':
        this.#end(packet);
        break;
      case 'auth':
        this.#reauthenticate(packet);
        break;
      default:
        throw violation(`a server does not receive ${packet.type}`, 'MQTT 5, 2.1.2');
    }
  }

  resume(): void {
    this.client.session.resume();
  }

  bind(): void {
    this.client.link.bind();
  }

  /** Sends a DISCONNECT, which a server can do in MQTT 5 only. */
  sayGoodbye(reason?: HubError): void {
    const { version, link } = this.client;
    link.farewell(version === 5 && reason ? this.#disconnectFor(reason) : undefined);
  }

  leave(ending: Ending): void {
    const { sessions, events } = this.#services;
    sessions.leave(this.client.session, this.client.link, ending);
    events.disconnected$.next(this.client);
  }

  #disconnectFor(reason: HubError): DisconnectPacket {
    const elsewhere = this.#services.elsewhere(this.#host.carrier);
    return { type: 'disconnect', ...farewellFor('disconnect', reason, elsewhere) };
  }

  /** PUBREC: the first half of QoS 2, or its end if the client refuses. [MQTT-4.3.3-4], [MQTT-4.3.3-5] */
  #receive({ packetIdentifier, reasonCode }: AcknowledgementPacket): void {
    const { session, link } = this.client;
    if (reasonCode >= ReasonCode.UnspecifiedError) {
      session.refuse(packetIdentifier);
    } else if (!session.receive(packetIdentifier)) {
      link.reply({ type: 'pubrel', packetIdentifier, reasonCode: ReasonCode.PacketIdentifierNotFound });
    }
  }

  /** A DISCONNECT. [MQTT-3.1.2-10], [MQTT-3.14.4-3] */
  #end({ reasonCode, properties }: DisconnectPacket): void {
    const expirySeconds = properties?.sessionExpiryInterval;
    if (this.client.sessionExpiry === 0 && expirySeconds !== undefined && expirySeconds > 0) {
      throw violation('a session that ends with its connection cannot be kept', 'MQTT 5, 3.14.2.2.2');
    }
    this.client.link.farewell();
    this.#host.end({ publishWill: reasonCode !== ReasonCode.NormalDisconnection, expirySeconds });
  }

  /** Re-authentication, by the same method as before (MQTT 5, 4.12.1). */
  #reauthenticate(packet: AuthPacket): void {
    const { link } = this.client;
    const authentication = this.#authentication;
    if (!authentication) throw anotherMethod();
    this.#host.decide(authentication.go(packet), ({ data, principal }) => {
      if (principal && principal.name !== this.client.principal.name) throw anotherPrincipal();
      const reasonCode = principal ? ReasonCode.Success : ReasonCode.ContinueAuthentication;
      const isSent = link.reply(authPacket(reasonCode, authentication.method, data));
      if (!isSent) throw noRoomForAuth();
    });
  }
}

function anotherPrincipal(): HubError {
  return new HubError('auth/denied', 'a client cannot become another one while it is connected');
}
