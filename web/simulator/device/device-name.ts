/** The result of checking an external name: a name that is valid as a topic level, or the reason why it is not. */
export type NameVerdict =
  | { readonly verdict: 'fit'; readonly name: string }
  | { readonly verdict: 'unfit' | 'reserved'; readonly name: string };

/** Letters and digits of any script, `-` and `_`: safe in topics and addresses, and easy to read out. */
const FIT = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,31}$/u;

/** Levels with a special meaning at the beginning of a topic. */
const RESERVED = ['board', 'led', 'button', 'servo', 'rgb'];

/** Checks a name for a device, like that in `?device=ana`. */
export function judgeName(text: string): NameVerdict {
  const name = text.trim().normalize('NFC');
  if (!FIT.test(name)) return { verdict: 'unfit', name };
  return { verdict: RESERVED.includes(name.toLowerCase()) ? 'reserved' : 'fit', name };
}
