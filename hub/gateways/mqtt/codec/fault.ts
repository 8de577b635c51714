import { HubError } from '../../../core/error.ts';
import { ReasonCode } from './reason-code.ts';

/** A packet that cannot be read by the standard: answered with reason code 0x81. `clause` is the rule it breaks. */
export function malformed(message: string, clause: string): HubError {
  return new HubError('packet/malformed', `${message} [${clause}]`, {
    reasonCode: ReasonCode.MalformedPacket,
  });
}

/** A packet that can be read but that the standard does not allow here: reason code 0x82 unless a closer one is given. */
export function violation(
  message: string,
  clause: string,
  reasonCode: number = ReasonCode.ProtocolError,
): HubError {
  return new HubError('protocol/violation', `${message} [${clause}]`, { reasonCode });
}

/** A protocol, or a version of it, that is not spoken here: reason code 0x84. */
export function unsupported(message: string, clause: string): HubError {
  const reasonCode = ReasonCode.UnsupportedProtocolVersion;
  return new HubError('protocol/unsupported', `${message} [${clause}]`, { reasonCode });
}

/** A packet above the maximum packet size of its receiver: reason code 0x95. */
export function tooLarge(message: string, clause: string): HubError {
  return new HubError('packet/too-large', `${message} [${clause}]`, {
    reasonCode: ReasonCode.PacketTooLarge,
  });
}

/** A byte as the standard writes it: `0x8f`. */
export function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}
