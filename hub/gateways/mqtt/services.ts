import type { Logger } from 'pino';
import type { Access, ExchangeStep, Principal } from '../../access/access.ts';
import type { HubError } from '../../core/error.ts';
import type { Hub } from '../../core/hub.ts';
import type { TurnBudget } from '../../limits/turn-budget.ts';
import type { Session } from '../../session/session.ts';
import type { Ending, Sessions } from '../../session/sessions.ts';
import type { Admission } from './admission.ts';
import type { Packet, ProtocolVersion, TopicNames } from './codec/index.ts';
import type { MqttCounters, MqttLimits } from './limits.ts';
import type { MqttLink } from './link.ts';
import type { Outbound } from './outbound.ts';

/** Shared by all connections of a gateway. */
export interface Services {
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly access: Access;
  readonly limits: MqttLimits;
  readonly counters: MqttCounters;
  readonly outbound: Outbound;
  readonly admission: Admission;
  readonly topicNames: TopicNames;
  readonly budget: TurnBudget;
  readonly log: Logger;
}

/** A client that has been let in. */
export interface Client {
  readonly version: ProtocolVersion;
  readonly session: Session;
  readonly link: MqttLink;
  readonly principal: Principal;
  /** The keep alive that holds, seconds, 0 for none. */
  readonly keepAlive: number;
  /** The session expiry that the client asked for, seconds. */
  readonly sessionExpiry: number;
}

/** What a connection does with packets: first the handshake, then the conversation. */
export interface Phase {
  /** The keep alive that holds, seconds, 0 for none; `undefined` before the client is let in. */
  readonly keepAlive: number | undefined;
  /** Bytes kept between packets. */
  readonly heldBytes: number;
  /** Handles a packet. An error that it throws ends the connection. */
  handle(packet: Packet): void;
  /** Continues with what has waited for the network. */
  resume(): void;
  /** Makes what is due to the client wait until everything in the journal so far is safe. */
  bind(): void;
  /** Sends what is due, and why the connection ends if its version can say so; without a reason the client has ended it. */
  sayGoodbye(reason?: HubError): void;
  /** The connection is over. */
  leave(ending: Ending): void;
}

/** A phase's view of its connection. */
export interface Host {
  /** Waits for access to decide, and reads nothing meanwhile. */
  decide(decision: Promise<ExchangeStep>, then: (step: ExchangeStep) => void): void;
  /** Changes to another phase. */
  enter(phase: Phase): void;
  /** Ends the connection because the client has said goodbye. */
  end(ending: Ending): void;
  /** Ends it from the hub's side, and tells the client why. */
  close(reason: HubError): void;
}
