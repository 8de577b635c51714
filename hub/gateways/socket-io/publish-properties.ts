import { z } from 'zod';
import type { MessageProperties } from '../../core/message.ts';
import { isTopicName } from '../../core/topic.ts';

/** The longest field of MQTT, and the most that all properties of a message may have together, bytes. [MQTT-1.5.4-1] */
const MOST_BYTES = 65_535;

/** Text that fits a field of MQTT. [MQTT-1.5.4-1], [MQTT-1.5.4-2] */
const mqttText = z.string().refine((text) => text.isWellFormed() && !text.includes('\0'));

/** The properties of MQTT 5 that an event may give a message (3.3.2.3). */
export const publishProperties = z
  .strictObject({
    contentType: mqttText.optional(),
    responseTopic: mqttText.refine((topic) => isTopicName(topic)).optional(),
    correlationData: z.instanceof(Uint8Array).optional(),
    userProperties: z
      .array(z.tuple([mqttText, mqttText]))
      .max(1_000)
      .optional(),
  })
  .refine((properties) => countBytes(copyProperties(properties)) <= MOST_BYTES);

interface Given {
  readonly contentType?: string | undefined;
  readonly responseTopic?: string | undefined;
  readonly correlationData?: Uint8Array | undefined;
  readonly userProperties?: readonly (readonly [string, string])[] | undefined;
}

/** The properties as a message has them. Bytes are copied: those from the network are a view of a larger buffer. */
export function copyProperties(given: Given): MessageProperties {
  const { contentType, responseTopic, correlationData, userProperties } = given;
  return {
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData && { correlationData: new Uint8Array(correlationData) }),
    ...(userProperties && { userProperties }),
  };
}

function countBytes({
  contentType = '',
  responseTopic = '',
  correlationData,
  userProperties = [],
}: MessageProperties): number {
  const texts = [contentType, responseTopic, ...userProperties.flat()];
  const add = (sum: number, text: string) => sum + Buffer.byteLength(text);
  return texts.reduce(add, correlationData?.byteLength ?? 0);
}
