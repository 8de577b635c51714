import { isUtf8 } from 'node:buffer';
import { HubError, quote } from '../../core/error.ts';
import type { MessageProperties } from '../../core/message.ts';
import { ReasonCode } from './codec/index.ts';

/** Checks that a payload which is said to be UTF-8 is so. (MQTT 5, 3.3.2.3.2) Throws `payload/invalid`. */
export function checkPayloadFormat(
  topic: string,
  payload: Uint8Array,
  properties: MessageProperties | undefined,
): void {
  if (properties?.payloadFormatIndicator !== 1 || isUtf8(payload)) return;
  throw new HubError('payload/invalid', `the payload of ${quote(topic)} is said to be UTF-8, and is not`, {
    reasonCode: ReasonCode.PayloadFormatInvalid,
  });
}
