/** The maximum length of the kernel's names of chips, lines and consumers, bytes. */
const NAME_BYTES = 32;

/** Reads a kernel name at an offset of a structure. A NUL ends it, unless it fills the field. */
export function nameAt(bytes: Uint8Array, start: number): string {
  const [text = ''] = new TextDecoder().decode(bytes.subarray(start, start + NAME_BYTES)).split('\0');
  return text;
}
