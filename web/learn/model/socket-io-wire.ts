/**
 * Packets of Engine.IO 4 and Socket.IO 5, as text: the first digit is the packet type, and a second one the type of a
 * message's content.
 */
const OPEN = '0';
const PING = '2';
const PONG = '3';
const CONNECT = '40';
const EVENT = '42';
const SUBSCRIBE_ACK = '421';

/** The answers to a packet from the hub, and the payloads that were in it. */
export interface Reaction {
  readonly answers: readonly string[];
  readonly payloads: readonly string[];
}

const NOTHING: Reaction = { answers: [], payloads: [] };

/** A minimal client for the hub's Socket.IO with one subscription, which makes every byte visible. */
export function react(packet: string, filter: string): Reaction {
  if (packet.startsWith(OPEN)) return { ...NOTHING, answers: [CONNECT] };
  if (packet === PING) return { ...NOTHING, answers: [PONG] };
  if (packet.startsWith(CONNECT))
    return { ...NOTHING, answers: [`${SUBSCRIBE_ACK}${JSON.stringify(['subscribe', [filter]])}`] };
  return packet.startsWith(EVENT)
    ? { ...NOTHING, payloads: payloadsOf(packet.slice(EVENT.length)) }
    : NOTHING;
}

/** The session identifier, from the hub's first packet. */
export function sessionOf(packet: string): string {
  const { sid }: Record<string, unknown> = Object(JSON.parse(packet.slice(OPEN.length)));
  return typeof sid === 'string' ? sid : '';
}

function payloadsOf(json: string): readonly string[] {
  const [event, messages]: readonly unknown[] = JSON.parse(json);
  if (event !== 'messages' || !Array.isArray(messages)) return [];
  return messages.flatMap((message) =>
    Array.isArray(message) && typeof message[1] === 'string' ? [message[1]] : [],
  );
}
