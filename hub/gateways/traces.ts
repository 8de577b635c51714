import { HubError } from '../core/error.ts';
import type { Message } from '../core/message.ts';

/** The most traces at a time: each costs time for every packet of its client. */
export const MAX_TRACES = 8;

/** How much of a payload a trace shows, bytes. */
const SHOWN_BYTES = 64;

/** A packet, or an event of another protocol, as a trace shows it. Nothing in it is secret. */
export interface TracedPacket {
  /** `in` if the client sent it. */
  readonly direction: 'in' | 'out';
  /** The protocol's name of the packet or event, such as `PUBLISH` or `subscribe`. */
  readonly packet: string;
  readonly details: Readonly<Record<string, unknown>>;
}

type Listener = (packet: TracedPacket) => void;

/** Who watches the packets of which client. Gateways ask `isActive` for each packet, and do nothing more while it is false. */
export class Traces {
  readonly #listeners = new Map<string, Set<Listener>>();
  #count = 0;

  get isActive(): boolean {
    return this.#count > 0;
  }

  /** Whether somebody watches this client. */
  has(clientIdentifier: string): boolean {
    return this.#listeners.has(clientIdentifier);
  }

  /** Watches a client, connected or not. Returns a function that ends that. Throws `limit/exceeded`. */
  watch(clientIdentifier: string, listener: Listener): () => void {
    if (this.#count >= MAX_TRACES)
      throw new HubError('limit/exceeded', `${MAX_TRACES} traces are running already; end one of them`);
    const listeners = this.#listeners.get(clientIdentifier) ?? new Set();
    this.#listeners.set(clientIdentifier, listeners.add(listener));
    this.#count++;
    return () => {
      if (!listeners.delete(listener)) return;
      this.#count--;
      if (listeners.size === 0) this.#listeners.delete(clientIdentifier);
    };
  }

  record(clientIdentifier: string, packet: TracedPacket): void {
    for (const listener of this.#listeners.get(clientIdentifier) ?? []) listener(packet);
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The beginning of a payload as text, or in base64 if it is not UTF-8, and the length of all of it. */
export function abbreviate(payload: string | Uint8Array): Readonly<Record<string, unknown>> {
  if (typeof payload === 'string') return abbreviateText(payload);
  const bytes = payload.byteLength;
  const shown = payload.subarray(0, SHOWN_BYTES);
  try {
    return { payload: decoder.decode(withoutHalf(payload, shown)), bytes };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // A fatal decoder throws a TypeError.
    return { base64: Buffer.from(shown).toString('base64'), bytes };
  }
}

/** A message to a client. */
export function describeMessage({ topic, payload, qos }: Message): Readonly<Record<string, unknown>> {
  return { topic, qos, ...abbreviate(payload) };
}

function abbreviateText(text: string): Readonly<Record<string, unknown>> {
  return { payload: text.slice(0, SHOWN_BYTES).toWellFormed(), bytes: Buffer.byteLength(text) };
}

/** Removes the beginning of a character whose end is cut off. */
function withoutHalf(payload: Uint8Array, shown: Uint8Array): Uint8Array {
  if (shown.length === payload.length) return shown;
  let end = shown.length;
  while (end > SHOWN_BYTES - 4 && ((payload[end] ?? 0) & 0xc0) === 0x80) end--;
  return shown.subarray(0, end);
}
