/**
 * Every code a `HubError` can carry. They are part of the public contract: programs match on them,
 * so a code may be added, but never renamed. docs/errors.md lists what each means.
 */
export type ErrorCode =
  | 'topic/invalid'
  | 'topic/unknown'
  | 'filter/invalid'
  | 'payload/invalid'
  | 'payload/too-large'
  | 'event/invalid'
  | 'event/unknown'
  | 'method/unsupported'
  | 'packet/malformed'
  | 'packet/too-large'
  | 'protocol/violation'
  | 'protocol/unsupported'
  | 'session/taken-over'
  | 'session/closed'
  | 'session/unknown'
  | 'session/not-yours'
  | 'hub/closing'
  | 'hub/unreachable'
  | 'auth/required'
  | 'auth/denied'
  | 'auth/wrong'
  | 'class/paused'
  | 'limit/exceeded'
  | 'limit/unreleased'
  | 'option/invalid'
  | 'port/in-use'
  | 'store/damaged'
  | 'store/unavailable'
  | 'pin/invalid'
  | 'pin/in-use'
  | 'pin/unsupported'
  | 'driver/unavailable'
  | 'driver/failed'
  | 'device/invalid'
  | 'device/unknown-kind'
  | 'internal';

export interface HubErrorOptions extends ErrorOptions {
  /** After how long the same request may succeed. */
  readonly retryAfterSeconds?: number;
}

/** The one error that Pinhub throws on purpose: a stable code, and a message that holds the offending value. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: HubErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** The form for the wire: neither stack nor cause. */
  toJSON(): { code: ErrorCode; message: string } {
    return { code: this.code, message: this.message };
  }
}

/** Any thrown value as a `HubError`. Any other value becomes an error `internal`, with the original as its cause. */
export function toHubError(thrown: unknown): HubError {
  if (thrown instanceof HubError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new HubError('internal', message, { cause: thrown });
}

/** A value from outside, made short and safe to stand in an error message: at most `limit` characters, quoted. */
export function quote(value: unknown, limit = 60): string {
  const text = typeof value === 'string' ? value : describe(value);
  const short = text.length > limit ? `${text.slice(0, limit)}… (${text.length} characters)` : text;
  return JSON.stringify(short);
}

/** How many items or keys of a value are shown. */
const SHOWN = 8;

/** The beginning of a value, without nested values: to write everything that a client sent can take long. */
function sketch(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, SHOWN).map(outline);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).slice(0, SHOWN);
  return Object.fromEntries(keys.map((key) => [key, outline(Reflect.get(value, key))]));
}

function outline(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? value : '[…]';
  return typeof value === 'object' && value !== null ? '{…}' : value;
}

function describe(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (typeof value === 'function' || typeof value === 'symbol') return typeof value;
  try {
    return JSON.stringify(sketch(value)) ?? String(value);
  } catch (cause) {
    // A BigInt or a cycle cannot be shown as JSON; its type is still worth saying.
    return `${typeof value} (${cause instanceof Error ? cause.message : 'not JSON'})`;
  }
}
