import type { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { ExchangeStep, Principal } from '../../access/access.ts';
import { HubError } from '../../core/error.ts';
import { Message } from '../../core/message.ts';
import { parseTopicName } from '../../core/topic.ts';
import { networkOf } from '../../limits/network.ts';
import { NEVER_EXPIRES } from '../../session/limits.ts';
import type { Will } from '../../session/link.ts';
import type { OpenedSession } from '../../session/sessions.ts';
import { shownUser } from '../shown-user.ts';
import { Authentication, authPacket, type ConnectionFacts, noRoomForAuth } from './authentication.ts';
import {
  type AuthPacket,
  type ConnackPacket,
  type ConnectPacket,
  encodeIfFits,
  MqttError,
  type Packet,
  type PropertiesOf,
  type ProtocolVersion,
  ReasonCode,
  returnCodeFromReasonCode,
  type ServerPacket,
  violation,
  type Will as WillFields,
} from './codec/index.ts';
import { Conversation } from './conversation.ts';
import { describePacket } from './describe-packet.ts';
import { checkPayload } from './inbox.ts';
import type { MqttLimits } from './limits.ts';
import { type ClientLimits, MqttLink } from './link.ts';
import { farewellFor } from './refusal.ts';
import { Replies } from './replies.ts';
import type { ClientNames, Host, Phase, Services } from './services.ts';
import type { Transport } from './transport.ts';

interface HandshakeOptions {
  readonly transport: Transport;
  readonly services: Services;
  readonly host: Host;
  readonly shown: ConnectionFacts;
  /** The client's version, or the version in which to refuse it; `undefined` before its CONNECT. */
  readonly versionOf: () => ProtocolVersion | undefined;
}

/** Accepts or refuses a client by its CONNECT and, if that begins an exchange, its AUTH (MQTT 5, 3.1.4 and 4.12). */
export class Handshake implements Phase {
  readonly client = undefined;
  readonly keepAlive = undefined;
  readonly heldBytes = 0;
  readonly #options: HandshakeOptions;
  readonly #authentication: Authentication;
  #connect: ConnectPacket | undefined;

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.#authentication = new Authentication(
      options.services.access,
      options.transport.address,
      options.shown,
    );
  }

  get who(): ClientNames {
    return { client: this.#connect?.clientIdentifier, user: shownUser(this.#connect?.userName) };
  }

  get unsentBytes(): number {
    return this.#options.transport.bufferedBytes;
  }

  handle(packet: Packet): void {
    const { services, host, transport } = this.#options;
    if (packet.type === 'connect') {
      this.#connect = packet; // Set first, as the client's maximum packet size holds for a refusal too.
      checkRate(services, transport.address);
      host.decide(this.#authentication.begin(packet), (step) => this.#goOn(packet, step));
    } else if (packet.type === 'auth' && this.#connect) {
      const connect = this.#connect;
      host.decide(this.#authentication.go(packet), (step) => this.#goOn(connect, step));
    } else if (packet.type === 'disconnect') {
      host.end({ publishWill: false });
    } else {
      throw violation(`${packet.type} came before the client was accepted`, 'MQTT-4.12.0-3');
    }
  }

  resume(): void {
    // Nothing waits yet.
  }

  bind(): void {
    // Nothing is acknowledged yet.
  }

  /** Sends a CONNACK that refuses. If MQTT 3.1.1 has no code for the reason, the connection just ends. [MQTT-3.2.2-6 of 3.1.1] */
  sayGoodbye(reason?: HubError): void {
    const version = this.#options.versionOf();
    if (version === undefined || !reason) return;
    const { transport, services } = this.#options;
    const elsewhere = services.elsewhere(transport.carrier);
    const { reasonCode, properties } = farewellFor('connack', reason, elsewhere);
    if (version < 5 && returnCodeFromReasonCode(reasonCode) === undefined) return;
    const connack: ConnackPacket = { type: 'connack', sessionPresent: false, reasonCode, properties };
    const { clientIdentifier = '' } = this.#connect ?? {};
    services.events.traces.record(clientIdentifier, {
      direction: 'out',
      packet: 'CONNACK',
      details: describePacket(connack),
    });
    const bytes = this.#encode(connack, version);
    if (bytes) this.#send(bytes);
  }

  leave(): void {
    // There is no session yet.
  }

  #goOn(connect: ConnectPacket, { data, principal }: ExchangeStep): void {
    if (principal) this.#admit(connect, principal, data);
    else this.#challenge(authPacket(ReasonCode.ContinueAuthentication, this.#authentication.method, data));
  }

  /** Asks the client for its next AUTH. If the question is too large for the client, refuses the client, which would otherwise wait in vain. */
  #challenge(packet: AuthPacket): void {
    const bytes = this.#encode(packet, 5);
    if (!bytes) throw noRoomForAuth();
    this.#send(bytes);
  }

  /** Accepts a client, once no other hub has it. An identifier that this hub assigns is known to no other. */
  #admit(connect: ConnectPacket, principal: Principal, data: Uint8Array): void {
    const { services, host } = this.#options;
    const { claims } = services;
    const { clientIdentifier, cleanStart } = connect;
    if (!claims || clientIdentifier === '') {
      this.#accept(connect, principal, data);
      return;
    }
    host.decide(claims.claim({ clientIdentifier, cleanStart, owner: principal }), (grant) => {
      this.#ensureKnown(principal);
      grant.use();
      this.#accept(connect, principal, data);
    });
  }

  /** A claim may take seconds, in which the client's credential may have ended. */
  #ensureKnown(principal: Principal): void {
    if (this.#options.services.access.recognize(principal)) return;
    throw new HubError('auth/denied', 'your credential has ended while you connected');
  }

  #accept(connect: ConnectPacket, principal: Principal, data: Uint8Array): void {
    const { transport, services, host } = this.#options;
    const { sessions, access, limits, outbound, events, log } = services;
    const clientIdentifier = clientIdentifierOf(connect);
    const { name, accountId, credentialIds } = principal;
    const rights = access.rightsOf(principal, clientIdentifier);
    const sessionExpiry = sessionExpiryOf(connect);
    const opened = sessions.open({
      clientIdentifier,
      cleanStart: connect.cleanStart,
      expirySeconds: sessionExpiry,
      will: toWill(connect.will, limits),
      owner: { name, accountId, credentialIds, rights }, // V8 gives each object that begins with a spread a hidden class of its own.
    });
    const { session } = opened;
    const clientLimits = toClientLimits(connect, limits);
    const { version } = clientLimits;
    const link = new MqttLink({
      transport,
      outbound,
      clientLimits,
      host,
      slowBytes: sessions.limits.bufferedBytes,
      traces: events.traces,
      clientIdentifier,
    });
    const keepAlive = keepAliveOf(connect, limits);
    const { address, carrier } = transport;
    const protocol = 'mqtt';
    const client = {
      protocol,
      carrier,
      address,
      connectedAt: services.hub.now(),
      version,
      session,
      link,
      principal,
      keepAlive,
      sessionExpiry,
    } as const;
    const isExchange = this.#authentication.method !== undefined;
    const authentication = isExchange ? this.#authentication : undefined; // Without an exchange, nothing needs the authentication any more.
    host.enter(new Conversation(client, authentication, services, host));
    const properties = connackProperties({ connect, opened, keepAlive, limits, authenticationData: data });
    const sessionPresent = opened.isPresent && version !== 3; // MQTT 3.1 reserves the bit.
    const isGreeted = link.reply({ type: 'connack', sessionPresent, reasonCode: 0, properties }); // [MQTT-3.2.0-1]
    session.attach(link);
    events.connected$.next(client);
    log.debug({ client: clientIdentifier, address: transport.address }, 'MQTT client accepted');
    if (!isGreeted) host.end({ publishWill: true }); // The CONNACK is too large for the client, and no other packet may come before it.
  }

  /** Returns a packet's bytes; `undefined` if the packet is too large for the client and so must not be sent. [MQTT-3.1.2-24] */
  #encode(packet: ServerPacket, version: ProtocolVersion): Buffer | undefined {
    const { maximumPacketSize, requestProblemInformation } = this.#connect?.properties ?? {};
    const problemInformation = requestProblemInformation !== 0;
    return encodeIfFits(packet, version, { maximumPacketSize, problemInformation });
  }

  /** Sends a packet while there is no link yet. */
  #send(bytes: Buffer): void {
    const { transport, services } = this.#options;
    services.counters.packetsSent++;
    services.counters.bytesSent += bytes.byteLength;
    const replies = new Replies(transport.form);
    replies.add(bytes);
    transport.send(replies.take());
  }
}

