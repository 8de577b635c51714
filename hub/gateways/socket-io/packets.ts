import type { HubError } from '../../core/error.ts';
import type { DeliveryFlags, Message } from '../../core/message.ts';
import type { Batch } from '../batch.ts';
import { textFrame } from '../websocket-frame.ts';

/** Engine.IO's "message" in front of Socket.IO's packet. (Engine.IO protocol, revision 4) */
const ENGINE_MESSAGE = '4';

/** A Socket.IO packet, encoded past Socket.IO's own encoder. */
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
 * Writes `messages` events as text. It does what Socket.IO's own encoder does, but each message is turned into JSON once for all
 * receivers, and each batch once. Payloads that are no text need Socket.IO's binary attachments, and so its own encoder.
 */
export class MessagesEncoder {
  readonly #json = new Map<Message, (string | undefined)[]>();

  /** The packet, or `undefined` where a payload is no text. */
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
