import type { ExchangeStep, Principal } from '../../access/access.ts';
import type { HubError } from '../../core/error.ts';
import { Authentication, authPacket } from './authentication.ts';
import { violation } from './codec/fault.ts';
import {
  type ConnectPacket,
  encode,
  type Packet,
  type ProtocolVersion,
  ReasonCode,
  returnCodeFromReasonCode,
} from './codec/index.ts';
import { Conversation } from './conversation.ts';
import {
  clientIdentifierOf,
  connackProperties,
  keepAliveOf,
  sessionExpiryOf,
  toReception,
  toWill,
} from './greeting.ts';
import { MqttLink } from './link.ts';
import { Parcel } from './parcel.ts';
import type { Host, Phase } from './phase.ts';
import { reasonCodeFor } from './refusal.ts';
import type { Services } from './services.ts';
import type { Transport } from './transport.ts';

export interface HandshakeOptions {
  readonly transport: Transport;
  readonly services: Services;
  readonly host: Host;
  /** The version that the client speaks, or in which to say no; `undefined` while nothing is known. */
  readonly versionOf: () => ProtocolVersion | undefined;
}

/** Lets a client in, or not: its CONNECT, and where that begins an exchange, AUTH (MQTT 5, 3.1.4 and 4.12). */
export class Handshake implements Phase {
  readonly keepAlive = undefined;
  readonly heldBytes = 0;
  readonly #options: HandshakeOptions;
  readonly #authentication: Authentication;
  #connect: ConnectPacket | undefined;

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.#authentication = new Authentication(options.services.access, options.transport);
  }

  handle(packet: Packet): void {
    const { services, host, transport } = this.#options;
    if (packet.type === 'connect') {
      services.admission.admit(transport.address);
      this.#connect = packet;
      host.decide(this.#authentication.begin(packet), (step) => this.#goOn(packet, step));
    } else if (packet.type === 'auth' && this.#connect) {
      const connect = this.#connect;
      host.decide(this.#authentication.go(packet), (step) => this.#goOn(connect, step));
    } else if (packet.type === 'disconnect') {
      host.end({ publishWill: false });
    } else {
      throw violation(`${packet.type} came before the client was let in`, 'MQTT-4.12.0-3');
    }
  }

  resume(): void {
    // Nothing waits yet.
  }

  bind(): void {
    // Nothing is acknowledged yet.
  }

  /** A CONNACK that says no. MQTT 3.1.1 has no code for some reasons: there the connection just ends. [MQTT-3.2.2-6 of 3.1.1] */
  sayGoodbye(reason: HubError): void {
    const version = this.#options.versionOf();
    const reasonCode = reasonCodeFor('connack', reason);
    if (version === undefined) return;
    if (version < 5 && returnCodeFromReasonCode(reasonCode) === undefined) return;
    const properties = { reasonString: reason.message };
    this.#send({ type: 'connack', sessionPresent: false, reasonCode, properties }, version);
  }

  leave(): void {
    // There is no session yet.
  }

  #goOn(connect: ConnectPacket, { data, principal }: ExchangeStep): void {
    if (principal) this.#letIn(connect, principal, data);
    else this.#send(authPacket(ReasonCode.ContinueAuthentication, this.#authentication.method, data), 5);
  }

  #letIn(connect: ConnectPacket, principal: Principal, data: Uint8Array): void {
    const { transport, services, host } = this.#options;
    const { sessions, access, limits, outbound, log } = services;
    const clientIdentifier = clientIdentifierOf(connect);
    const rights = access.rightsOf(principal, clientIdentifier);
    const sessionExpiry = sessionExpiryOf(connect);
    const opened = sessions.open({
      clientIdentifier,
      cleanStart: connect.cleanStart,
      expirySeconds: sessionExpiry,
      will: toWill(connect.will, limits),
      owner: { ...principal, rights },
    });
    const { session } = opened;
    const reception = toReception(connect, limits);
    const { version } = reception;
    const link = new MqttLink({ transport, outbound, reception, onClose: (reason) => host.close(reason) });
    const keepAlive = keepAliveOf(connect, limits);
    const client = { version, session, link, principal, keepAlive, sessionExpiry };
    host.enter(new Conversation(client, this.#authentication, services, host));
    const properties = connackProperties({ connect, opened, keepAlive, limits, authenticationData: data });
    const sessionPresent = opened.isPresent && version !== 3; // MQTT 3.1 keeps the bit for later.
    const isGreeted = link.reply({ type: 'connack', sessionPresent, reasonCode: 0, properties }); // [MQTT-3.2.0-1]
    session.attach(link);
    log.debug({ client: clientIdentifier, address: transport.address }, 'MQTT client let in');
    if (!isGreeted) host.end({ publishWill: true }); // There is no room for a CONNACK, and nothing may come before it.
  }

  /** Sends a packet while there is no link yet. */
  #send(packet: Packet, version: ProtocolVersion): void {
    const { transport, services } = this.#options;
    const { maximumPacketSize, requestProblemInformation } = this.#connect?.properties ?? {};
    const problemInformation = requestProblemInformation !== 0;
    const parcel = Parcel.of(encode(packet, version, { maximumPacketSize, problemInformation }));
    services.counters.packetsSent++;
    services.counters.bytesSent += parcel.byteLength;
    transport.send(parcel);
  }
}