/** Counts a CONNECT. Throws `limit/exceeded` if too many come from one network. */
function checkRate({ connectRate, limits }: Services, address: string): void {
  if (connectRate.take(networkOf(address)) === 0) return;
  const message = `more than ${limits.connectsPerSecond} connections a second; try again`;
  throw new MqttError('limit/exceeded', message, ReasonCode.ConnectionRateExceeded);
}

const MAX_RECEIVE_MAXIMUM = 65_535;

/** The client's limits for packets to it. (MQTT 5, 3.1.2.11) */
function toClientLimits(connect: ConnectPacket, limits: MqttLimits): ClientLimits {
  const { protocolVersion, properties = {}, isBridge = false } = connect;
  return {
    version: protocolVersion,
    receiveMaximum: properties.receiveMaximum ?? MAX_RECEIVE_MAXIMUM,
    maximumPacketSize: properties.maximumPacketSize,
    topicAliases: Math.min(properties.topicAliasMaximum ?? 0, limits.ownTopicAliases),
    problemInformation: properties.requestProblemInformation !== 0,
    isBridge,
  };
}

/** How long to keep the session, seconds. In MQTT 3.1.1, without Clean Session, that is for ever. */
function sessionExpiryOf({ protocolVersion, cleanStart, properties }: ConnectPacket): number {
  if (protocolVersion === 5) return properties?.sessionExpiryInterval ?? 0;
  return cleanStart ? 0 : NEVER_EXPIRES;
}

