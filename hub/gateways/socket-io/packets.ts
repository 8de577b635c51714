import { EventEmitter } from 'node:events';
import { Encoder, type Packet, Decoder as PacketDecoder, PacketType } from 'socket.io-parser';
import type { HubError } from '../../core/error.ts';
import type { DeliveryFlags, Message } from '../../core/message.ts';
import type { Batch } from '../batch.ts';
import { textFrame } from '../websocket-frame.ts';

/** Precedes Socket.IO's packet in Engine.IO's "message" (Engine.IO protocol, revision 4). */
const ENGINE_MESSAGE = '4';
/** EVENT and ACK packets in the namespace `/` (Socket.IO protocol, revision 5). */
const SOCKET_EVENT = '2';
const SOCKET_ACK = '3';

/** A Socket.IO packet that does not go through Socket.IO's own encoder. */
export interface EncodedPacket {
  /** The packet, for transports that frame it themselves. */
  readonly text: string;
  /** The packet as a WebSocket frame. */
  readonly frame: Buffer;
}

function encoded(text: string): EncodedPacket {
  return { text, frame: textFrame(ENGINE_MESSAGE + text) };
}

/** The answer to an event. */
export type Answer = Readonly<Record<string, unknown>>;

/** Encodes the answer to the event that has this acknowledgement id. */
export function encodeAnswer(id: number, answer: Answer): EncodedPacket {
  return encoded(`${SOCKET_ACK}${id}${JSON.stringify([answer])}`);
}

/** Encodes the event that says why the hub ends a connection. */
export function encodeGoodbye(reason: HubError): EncodedPacket {
  return encoded(SOCKET_EVENT + JSON.stringify(['goodbye', reason.toJSON()]));
}

/** Encodes an event of this name with one argument. */
export function encodeEvent(name: string, data: object): EncodedPacket {
  return encoded(SOCKET_EVENT + JSON.stringify([name, data]));
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
    return encoded(`${SOCKET_EVENT}["messages",[${messages.join(',')}]]`);
  }

  /** Forgets the turn's messages. */
  clear(): void {
    this.#json.clear();
  }

  #encodeMessage(message: Message, flags: DeliveryFlags): string | undefined {
    const { topic, text } = message;
    if (text === undefined) return undefined;
    const byFlags = this.#json.get(message) ?? [];
    if (byFlags.length === 0) this.#json.set(message, byFlags);
    byFlags[flags] ??= JSON.stringify([topic, text, flags]);
    return byFlags[flags];
  }
}

/** The last argument of an event whose sender wants an answer (Socket.IO protocol, "Acknowledgement"). */
export class AnswerWanted {
  /** The acknowledgement id, by which the client knows which event is answered. */
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
    this.#decoder.on('decoded', (packet) => this.emit('decoded', withAnswerWanted(packet)));
  }

  /** Throws if `chunk` is not part of a packet. */
  add(chunk: unknown): void {
    this.#decoder.add(chunk);
  }

  destroy(): void {
    this.#decoder.destroy();
  }
}

function withAnswerWanted({ id, ...packet }: Packet): Packet {
  if (id === undefined) return packet;
  const isEvent = packet.type === PacketType.EVENT || packet.type === PacketType.BINARY_EVENT;
  return isEvent ? { ...packet, data: [...packet.data, new AnswerWanted(id)] } : { ...packet, id };
}

/** The `parser` that the gateway's Socket.IO server must have. */
export const SOCKET_IO_PARSER = { Encoder, Decoder };
