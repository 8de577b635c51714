import type { ServerResponse } from 'node:http';
import type { HubError } from '../../core/error.ts';
import { type DeliveryFlags, type Message, RETAIN, RETAINED } from '../../core/message.ts';
import type { Terms } from '../../core/subscription.ts';
import type { Holder } from '../../limits/held-bytes.ts';
import type { Link, Outgoing } from '../../session/link.ts';
import { describeMessage as abbreviateMessage, type Traces } from '../traces.ts';
import { describeMessage } from './lists.ts';
import type { HttpCounters } from './requests.ts';

/** How much a stream remembers for a client that comes back: events, and their bytes. */
const MEMORY_EVENTS = 1_000;
const MEMORY_BYTES = 256 * 2 ** 10;

/** An event that was sent. */
interface Sent {
  readonly number: number;
  readonly text: string;
}

interface EventStreamOptions {
  /** Names the stream in the identifiers of its events. */
  readonly name: string;
  readonly network: string;
  readonly now: () => number;
  readonly counters: HttpCounters;
  readonly traces: Traces;
  readonly clientIdentifier: string;
  /** The network has taken everything. */
  readonly onDrain: () => void;
  /** The request has ended; the client may come back with another one. */
  readonly onLeft: () => void;
  /** The stream is over. */
  readonly onEnded: () => void;
}

/**
 * A session's link over server-sent events (HTML, 9.2). It outlives the request: what is sent while the client is away is remembered, so that
 * the next request can go on behind the last event that the client has seen.
 */
export class EventStream implements Link, Holder {
  /** Nothing is acknowledged: everything goes at QoS 0. */
  readonly receiveMaximum = 65_535;
  readonly network: string;
  readonly #options: EventStreamOptions;
  #response: ServerResponse | undefined;
  /** The last events, the oldest first. */
  #sent: Sent[] = [];
  #sentBytes = 0;
  #number = 0;
  #isEnded = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.network = options.network;
  }

  get name(): string {
    return this.#options.name;
  }

  get isOpen(): boolean {
    return this.#response !== undefined;
  }

  get bufferedBytes(): number {
    return this.#response?.writableLength ?? 0;
  }

  isBehind(bytes: number): boolean {
    return this.bufferedBytes > bytes;
  }

  /** Bytes that wait for the network are counted with its request. */
  get heldBytes(): number {
    return this.#sentBytes;
  }

  /** Ends a client that does not read, and would not read a goodbye. */
  cutOff(): void {
    const response = this.#response;
    this.#end();
    response?.destroy();
  }

  /** Whether everything after this event is still remembered. */
  remembers(number: number): boolean {
    return number <= this.#number && number >= (this.#sent[0]?.number ?? this.#number + 1) - 1;
  }

  /** Sends everything after an event over this response: remembered messages, and then new ones. */
  attach(response: ServerResponse, after: number): void {
    this.#response?.end(); // The client has come back before its old connection was seen to end.
    this.#response = response;
    response.on('drain', this.#options.onDrain);
    response.once('close', () => this.#leave(response));
    for (const { number, text } of this.#sent) if (number > after) response.write(text);
  }

  /** Sends an event of the stream itself, such as `subscribed`. */
  sendEvent(event: string, data: object): void {
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n`);
  }

  /** A comment, so that neither side takes the connection for dead. */
  beat(): void {
    this.#response?.write(':\n\n');
  }

  send(message: Message, _terms: Terms, flags: DeliveryFlags): boolean {
    const entry = describeMessage(message, this.#options.now());
    const data = { ...entry, retained: (flags & RETAINED) !== 0, retain: (flags & RETAIN) !== 0 };
    this.#write(`data: ${JSON.stringify(data)}\n`);
    this.#options.counters.sent++;
    this.#trace(message);
    return true;
  }

  sendTracked({ message, terms, retain }: Outgoing): boolean {
    return this.send(message, terms, retain);
  }

  sendRelease(): void {
    // QoS 2 is never granted here.
  }

  close(reason: HubError): void {
    this.sendEvent('closed', reason.toJSON());
    this.#end();
  }

  #write(lines: string): void {
    const number = ++this.#number;
    const text = `id: ${this.name}.${number}\n${lines}\n`;
    this.#remember({ number, text });
    this.#response?.write(text);
  }

  #trace(message: Message): void {
    const { traces, clientIdentifier } = this.#options;
    if (!traces.isActive) return;
    traces.record(clientIdentifier, {
      direction: 'out',
      packet: 'event',
      details: abbreviateMessage(message),
    });
  }

  #remember(sent: Sent): void {
    this.#sent.push(sent);
    this.#sentBytes += sent.text.length;
    while (this.#sent.length > MEMORY_EVENTS || this.#sentBytes > MEMORY_BYTES)
      this.#sentBytes -= this.#sent.shift()?.text.length ?? 0;
  }

  #leave(response: ServerResponse): void {
    if (this.#response !== response) return;
    this.#response = undefined;
    if (!this.#isEnded) this.#options.onLeft();
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#sent = [];
    this.#sentBytes = 0;
    this.#response?.end();
    this.#response = undefined;
    this.#options.onEnded();
  }
}
