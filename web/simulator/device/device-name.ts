/** What a name from outside comes to: one that is fit to be a level of a topic, or why it is not. */
export type NameVerdict =
  | { readonly verdict: 'fit'; readonly name: string }
  | { readonly verdict: 'unfit' | 'reserved'; readonly name: string };

/** Letters and digits of any script, `-` and `_`: safe in topics, in addresses and to read out. */
const FIT = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,31}$/u;

/** Levels that mean something else at the beginning of a topic. */
const RESERVED = ['board', 'led', 'button', 'servo', 'rgb'];

/** Judges a name for a device, as `?device=ana` gives it. */
export function judgeName(text: string): NameVerdict {
  const name = text.trim().normalize('NFC');
  if (!FIT.test(name)) return { verdict: 'unfit', name };
  return { verdict: RESERVED.includes(name.toLowerCase()) ? 'reserved' : 'fit', name };
}
