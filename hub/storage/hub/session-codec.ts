import type { ClockMark } from '../../clock.ts';
import type { Terms } from '../../core/subscription.ts';
import type { Will } from '../../session/link.ts';
import type { SessionState } from '../../session/session-journal.ts';
import type { ByteReader, ByteWriter } from '../engine/bytes.ts';
import type { Codec } from '../engine/table.ts';
import { MESSAGE } from './message-codec.ts';

/** A subscription of a session. */
export interface StoredSubscription {
  readonly session: number;
  readonly filter: string;
  readonly terms: Terms;
  readonly isReplaying: boolean;
}

/** A message is due to a session. */
export interface DueEntry {
  readonly session: number;
  /** The number of the message in its own table. */
  readonly message: number;
  readonly qos: 1 | 2;
  readonly retain: 0 | 1;
  readonly identifiers: readonly number[];
  readonly share: string | undefined;
  /** 0 if it was not sent at once. */
  readonly packetIdentifier: number;
}

/** What has become of a message since it became due. */
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

/** Format 1: without the account, so that a later account of the same name could not be told apart. */
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

export const DUE: Codec<DueEntry> = {
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

/** For tables whose keys say everything. */
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
