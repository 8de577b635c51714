import type { HubError } from '../core/error.ts';
import type { DeliveryFlags, Message } from '../core/message.ts';
import { ALL_RIGHTS, type Rights } from '../core/rights.ts';
import type { Terms } from '../core/subscription.ts';

/** The retain flag of a delivery: 1 for a message that was retained when the subscription began. [MQTT-3.3.1-8] */
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

/** One connection of a session, whatever its protocol. No method may throw: a failed link ignores calls and notifies its gateway. */
export interface Link {
  /** How many messages of QoS 1 and 2 may wait for the client's acknowledgement, 1–65535. [MQTT-3.3.4-9] */
  readonly receiveMaximum: number;
  /** Bytes passed to the network that it has not accepted yet. */
  readonly bufferedBytes: number;
  /** Whether more than `bytes` bytes wait for the network. Called for each message, so it must be fast. */
  isBehind(bytes: number): boolean;
  /** Sends at QoS 0. Returns false if the message is larger than the client accepts. [MQTT-3.1.2-25] */
  send(message: Message, terms: Terms, flags: DeliveryFlags): boolean;
  /** Sends at QoS 1 or 2. Returns false as `send` does. */
  sendTracked(outgoing: Outgoing): boolean;
  /** Sends PUBREL: the second half of QoS 2. */
  sendRelease(packetIdentifier: number): void;
  /** Ends the connection from the hub's side, and tells the client why as its protocol allows. */
  close(reason: HubError): void;
}

/** The account that a session belongs to. No other account may resume or end it. */
export interface SessionOwner {
  readonly name: string;
  /** Distinguishes the account from a deleted one of the same name; empty if it is unknown, or the hub has no accounts. */
  readonly accountId: string;
  /** The credentials that the owner's admission depends on, first the account's (`user:ana`); see `Sessions.endAllOn`. */
  readonly credentialIds: readonly string[];
  readonly rights: Rights;
}

/** An owner as the store keeps it, without rights: these depend on the present accounts. */
export type KeptOwner = Omit<SessionOwner, 'rights'>;

/** A credential that was revoked, or whose role, rights or secret have changed. */
export interface EndedCredential {
  readonly credentialId: string;
  /** Whether the account is gone; false if the same account may connect again. */
  readonly isGone: boolean;
  /** The reason sent to the clients that are disconnected. */
  readonly reason: HubError;
}

/** The owner of all sessions on a hub without accounts. */
export const EVERYONE: SessionOwner = {
  name: 'anyone',
  accountId: '',
  credentialIds: [],
  rights: ALL_RIGHTS,
};

/** Whether two accounts differ, by name or origin. `EVERYONE` differs from no account, since a hub may get accounts, or lose them. */
export function isSomebodyElse(one: KeptOwner, other: KeptOwner): boolean {
  if (one.name === EVERYONE.name || other.name === EVERYONE.name) return false;
  return one.name !== other.name || one.credentialIds[0] !== other.credentialIds[0];
}

/** The owner to whom a client's retained messages are charged: its account or, on a hub without accounts, the client itself. */
export function retainedOwner(name: string, clientIdentifier: string): string {
  return name === EVERYONE.name ? `${name}/${clientIdentifier}` : name;
}

/** The message that the hub publishes for a client whose connection ends without a DISCONNECT (MQTT 5, 3.1.2.5). */
export interface Will {
  readonly message: Message;
  /** How long the hub first waits for the client to reconnect, seconds. [MQTT-3.1.3-9] */
  readonly delaySeconds: number;
  /** How long the message lives once it is published, seconds. (MQTT 5, 3.1.3.2.4) */
  readonly expirySeconds?: number | undefined;
}
