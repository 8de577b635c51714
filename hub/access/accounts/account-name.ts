import { HubError, quote } from '../../core/error.ts';

/** Names that mean something else: the MQTT user whose password is a token, and one who has not said who they are. */
const RESERVED = new Set(['token', 'anyone']);

const FORM = /^[\p{L}\p{N}_][\p{L}\p{N}_.@-]{0,63}$/u;

/**
 * The name of a user or a token, in one form however it was typed: 1–64 letters, digits, `_`, `.`, `@`, `-`. It is a plain
 * part of a topic level. Throws `option/invalid`.
 */
export function parseAccountName(value: unknown): string {
  const name = typeof value === 'string' ? normalizeName(value) : '';
  if (RESERVED.has(name)) throw invalid(`the name ${quote(name)} has a meaning of its own; choose another`);
  if (FORM.test(name)) return name;
  throw invalid(
    `${quote(value)} is no name: 1 to 64 letters, digits, "_", ".", "@" or "-", the first a letter or digit`,
  );
}

/** A name in the form in which it is looked up (Unicode's NFKC, as RFC 4013 asks). */
export function normalizeName(name: string): string {
  return name.normalize('NFKC');
}

function invalid(message: string): HubError {
  return new HubError('option/invalid', message);
}
