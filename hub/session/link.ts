import type { HubError } from '../core/error.ts';
import type { DeliveryFlags, Message } from '../core/message.ts';
import { ALL_RIGHTS, type Rights } from '../core/rights.ts';
import type { Terms } from '../core/subscription.ts';

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

/** Whose a session is. Nobody else may go on with it, or end it. */
export interface SessionOwner {
  readonly name: string;
  /** Tells the owner from who had the name before; empty where that is not known, or nobody is asked. */
  readonly accountId: string;
  /** What lets the owner in; see `endAllOn`. */
  readonly credentialIds: readonly string[];
  readonly rights: Rights;
}

/** The owner of sessions that belong to nobody, being of a hub that asks nobody. */
const ANYONE = 'anyone';

export const EVERYONE: SessionOwner = { name: ANYONE, accountId: '', credentialIds: [], rights: ALL_RIGHTS };

/** A hub may ask who comes in at one time and not at another: what belonged to nobody may be taken up by anybody, and the other way round. */
export function isSomebodyElse({ name: one }: SessionOwner, { name: other }: SessionOwner): boolean {
  return one !== other && one !== ANYONE && other !== ANYONE;
}

/** The message that the hub publishes for a client that goes without a word (MQTT 5, 3.1.2.5). */
export interface Will {
  readonly message: Message;
  /** How long the hub waits for the client to come back first, seconds. [MQTT-3.1.3-9] */
  readonly delaySeconds: number;
  /** How long the message lives once it is published, seconds. (MQTT 5, 3.1.3.2.4) */
  readonly expirySeconds?: number | undefined;
}
