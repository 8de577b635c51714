import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { VirtualTimeScheduler } from 'rxjs';
import type { Access } from '../../../../hub/access/access.ts';
import { Hub } from '../../../../hub/core/hub.ts';
import type { Journal } from '../../../../hub/core/ports.ts';
import type { RetainedLimits } from '../../../../hub/core/retained-room.ts';
import type { ClientEvents } from '../../../../hub/gateways/client-events.ts';
import type { ClusterHubs } from '../../../../hub/gateways/cluster-hubs.ts';
import type {
  ConnackPacket,
  ConnectPacket,
  Packet,
  ProtocolVersion,
  PublishPacket,
  SubscribePacket,
  Subscription,
} from '../../../../hub/gateways/mqtt/codec/index.ts';
import { MqttGateway } from '../../../../hub/gateways/mqtt/gateway.ts';
import type { MqttLimits } from '../../../../hub/gateways/mqtt/limits.ts';
import { TurnBudget } from '../../../../hub/limits/turn-budget.ts';
import type { SessionLimits } from '../../../../hub/session/limits.ts';
import { Sessions } from '../../../../hub/session/sessions.ts';
import type { SessionJournal } from '../../../../hub/session/store.ts';
import { ClientParser, encode } from './codec/client-codec.ts';
import { MemoryTransport } from './memory-transport.ts';

export interface MqttHubOptions {
  readonly limits?: Partial<MqttLimits>;
  readonly sessionLimits?: Partial<SessionLimits>;
  readonly retainedLimits?: Partial<RetainedLimits>;
  readonly access?: Access;
  /** Default: nothing is stored, and everything is safe at once. */
  readonly journal?: Journal & SessionJournal;
  readonly clusterHubs?: ClusterHubs;
  readonly events?: ClientEvents;
}

/** A hub with MQTT as its only entrance, in virtual time and without a network. */
export class MqttHub {
  readonly scheduler = new VirtualTimeScheduler();
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly gateway: MqttGateway;
  /** How long a reading of the clock takes while packets are handled, milliseconds: handling them takes no time. */
  lookMs = 0;
  #elapsedMs = 0;

  constructor({
    limits = {},
    sessionLimits = {},
    retainedLimits = {},
    access,
    journal,
    clusterHubs,
    events,
  }: MqttHubOptions = {}) {
    const { scheduler } = this;
    const kept = journal && { journal };
    this.hub = new Hub({ now: () => scheduler.now(), limits: retainedLimits, ...kept });
    this.sessions = new Sessions({ hub: this.hub, scheduler, limits: sessionLimits, ...kept });
    this.gateway = new MqttGateway({
      hub: this.hub,
      sessions: this.sessions,
      scheduler,
      limits,
      budget: new TurnBudget({
        elapsedMs: () => {
          this.#elapsedMs += this.lookMs;
          return this.#elapsedMs;
        },
        processorMs: () => this.#elapsedMs,
      }),
      log: pino({ level: 'silent' }),
      ...(access && { access }),
      ...(events && { events }),
      clusterHubs,
    });
  }

  /** Lets this much time pass, milliseconds. */
  async advance(ms: number): Promise<void> {
    const target = this.scheduler.frame + ms;
    this.scheduler.maxFrames = target;
    this.scheduler.flush();
    this.scheduler.frame = target;
    await settle();
  }

  /** A connection that has sent nothing yet. */
  open(version: ProtocolVersion = 5): TestClient {
    const transport = new MemoryTransport(this.gateway.budget);
    this.gateway.accept(transport);
    return new TestClient(transport, version);
  }

  /** An admitted client, with its CONNACK. */
  async connect(fields: Partial<ConnectPacket> = {}): Promise<TestClient & { connack: ConnackPacket }> {
    const packet = connect(fields);
    const client = this.open(packet.protocolVersion);
    const [connack] = await client.exchange(packet);
    if (connack?.type !== 'connack' || connack.reasonCode !== 0) {
      throw new Error(`refused: ${JSON.stringify(connack)}`);
    }
    return Object.assign(client, { connack });
  }
}

/** The other side of a connection. */
export class TestClient {
  readonly transport: MemoryTransport;
  readonly #version: ProtocolVersion;
  readonly #parser;

  constructor(transport: MemoryTransport, version: ProtocolVersion) {
    this.transport = transport;
    this.#version = version;
    this.#parser = new ClientParser(version);
  }

  send(...packets: Packet[]): void {
    this.transport.receive(Buffer.concat(packets.map((packet) => encode(packet, this.#version))));
  }

  /** All packets that have arrived since the last call, once the hub is idle. */
  async take(): Promise<Packet[]> {
    await settle();
    this.#parser.push(this.transport.takeBytes());
    const packets: Packet[] = [];
    for (let next = this.#parser.next(); next; next = this.#parser.next()) packets.push(next);
    return packets;
  }

  /** Sends, and returns what arrives. */
  async exchange(...packets: Packet[]): Promise<Packet[]> {
    this.send(...packets);
    return this.take();
  }

  /** The messages that have arrived, without packets of other kinds. */
  async takeMessages(): Promise<PublishPacket[]> {
    return (await this.take()).filter((packet) => packet.type === 'publish');
  }
}

/** Waits until the hub has sent everything that was ready, and the effects are visible. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await setImmediate();
}

export function connect(fields: Partial<ConnectPacket> = {}): ConnectPacket {
  return {
    type: 'connect',
    protocolVersion: 5,
    cleanStart: true,
    keepAlive: 0,
    clientIdentifier: 'client',
    ...fields,
  };
}

export function publish(topic: string, payload = '', fields: Partial<PublishPacket> = {}): PublishPacket {
  return {
    type: 'publish',
    topic,
    payload: Buffer.from(payload),
    qos: 0,
    retain: false,
    dup: false,
    packetIdentifier: 0,
    ...fields,
  };
}

export function subscribe(
  filters: string | readonly string[],
  options: Partial<Subscription> = {},
  fields: Partial<SubscribePacket> = {},
): SubscribePacket {
  const subscriptions = [filters].flat().map((topicFilter) => ({
    topicFilter,
    qos: 2 as const,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0 as const,
    ...options,
  }));
  return { type: 'subscribe', packetIdentifier: 1, subscriptions, ...fields };
}

export const text = (packet: Packet | undefined) =>
  packet?.type === 'publish' ? Buffer.from(packet.payload).toString() : undefined;