/** The keep alive in force, seconds, 0 for none. An MQTT 5 client can be given a shorter one. [MQTT-3.1.2-21] */
function keepAliveOf({ protocolVersion, keepAlive }: ConnectPacket, limits: MqttLimits): number {
  if (protocolVersion < 5) return keepAlive;
  return Math.min(keepAlive || limits.keepAliveSeconds, limits.keepAliveSeconds);
}

/** The client's identifier, or one that the hub assigns. [MQTT-3.1.3-6], [MQTT-3.1.3-7] */
function clientIdentifierOf({ clientIdentifier }: ConnectPacket): string {
  return clientIdentifier === '' ? `mqtt-${randomUUID()}` : clientIdentifier;
}

/** A will as sessions keep it. Throws `topic/invalid`, `payload/invalid`. */
function toWill(fields: WillFields | undefined, limits: MqttLimits): Will | undefined {
  if (!fields) return undefined;
  const { payload, qos, retain, properties, messageExpiryInterval, willDelayInterval = 0 } = fields;
  const topic = parseTopicName(fields.topic, limits.topicLevels);
  checkPayload(topic, payload, properties, limits);
  const message = new Message(topic, payload, { qos, retain, properties });
  return { message, delaySeconds: willDelayInterval, expirySeconds: messageExpiryInterval };
}

interface Welcome {
  readonly connect: ConnectPacket;
  readonly opened: OpenedSession;
  /** The keep alive in force, seconds. */
  readonly keepAlive: number;
  readonly limits: MqttLimits;
  /** The last message of an exchange; empty if there was none. */
  readonly authenticationData: Uint8Array;
}

/** Tells an accepted MQTT 5 client its limits, and the differences to its request. (MQTT 5, 3.2.2.3) */
function connackProperties({
  connect,
  opened,
  keepAlive,
  limits,
  authenticationData,
}: Welcome): PropertiesOf<'connack'> {
  const { properties = {}, clientIdentifier } = connect;
  const { session, expirySeconds } = opened;
  const responseTopic = `response/${encodeURIComponent(session.clientIdentifier)}`;
  return {
    receiveMaximum: limits.receiveMaximum,
    maximumPacketSize: limits.packetBytes,
    topicAliasMaximum: limits.topicAliases,
    ...(expirySeconds !== sessionExpiryOf(connect) && { sessionExpiryInterval: expirySeconds }),
    ...(clientIdentifier === '' && { assignedClientIdentifier: session.clientIdentifier }),
    ...(keepAlive !== connect.keepAlive && { serverKeepAlive: keepAlive }),
    ...(properties.requestResponseInformation === 1 && { responseInformation: responseTopic }),
    ...(properties.authenticationMethod !== undefined && {
      authenticationMethod: properties.authenticationMethod, // [MQTT-4.12.0-5]
      ...(authenticationData.byteLength > 0 && { authenticationData }),
    }),
  };
}
