import type { Circuit } from './circuit.ts';
import { MAX_BYTES, type ReadCircuit, readCircuit, writeCircuit } from './circuit-json.ts';

/** The part of a link after `#` that announces a circuit. */
export const FRAGMENT = 'c=';

/** Encodes a circuit as a short text of letters, digits, `-` and `_`: its JSON, deflated, in base64url. */
export async function writeShareCode(circuit: Circuit): Promise<string> {
  const bytes = new TextEncoder().encode(writeCircuit(circuit));
  return toBase64Url(
    await collect(pass(bytes, new CompressionStream('deflate-raw')), Number.POSITIVE_INFINITY),
  );
}

/** Decodes the output of `writeShareCode`. The code may be untrusted: an invalid one returns a problem, and nothing is thrown. */
export async function readShareCode(code: string): Promise<ReadCircuit> {
  const bytes = fromBase64Url(code);
  if (!bytes) return UNREADABLE;
  try {
    // A few bytes can inflate to many, so stop at the largest size of a circuit.
    const json = await collect(pass(bytes, new DecompressionStream('deflate-raw')), MAX_BYTES);
    return readCircuit(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (error) {
    if (error instanceof RangeError)
      return { ok: false, problem: { code: 'circuit/too-large', limit: MAX_BYTES } };
    return UNREADABLE;
  }
}

const UNREADABLE: ReadCircuit = { ok: false, problem: { code: 'circuit/no-code' } };

type Bytes = Uint8Array<ArrayBuffer>;

function pass(bytes: Bytes, through: CompressionStream | DecompressionStream): ReadableStream<Bytes> {
  return new Blob([bytes]).stream().pipeThrough(through);
}

/** Rejects with a RangeError if there are more than `most` bytes. */
async function collect(stream: ReadableStream<Bytes>, most: number): Promise<Bytes> {
  const chunks: Bytes[] = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return join(chunks, length);
    chunks.push(value);
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new RangeError(`more than ${most} bytes`);
    }
  }
}

function join(chunks: readonly Bytes[], length: number): Bytes {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

function toBase64Url(bytes: Bytes): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** `undefined` if the text is not base64url, or longer than the code of any circuit. */
function fromBase64Url(text: string): Bytes | undefined {
  if (text.length > MAX_BYTES || !/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
