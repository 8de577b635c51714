import { toHubError } from '../../core/error.ts';
import { ReasonCode } from './codec/index.ts';
import { isReasonCodeOf, type ReasonCodePacket } from './codec/reason-code.ts';

/** Reason codes that the errors of core and session carry, where a packet has another name for the same. */
const ALIKE: Partial<Record<ReasonCodePacket, ReadonlyMap<number, number>>> = {
  connack: new Map([
    [ReasonCode.ServerShuttingDown, ReasonCode.ServerUnavailable],
    [ReasonCode.TopicAliasInvalid, ReasonCode.ProtocolError],
  ]),
  puback: new Map([[ReasonCode.PacketTooLarge, ReasonCode.QuotaExceeded]]),
};

/** The reason code by which a packet of this type tells of an error. */
export function reasonCodeFor(type: ReasonCodePacket, error: unknown): number {
  const code = toHubError(error).reasonCode ?? ReasonCode.UnspecifiedError;
  const alike = ALIKE[type]?.get(code) ?? code;
  return isReasonCodeOf(type, alike, 'client') ? alike : ReasonCode.UnspecifiedError;
}
