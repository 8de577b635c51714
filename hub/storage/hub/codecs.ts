import type { ClockMark } from '../../clock.ts';
import { Message, type MessageProperties, type Qos } from '../../core/message.ts';
import type { Terms } from '../../core/subscription.ts';
import type { Will } from '../../session/link.ts';
import type { SessionState } from '../../session/store.ts';
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

/** The codec of messages under a key that is not their topic. */
export const MESSAGE: Codec<Message> = {
  write(writer, message) {
    writer.text(message.topic);
    writeContent(writer, message);
  },
  read: (reader) => readContent(reader, reader.text()),
};

/** The codec of messages under their topics. */
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

/** A subscription of a session. */
export interface StoredSubscription {
  readonly session: number;
  readonly filter: string;
  readonly terms: Terms;
  readonly isReplaying: boolean;
}

/** A message that is queued for a session. */
export interface QueuedEntry {
  readonly session: number;
  /** The number of the message in its own table. */
  readonly message: number;
  readonly qos: 1 | 2;
  readonly retain: 0 | 1;
  readonly identifiers: readonly number[];
  readonly share: string | undefined;
  /** The packet identifier; 0 if the message was not sent at once. */
  readonly packetIdentifier: number;
}

/** The progress of a message since it was queued. */
export interface SentEntry {
  readonly packetIdentifier: number;
  readonly isReleased: boolean;
}

const HAS_WILL = 0x01;
const WILL_EXPIRES = 0x02;
const IS_AWAY = 0x04;

type Owner = SessionState['owner'];

const OWNER_1: Codec<Owner> = {
  write(writer, { name, credentialIds }) {
    writer.text(name);
    writeList(writer, credentialIds, (credentialId) => writer.text(credentialId));
  },
  read: (reader) => ({
    name: reader.text(),
    credentialIds: readList(reader, () => reader.text()),
    accountId: '',
  }),
};

const OWNER: Codec<Owner> = {
  write(writer, owner) {
    OWNER_1.write(writer, owner);
    writer.text(owner.accountId);
  },
  read: (reader) => ({ ...OWNER_1.read(reader), accountId: reader.text() }),
};

/** Format 1: without the account, so a later account of the same name could not be distinguished. */
export const SESSION_STATE_1 = createSessionCodec(OWNER_1);

export const SESSION_STATE = createSessionCodec(OWNER);

function createSessionCodec(owners: Codec<Owner>): Codec<SessionState> {
  return {
    write(writer, { clientIdentifier, owner, expirySeconds, will, leftAt }) {
      writer.byte(
        (will ? HAS_WILL : 0) |
          (will?.expirySeconds === undefined ? 0 : WILL_EXPIRES) |
          (leftAt === undefined ? 0 : IS_AWAY),
      );
      writer.text(clientIdentifier);
      owners.write(writer, owner);
      writer.integer(expirySeconds);
      if (will) writeWill(writer, will);
      if (leftAt !== undefined) writer.float(leftAt);
    },
    read(reader) {
      const flags = reader.byte();
      return {
        clientIdentifier: reader.text(),
        owner: owners.read(reader),
        expirySeconds: reader.integer(),
        will: flags & HAS_WILL ? readWill(reader, (flags & WILL_EXPIRES) !== 0) : undefined,
        leftAt: flags & IS_AWAY ? reader.float() : undefined,
      };
    },
  };
}

const NO_LOCAL = 0x04;
const RETAIN_AS_PUBLISHED = 0x08;
const IS_REPLAYING = 0x10;

export const SUBSCRIPTION: Codec<StoredSubscription> = {
  write(writer, { session, filter, terms, isReplaying }) {
    writer.integer(session);
    writer.text(filter);
    writer.byte(
      terms.qos |
        (terms.noLocal ? NO_LOCAL : 0) |
        (terms.retainAsPublished ? RETAIN_AS_PUBLISHED : 0) |
        (isReplaying ? IS_REPLAYING : 0),
    );
    writeList(writer, terms.identifiers, (identifier) => writer.integer(identifier));
  },
  read(reader) {
    const session = reader.integer();
    const filter = reader.text();
    const flags = reader.byte();
    const terms: Terms = {
      qos: flags & 0x02 ? 2 : flags & 0x01 ? 1 : 0,
      noLocal: (flags & NO_LOCAL) !== 0,
      retainAsPublished: (flags & RETAIN_AS_PUBLISHED) !== 0,
      identifiers: readList(reader, () => reader.integer()),
    };
    return { session, filter, terms, isReplaying: (flags & IS_REPLAYING) !== 0 };
  },
};

const IS_EXACTLY_ONCE = 0x01;
const IS_RETAINED = 0x02;
const IS_SHARED = 0x04;

export const QUEUED: Codec<QueuedEntry> = {
  write(writer, { session, message, qos, retain, identifiers, share, packetIdentifier }) {
    writer.byte(
      (qos === 2 ? IS_EXACTLY_ONCE : 0) |
        (retain === 1 ? IS_RETAINED : 0) |
        (share === undefined ? 0 : IS_SHARED),
    );
    writer.integer(session);
    writer.integer(message);
    writer.integer(packetIdentifier);
    writeList(writer, identifiers, (identifier) => writer.integer(identifier));
    if (share !== undefined) writer.text(share);
  },
  read(reader) {
    const flags = reader.byte();
    return {
      session: reader.integer(),
      message: reader.integer(),
      qos: flags & IS_EXACTLY_ONCE ? 2 : 1,
      retain: flags & IS_RETAINED ? 1 : 0,
      packetIdentifier: reader.integer(),
      identifiers: readList(reader, () => reader.integer()),
      share: flags & IS_SHARED ? reader.text() : undefined,
    };
  },
};

export const SENT: Codec<SentEntry> = {
  write(writer, { packetIdentifier, isReleased }) {
    writer.integer(packetIdentifier);
    writer.byte(isReleased ? 1 : 0);
  },
  read: (reader) => ({ packetIdentifier: reader.integer(), isReleased: reader.byte() === 1 }),
};

/** The codec of tables whose keys hold everything. */
export const PRESENCE: Codec<true> = { write: () => undefined, read: () => true };

export const CLOCK_MARK: Codec<ClockMark> = {
  write(writer, { hubMs, wallMs }) {
    writer.float(hubMs);
    writer.float(wallMs);
  },
  read: (reader) => ({ hubMs: reader.float(), wallMs: reader.float() }),
};

function writeWill(writer: ByteWriter, { message, delaySeconds, expirySeconds }: Will): void {
  MESSAGE.write(writer, message);
  writer.integer(delaySeconds);
  if (expirySeconds !== undefined) writer.integer(expirySeconds);
}

function readWill(reader: ByteReader, expires: boolean): Will {
  const message = MESSAGE.read(reader);
  const delaySeconds = reader.integer();
  return { message, delaySeconds, ...(expires && { expirySeconds: reader.integer() }) };
}

function writeList<T>(writer: ByteWriter, list: readonly T[], write: (item: T) => void): void {
  writer.integer(list.length);
  for (const item of list) write(item);
}

function readList<T>(reader: ByteReader, read: () => T): T[] {
  return Array.from({ length: reader.integer() }, read);
}
