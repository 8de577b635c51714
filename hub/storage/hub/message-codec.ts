import { Message, type MessageProperties, type Qos } from '../../core/message.ts';
import type { ByteReader, ByteWriter } from '../engine/bytes.ts';
import type { Codec, ValueCodec } from '../engine/table.ts';

/** The first byte of a message: its QoS in the lowest two bits, and these flags. */
const QOS_BITS = 0x03;
const RETAIN = 0x04;
const IS_TEXT = 0x08;
const EXPIRES = 0x10;
const HAS_PROPERTIES = 0x20;

/** The first byte of properties: which of them are present. */
const FORMAT = 0x01;
const FORMAT_IS_TEXT = 0x02;
const CONTENT_TYPE = 0x04;
const RESPONSE_TOPIC = 0x08;
const CORRELATION_DATA = 0x10;

/** Messages under a key that is not their topic. */
export const MESSAGE: Codec<Message> = {
  write(writer, message) {
    writer.text(message.topic);
    writeContent(writer, message);
  },
  read: (reader) => readContent(reader, reader.text()),
};

/** Messages under their topics. */
export const MESSAGE_OF_TOPIC: ValueCodec<string, Message> = { write: writeContent, read: readContent };

function writeContent(writer: ByteWriter, { payload, retain, qos, expiresAt, properties }: Message): void {
  const isText = typeof payload === 'string';
  writer.byte(
    qos |
      (retain ? RETAIN : 0) |
      (isText ? IS_TEXT : 0) |
      (expiresAt === undefined ? 0 : EXPIRES) |
      (properties ? HAS_PROPERTIES : 0),
  );
  if (isText) writer.text(payload);
  else writer.blob(payload);
  if (expiresAt !== undefined) writer.float(expiresAt);
  if (properties) writeProperties(writer, properties);
}

function readContent(reader: ByteReader, topic: string): Message {
  const flags = reader.byte();
  const payload = flags & IS_TEXT ? reader.text() : reader.blob();
  const expiresAt = flags & EXPIRES ? reader.float() : undefined;
  const properties = flags & HAS_PROPERTIES ? readProperties(reader) : undefined;
  const qos = toQos(flags & QOS_BITS);
  return new Message(topic, payload, { retain: (flags & RETAIN) !== 0, qos, expiresAt, properties });
}

function toQos(value: number): Qos {
  if (value === 0 || value === 1 || value === 2) return value;
  throw new RangeError(`there is no QoS ${value}`);
}

function writeProperties(writer: ByteWriter, properties: MessageProperties): void {
  const { payloadFormatIndicator, contentType, responseTopic, correlationData } = properties;
  const { userProperties = [] } = properties;
  writer.byte(
    (payloadFormatIndicator === undefined ? 0 : FORMAT) |
      (payloadFormatIndicator === 1 ? FORMAT_IS_TEXT : 0) |
      (contentType === undefined ? 0 : CONTENT_TYPE) |
      (responseTopic === undefined ? 0 : RESPONSE_TOPIC) |
      (correlationData === undefined ? 0 : CORRELATION_DATA),
  );
  if (contentType !== undefined) writer.text(contentType);
  if (responseTopic !== undefined) writer.text(responseTopic);
  if (correlationData !== undefined) writer.blob(correlationData);
  writer.integer(userProperties.length);
  for (const [name, value] of userProperties) {
    writer.text(name);
    writer.text(value);
  }
}

function readProperties(reader: ByteReader): MessageProperties {
  const which = reader.byte();
  return {
    ...(which & FORMAT && { payloadFormatIndicator: which & FORMAT_IS_TEXT ? 1 : 0 }),
    ...(which & CONTENT_TYPE && { contentType: reader.text() }),
    ...(which & RESPONSE_TOPIC && { responseTopic: reader.text() }),
    ...(which & CORRELATION_DATA && { correlationData: reader.blob() }),
    ...readUserProperties(reader),
  };
}

function readUserProperties(reader: ByteReader): Pick<MessageProperties, 'userProperties'> {
  const count = reader.integer();
  const userProperties = Array.from({ length: count }, () => [reader.text(), reader.text()] as const);
  return count === 0 ? {} : { userProperties };
}
