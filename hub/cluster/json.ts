const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The value of a text; `undefined` if the text is not JSON, as no JSON value is `undefined`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value as a message between hubs. */
export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** The value in a message; `undefined` if it holds none. */
export function decodeJson(bytes: Uint8Array): unknown {
  return parseJson(decoder.decode(bytes));
}
