import { HAND_OUT_LIMITS } from '../../../hub/client/api/class-api.ts';
import { isTopicName } from '../../../hub/core/index.ts';
import { isReport } from '../../../hub/core/rights.ts';
import { Said } from '../../shared/said.ts';
import type { Words } from '../words.ts';

type Say = Pick<Words, 'say' | 'number'>;

/** Parses typed values, one per line. Throws `Said` for the first line that the hub would refuse. */
export function parseValues(text: string, words: Say): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const values = Object.fromEntries(lines.map((line) => parseLine(line, words)));
  if (Object.keys(values).length <= HAND_OUT_LIMITS.values) return values;
  throw new Said(words.say.handOutMany(words.number(HAND_OUT_LIMITS.values)));
}

function parseLine(line: string, { say }: Say): readonly [path: string, value: string] {
  const [, path = '', value = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
  if (path === '') throw new Said(say.handOutBad(line.trim()));
  const { pathLength, valueLength } = HAND_OUT_LIMITS;
  // Any seat will do.
  const topic = `seat/${path}`;
  if (path.length > pathLength || !isTopicName(topic)) throw new Said(say.handOutBadTopic(short(path)));
  if (isReport(topic)) throw new Said(say.handOutReport(path));
  if (value.length > valueLength) throw new Said(say.handOutLongValue(path));
  return [path, value];
}

/** What a dialog has room for. */
function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

/** Says which of the values a device would refuse, as the hub has found; `undefined` if it has refused for another reason. */
export function describeRefused(
  values: Readonly<Record<string, unknown>>,
  { say }: Pick<Words, 'say'>,
  message: string,
): string | undefined {
  // The hub's message begins with the path.
  const path = Object.keys(values).find((each) => message.startsWith(`${each}: `));
  if (path === undefined) return undefined;
  const property = path.slice(path.lastIndexOf('/') + 1);
  const allowed: Readonly<Record<string, string>> = say.handOutAllowed;
  const hint = Object.hasOwn(allowed, property) ? allowed[property] : say.handOutAllowed.number;
  return say.handOutRefused(`${path} = ${values[path]}`, hint ?? '');
}
