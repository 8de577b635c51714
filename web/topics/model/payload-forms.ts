/** A payload read as a number of a binary type. */
export interface BinaryNumber {
  readonly type: string;
  /** In both byte orders; one alone if they are the same. */
  readonly littleEndian: string;
  readonly bigEndian: string;
}

type Read = (view: DataView, isLittle: boolean) => number | bigint;

const TYPES: readonly (readonly [type: string, bytes: number, read: Read])[] = [
  ['int8', 1, (view) => view.getInt8(0)],
  ['uint8', 1, (view) => view.getUint8(0)],
  ['int16', 2, (view, isLittle) => view.getInt16(0, isLittle)],
  ['uint16', 2, (view, isLittle) => view.getUint16(0, isLittle)],
  ['int32', 4, (view, isLittle) => view.getInt32(0, isLittle)],
  ['uint32', 4, (view, isLittle) => view.getUint32(0, isLittle)],
  ['float32', 4, (view, isLittle) => view.getFloat32(0, isLittle)],
  ['int64', 8, (view, isLittle) => view.getBigInt64(0, isLittle)],
  ['uint64', 8, (view, isLittle) => view.getBigUint64(0, isLittle)],
  ['float64', 8, (view, isLittle) => view.getFloat64(0, isLittle)],
];

/** The first bytes of a payload as integers and floats, of all types that it is long enough for. */
export function binaryNumbers(bytes: Uint8Array): readonly BinaryNumber[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return TYPES.filter(([, length]) => length <= bytes.byteLength).map(([type, , read]) => ({
    type,
    littleEndian: String(read(view, true)),
    bigEndian: String(read(view, false)),
  }));
}

const ROW_BYTES = 16;
/** How many bytes of a payload are shown byte by byte. */
export const MOST_HEX_BYTES = 4_096;

/** A hex dump: the offset, sixteen bytes, and their ASCII characters. */
export function hexDump(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, MOST_HEX_BYTES);
  const rows = Math.ceil(shown.length / ROW_BYTES);
  return Array.from({ length: rows }, (_, row) => hexRow(shown, row * ROW_BYTES)).join('\n');
}

function hexRow(bytes: Uint8Array, from: number): string {
  const row = [...bytes.subarray(from, from + ROW_BYTES)];
  const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const ascii = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
  return `${from.toString(16).padStart(4, '0')}  ${hex.padEnd(ROW_BYTES * 3 - 1)}  ${ascii}`;
}

const encoder = new TextEncoder();

/** The bytes of a message as this page sent it: text, or base64 if it is not text. */
export function bytesOf({ payload, base64 = '' }: { payload: string | null; base64?: string }): Uint8Array {
  return payload === null ? fromBase64(base64) : encoder.encode(payload);
}

/** Throws a `DOMException` if the text is not base64. */
export function fromBase64(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

export function isBase64(text: unknown): text is string {
  try {
    return typeof text === 'string' && fromBase64(text) instanceof Uint8Array;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

export function toBase64(bytes: Uint8Array): string {
  const CHUNK = 0x8000;
  let text = '';
  for (let from = 0; from < bytes.length; from += CHUNK)
    text += String.fromCharCode(...bytes.subarray(from, from + CHUNK));
  return btoa(text);
}

/** Deeper JSON is shown as text: laying it out level by level would exhaust the stack. */
const MOST_DEPTH = 200;

/** A JSON value that is worth laying out: an object, a list, or a text in quotes. */
export function readJson(text: string | null): { readonly value: unknown } | undefined {
  if (text === null || !/^\s*[[{"]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isTooDeep(value) ? undefined : { value };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth < MOST_DEPTH && level.length > 0; depth++) level = level.flatMap(childrenOf);
  return level.length > 0;
}

function childrenOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

/** A payload as a number, if it is one. */
export function readNumber(text: string | null): number | undefined {
  if (text === null || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
