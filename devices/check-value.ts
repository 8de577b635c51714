import { HubError } from '../hub/core/error.ts';
import { parseChoice, parseDuty, parseNumber } from './payload.ts';
import { EFFECTS } from './pipeline/effect.ts';
import type { Parser } from './pipeline/parse.ts';
import { parseColor } from './rgb.ts';

/** The parsers of the properties that clients set, by `<kind>/<property>`. Values of other kinds are not known here. */
const PARSERS: ReadonlyMap<string, Parser<unknown>> = new Map<string, Parser<unknown>>([
  ['led/duty', parseDuty],
  ['led/frequency', parseNumber],
  ['led/transition', parseNumber],
  ['led/effect', parseChoice(EFFECTS)],
  ['rgb/color', parseColor],
  ['rgb/effect', parseChoice(EFFECTS)],
  ['servo/angle', parseNumber],
  ['servo/pulse-min', parseNumber],
  ['servo/pulse-max', parseNumber],
  ['button/bounce', parseNumber],
]);

/**
 * Throws `payload/invalid` for a value that a device at `path`, such as `led/21/duty`, would refuse: for programs that set a value before its device
 * is there.
 */
export function checkValue(path: string, payload: string): void {
  const [kind, , property, ...more] = path.split('/');
  const parse = more.length === 0 ? PARSERS.get(`${kind}/${property}`) : undefined;
  try {
    parse?.(payload);
  } catch (cause) {
    if (!(cause instanceof HubError)) throw cause;
    throw new HubError('payload/invalid', `${path}: ${cause.message}`, { cause });
  }
}
