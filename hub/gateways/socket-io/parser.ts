import { EventEmitter } from 'node:events';
import { Encoder, type Packet, Decoder as PacketDecoder, PacketType } from 'socket.io-parser';

/** Stands at the end of an event's arguments where its sender wants an answer. (Socket.IO protocol: "Acknowledgement") */
export class AnswerWanted {
  /** By which the client knows what is answered. */
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

/**
 * Socket.IO's decoder, but that an event which wants an answer carries an `AnswerWanted` in place of Socket.IO's acknowledgement function:
 * that one writes each answer at once, and the gateway writes those of a turn together with its messages.
 */
class Decoder extends EventEmitter {
  readonly #decoder = new PacketDecoder();

  constructor() {
    super();
    this.#decoder.on('decoded', (packet) => this.emit('decoded', askAtEnd(packet)));
  }

  /** Throws where `chunk` is no part of a packet. */
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
