import { EventEmitter } from 'node:events';
import { Encoder, type Packet, Decoder as PacketDecoder, PacketType } from 'socket.io-parser';
import type { HubError } from '../../core/error.ts';
import type { DeliveryFlags, Message } from '../../core/message.ts';
import type { Batch } from '../batch.ts';
import { textFrame } from '../websocket-frame.ts';

/** Engine.IO's "message" in front of Socket.IO's packet. (Engine.IO protocol, revision 4) */
const ENGINE_MESSAGE = '4';

/** A Socket.IO packet that does not go through Socket.IO's own encoder. */
export interface EncodedPacket {
  /** The packet, for transports that frame it themselves. */
  readonly text: string;
  /** The same as a WebSocket frame. */
  readonly frame: Buffer;
}

/** An ACK packet in the namespace `/`. (Socket.IO protocol, revision 5) */
const SOCKET_ACK = '3';

/** What an event is answered with. */
export type Answer = Readonly<Record<string, unknown>>;

/** Encodes the answer to the event that has this acknowledgement id. */
export function encodeAnswer(id: number, answer: Answer): EncodedPacket {
  const text = `${SOCKET_ACK}${id}${JSON.stringify([answer])}`;
  return { text, frame: textFrame(ENGINE_MESSAGE + text) };
}

/** An EVENT packet in the namespace `/`. (Socket.IO protocol, revision 5) */
const SOCKET_EVENT = '2';

/** Encodes the event that says why the hub ends a connection. */
export function encodeGoodbye(reason: HubError): EncodedPacket {
  const text = SOCKET_EVENT + JSON.stringify(['goodbye', reason.toJSON()]);
  return { text, frame: textFrame(ENGINE_MESSAGE + text) };
}

/**
 * Writes `messages` events as text, as Socket.IO's own encoder does, but encodes each message and each batch once for all receivers. Payloads
 * other than text need binary attachments, and so Socket.IO's own encoder.
 */
export class MessagesEncoder {
  readonly #json = new Map<Message, (string | undefined)[]>();

  /** The packet; `undefined` if a payload is not text. */
  encode(batch: Batch<DeliveryFlags>): EncodedPacket | undefined {
    const messages = batch.map((message, flags) => this.#encodeMessage(message, flags));
    if (messages.includes(undefined)) return undefined;
    const text = `${SOCKET_EVENT}["messages",[${messages.join(',')}]]`;
    return { text, frame: textFrame(ENGINE_MESSAGE + text) };
  }

  /** Forgets the turn's messages. */
  clear(): void {
    this.#json.clear();
  }

  #encodeMessage(message: Message, flags: DeliveryFlags): string | undefined {
    const byFlags = this.#json.get(message) ?? this.#remember(message);
    byFlags[flags] ??= toJson(message, flags);
    return byFlags[flags];
  }

  #remember(message: Message): (string | undefined)[] {
    const byFlags: (string | undefined)[] = [];
    this.#json.set(message, byFlags);
    return byFlags;
  }
}

function toJson({ topic, text }: Message, flags: DeliveryFlags): string | undefined {
  return text === undefined ? undefined : JSON.stringify([topic, text, flags]);
}

/** The last argument of an event whose sender wants an answer. (Socket.IO protocol: "Acknowledgement") */
export class AnswerWanted {
  /** The acknowledgement id, by which the client knows what is answered. */
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

/**
 * Socket.IO's decoder, except that an event which wants an answer carries an `AnswerWanted` instead of Socket.IO's acknowledgement function.
 * That function writes each answer at once; the gateway writes the answers of a turn together with its messages.
 */
class Decoder extends EventEmitter {
  readonly #decoder = new PacketDecoder();

  constructor() {
    super();
    this.#decoder.on('decoded', (packet) => this.emit('decoded', askAtEnd(packet)));
  }

  /** Throws if `chunk` is not part of a packet. */
  add(chunk: unknown): void {
    this.#decoder.add(chunk);
  }

  destroy(): void {
    this.#decoder.destroy();
  }
}

function askAtEnd({ id, ...packet }: Packet): Packet {
  const isEvent = packet.type === PacketType.EVENT || packet.type === PacketType.BINARY_EVENT;
  if (id === undefined) return packet;
  if (!isEvent) return { ...packet, id };
  return { ...packet, data: [...packet.data, new AnswerWanted(id)] };
}

/** The `parser` of the Socket.IO server that a gateway is given. */
export const SOCKET_IO_PARSER = { Encoder, Decoder };
