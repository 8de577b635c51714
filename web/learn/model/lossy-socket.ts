/** The type of an MQTT packet is in the upper half of its first byte; 3 is PUBLISH (MQTT 3.1.1, 2.2.1). */
const PUBLISH = 3;

/** Every so many messages the link breaks. */
const BREAKS_EVERY = 4;

/** How a link breaks: `before` the message has got through, or `after` it has, and before its acknowledgement comes. */
export type Break = 'before' | 'after';

/**
 * Breaks that a link has from one connection to the next: at every fourth message, in turn before and after it has got through. TCP repeats
 * packets that are lost on the way, so what a client really loses is what is on the way while a connection ends.
 */
export class BadLink {
  /** How often it broke. */
  breaks = 0;
  #messages = 0;

  /** What happens to the next message. */
  next(): Break | undefined {
    this.#messages++;
    if (this.#messages % BREAKS_EVERY !== 0) return undefined;
    this.breaks++;
    return this.breaks % 2 === 1 ? 'before' : 'after';
  }
}

/** A WebSocket of an MQTT client over a bad link. What comes after a break is neither sent nor received: a closing WebSocket tells nobody. */
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
    // A packet may come in several pieces: they go first.
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
