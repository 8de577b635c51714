/** The packet type for PUBLISH. The type is in the upper half of the first byte of an MQTT packet (MQTT 3.1.1, 2.2.1). */
const PUBLISH = 3;

/** The link breaks once per this many messages. */
const BREAKS_EVERY = 4;

/** When a link breaks: `before` the message gets through, or `after` it does, but before its acknowledgement arrives. */
export type Break = 'before' | 'after';

/**
 * The breaks of a link across its connections: at every fourth message, alternately before and after it gets through. TCP repeats packets that are
 * lost on the way, so a client only really loses what is on the way when a connection ends.
 */
export class BadLink {
  /** The number of breaks so far. */
  breaks = 0;
  #messages = 0;

  /** Decides what happens to the next message. */
  next(): Break | undefined {
    this.#messages++;
    if (this.#messages % BREAKS_EVERY !== 0) return undefined;
    this.breaks++;
    return this.breaks % 2 === 1 ? 'before' : 'after';
  }
}

/** An MQTT client's WebSocket over a bad link. After a break nothing is sent or received: a closing WebSocket delivers no more messages. */
export class LossySocket extends WebSocket {
  readonly #link: BadLink;

  constructor(link: BadLink, address: string, protocols: string[]) {
    super(address, protocols);
    this.#link = link;
  }

  override send(data: Parameters<WebSocket['send']>[0]): void {
    if (this.readyState !== WebSocket.OPEN) return;
    const broken = isPublish(data) ? this.#link.next() : undefined;
    if (broken !== 'before') super.send(data);
    // A packet may be sent in several pieces: let them all go first.
    if (broken !== undefined) queueMicrotask(() => this.close());
  }
}

function isPublish(data: unknown): boolean {
  if (ArrayBuffer.isView(data))
    return isPublishByte(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)[0]);
  return data instanceof ArrayBuffer && isPublishByte(new Uint8Array(data)[0]);
}

function isPublishByte(byte = 0): boolean {
  return byte >> 4 === PUBLISH;
}
