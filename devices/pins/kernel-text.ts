/** How long the kernel's names of chips, lines and consumers are at most, bytes. */
const NAME_BYTES = 32;

/** A name of the kernel's at a place in a structure: a NUL ends it, unless it fills its room. */
export function nameAt(bytes: Uint8Array, start: number): string {
  const [text = ''] = new TextDecoder().decode(bytes.subarray(start, start + NAME_BYTES)).split('\0');
  return text;
}
