import { z } from 'zod';
import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';
import { decodeJson, encodeJson, parseJson } from './json.ts';

const OWNER = z.object({ name: z.string(), accountId: z.string(), credentialIds: z.array(z.string()) });

/** A session that is given away, and the hub that gets it. */
const OFFERED = z.object({ clientIdentifier: z.string(), owner: OWNER });

export type Offered = Readonly<z.infer<typeof OFFERED>>;

const STAMP = z.object({ ms: z.number(), hub: z.string() });

const REQUEST = z.discriminatedUnion('kind', [
  /** A client has connected: closes its connection elsewhere, and asks for its session. The same `handOver` gets the same answer again. */
  z.object({
    kind: z.literal('claim'),
    clientIdentifier: z.string(),
    cleanStart: z.boolean(),
    owner: OWNER,
    stamp: STAMP,
    handOver: z.string(),
    /** Whether its client has not connected: then only an offline session is given, and its waiting wills with it. */
    isMove: z.boolean().optional(),
  }),
  /** The next piece of a parcel. */
  z.object({ kind: z.literal('piece'), handOver: z.string(), at: z.int() }),
  /** The session of a hand-over is safe at the hub that asks: requests the messages queued since, and ends the session at the giver. */
  z.object({ kind: z.literal('release'), handOver: z.string() }),
  /** Asks whether the session of a hand-over has arrived. If it has not, it never will. */
  z.object({ kind: z.literal('arrived'), handOver: z.string() }),
  /** A draining hub has these sessions of offline clients: asks the other hub to claim them. The answer comes when that is done. */
  z.object({ kind: z.literal('offer'), from: z.string(), sessions: z.array(OFFERED) }),
  /** These sessions are about to move to the hub that asks: a hub that claims one of them for its client must ask that hub again. */
  z.object({ kind: z.literal('moving'), clientIdentifiers: z.array(z.string()) }),
]);

/** A question from one hub to another. */
export type Request = Readonly<z.infer<typeof REQUEST>>;

export type ClaimRequest = Extract<Request, { kind: 'claim' }>;

export type OfferRequest = Extract<Request, { kind: 'offer' }>;

const REPLY = z.discriminatedUnion('kind', [
  /** The hub that answers has no session of this client. */
  z.object({ kind: z.literal('none') }),
  /** The client has connected later to the hub that answers: `later` says when. Hubs of earlier versions omit the time. */
  z.object({ kind: z.literal('lost'), later: STAMP.optional() }),
  /** The client identifier belongs to another account. */
  z.object({ kind: z.literal('refused'), message: z.string() }),
  /**
   * A session, or a piece of one. `bytes`: the whole length. `now`: the sender's clock, milliseconds. `from`: the hub that has the session. `position`: the ledger
   * position up to which the ledger has been applied to the session.
   */
  z.object({
    kind: z.literal('parcel'),
    bytes: z.int(),
    now: z.number(),
    from: z.string(),
    position: z.int(),
  }),
  z.object({ kind: z.literal('arrived'), hasArrived: z.boolean() }),
  /** How many of the offered sessions have arrived at the hub that answers. */
  z.object({ kind: z.literal('taken'), count: z.int() }),
]);

export type Reply = Readonly<z.infer<typeof REPLY>> & { readonly content: Uint8Array };

/** The largest size of a reply without its content, bytes. */
export const REPLY_OVERHEAD_BYTES = 512;

const NOTHING = new Uint8Array();

export function encodeRequest(request: Request): Uint8Array {
  return encodeJson(request);
}

/** Throws `ZodError` if the question comes from another program. */
export function decodeRequest(bytes: Uint8Array): Request {
  return REQUEST.parse(decodeJson(bytes));
}

export function encodeReply(reply: z.infer<typeof REPLY>, content: Uint8Array = NOTHING): Uint8Array {
  const writer = new ByteWriter();
  writer.text(JSON.stringify(reply));
  return Buffer.concat([writer.bytes, content]);
}

export function decodeReply(bytes: Uint8Array): Reply {
  const reader = new ByteReader(bytes);
  const reply = REPLY.parse(parseJson(reader.text()));
  return { ...reply, content: bytes.subarray(reader.offset) };
}
