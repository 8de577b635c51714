import type { HubError } from '../core/error.ts';
import type { Message } from '../core/message.ts';
import type { Terms } from '../core/subscription.ts';
import type { DeliveryFlags } from '../core/wire-message.ts';

/** The retain flag of a delivery: 1 for what was retained when the subscription began. [MQTT-3.3.1-8] */
export type RetainFlag = 0 | 1;

/** A message of QoS 1 or 2 on its way to a client. */
export interface Outgoing {
  readonly packetIdentifier: number;
  readonly message: Message;
  readonly terms: Terms;
  readonly qos: 1 | 2;
  readonly retain: RetainFlag;
  /** Whether it may have been received before. [MQTT-3.3.1-1] */
  readonly duplicate: boolean;
}

/**
 * One connection of a session, whatever its protocol: the only thing that a session knows of the network.
 * None of these may throw; a link that has failed ignores what it is given and reports its end to its gateway.
 */
export interface Link {
  /** How many messages of QoS 1 and 2 the client takes before it acknowledges one, 1–65535. [MQTT-3.3.4-9] */
  readonly receiveMaximum: number;
  /** Bytes handed over that the network has not yet taken. */
  readonly bufferedBytes: number;
  /** Sends at QoS 0. False where the client could never take it, being too large. [MQTT-3.1.2-25] */
  send(message: Message, terms: Terms, flags: DeliveryFlags): boolean;
  /** Sends at QoS 1 or 2. False as above. */
  sendTracked(outgoing: Outgoing): boolean;
  /** Sends PUBREL: the second half of QoS 2. */
  sendRelease(packetIdentifier: number): void;
  /** Ends the connection from the hub's side, telling the client why in the way of its protocol. */
  close(reason: HubError): void;
}
