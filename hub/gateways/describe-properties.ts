import { Buffer } from 'node:buffer';
import type { JsonProperties, MessageProperties } from '../core/message.ts';

/** The properties of a message in JSON; nothing if it has none. */
export function describeProperties(properties: MessageProperties | undefined): JsonProperties {
  const { contentType, responseTopic, correlationData, userProperties } = properties ?? {};
  return {
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData && { correlationData: toBase64(correlationData) }),
    ...(userProperties && { userProperties }),
  };
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
