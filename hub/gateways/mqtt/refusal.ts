import { type ErrorCode, type HubError, toHubError } from '../../core/error.ts';
import { MqttError, ReasonCode } from './codec/index.ts';
import { isReasonCodeOf, type ReasonCodePacket } from './codec/reason-code.ts';
import type { Client, Services } from './services.ts';

/** MQTT 5's reason codes for the hub's errors. Other errors are unspecified (0x80). */
const REASON: Partial<Record<ErrorCode, number>> = {
  'topic/invalid': ReasonCode.TopicNameInvalid,
  'filter/invalid': ReasonCode.TopicFilterInvalid,
  'payload/invalid': ReasonCode.PayloadFormatInvalid,
  'payload/too-large': ReasonCode.PacketTooLarge,
  'protocol/violation': ReasonCode.ProtocolError,
  'session/taken-over': ReasonCode.SessionTakenOver,
  'session/closed': ReasonCode.AdministrativeAction,
  'session/not-yours': ReasonCode.ClientIdentifierNotValid,
  'hub/closing': ReasonCode.ServerShuttingDown,
  'auth/required': ReasonCode.NotAuthorized,
  'auth/denied': ReasonCode.NotAuthorized,
  'class/paused': ReasonCode.NotAuthorized,
  'auth/wrong': ReasonCode.BadUserNameOrPassword,
  'limit/exceeded': ReasonCode.QuotaExceeded,
  'limit/unreleased': ReasonCode.ReceiveMaximumExceeded,
  'store/unavailable': ReasonCode.QuotaExceeded,
};

/** For each type of packet, reason codes that it does not have, with the closest one that it has. */
const ALIKE: Partial<Record<ReasonCodePacket, ReadonlyMap<number, number>>> = {
  connack: new Map([
    [ReasonCode.ServerShuttingDown, ReasonCode.ServerUnavailable],
    [ReasonCode.TopicAliasInvalid, ReasonCode.ProtocolError],
  ]),
  puback: new Map([[ReasonCode.PacketTooLarge, ReasonCode.QuotaExceeded]]),
  pubrec: new Map([[ReasonCode.PacketTooLarge, ReasonCode.QuotaExceeded]]),
  disconnect: new Map([[ReasonCode.BadUserNameOrPassword, ReasonCode.NotAuthorized]]),
};

/** The reason code for an error, whether or not a given packet may carry it. */
export function reasonCodeOf(thrown: unknown): number {
  const error = toHubError(thrown);
  return error instanceof MqttError ? error.reasonCode : (REASON[error.code] ?? ReasonCode.UnspecifiedError);
}

/** The reason code for an error in a packet of this type. */
export function reasonCodeFor(type: ReasonCodePacket, error: unknown): number {
  const code = reasonCodeOf(error);
  const alike = ALIKE[type]?.get(code) ?? code;
  return isReasonCodeOf(type, alike, 'client') ? alike : ReasonCode.UnspecifiedError;
}

/** Counts a refusal that does not end the client's connection, and reports it. */
export function noteRefusal(
  { session, principal, address }: Client,
  error: HubError,
  { counters, events }: Pick<Services, 'counters' | 'events'>,
): void {
  counters.refused++;
  const { clientIdentifier } = session;
  events.refused$.next({ protocol: 'mqtt', address, client: clientIdentifier, user: principal.name, error });
}

/** The content of the last packet to a client. */
interface Farewell {
  readonly reasonCode: number;
  readonly properties: { readonly reasonString: string; readonly serverReference?: string };
}

/**
 * Tells a client why it is not served. `elsewhere` lists the servers that serve the client if this hub closes (MQTT 5, 4.11). The client is sent there for now
 * (0x9C), not for good (0x9D): a hub that closes does not know whether it comes back, and clients that forgot it would all stay at the others.
 */
export function farewellFor(
  type: 'connack' | 'disconnect',
  reason: HubError,
  elsewhere: string | undefined,
): Farewell {
  const reasonString = reason.message;
  if (reason.code === 'hub/closing' && elsewhere !== undefined)
    return {
      reasonCode: ReasonCode.UseAnotherServer,
      properties: { reasonString, serverReference: elsewhere },
    };
  return { reasonCode: reasonCodeFor(type, reason), properties: { reasonString } };
}
