import { HubError, quote } from './error.ts';

/** The longest topic name or filter, in UTF-8 bytes. [MQTT-4.7.3-3] */
export const MAX_TOPIC_BYTES = 65_535;

/** The most levels that any hub can be set to take: matching recurses level by level. */
export const MAX_TOPIC_LEVELS = 1_000;

/** The default limit of levels, which bounds the cost of matching. EMQX takes 128, VerneMQ 10, AWS IoT 8; a device's topic has 4 and its prefix. */
export const DEFAULT_MAX_TOPIC_LEVELS = 32;

const encoder = new TextEncoder();

/** Checks a topic name by MQTT 5, 4.7, and returns it. Throws `topic/invalid`. */
export function parseTopicName(value: unknown, maxLevels = MAX_TOPIC_LEVELS): string {
  const fault = topicFault(value, maxLevels);
  if (fault !== undefined) throw new HubError('topic/invalid', fault);
  return value as string;
}

/** Whether a value is a topic name that messages can be published to. */
export function isTopicName(value: unknown, maxLevels = MAX_TOPIC_LEVELS): value is string {
  return topicFault(value, maxLevels) === undefined;
}

function topicFault(value: unknown, maxLevels: number): string | undefined {
  const fault = textFault('topic', value, maxLevels);
  if (fault !== undefined) return fault;
  if (isShareName(value as string))
    return `topic ${quote(value)} begins with $share/, which only a filter may`;
  // [MQTT-3.3.2-2] and [MQTT-4.7.1-1]: wildcards belong to filters only.
  const wildcard = /[+#]/.exec(value as string)?.[0];
  if (wildcard) return `topic ${quote(value)} has the wildcard "${wildcard}", which only a filter may have`;
  return undefined;
}

/** Whether a topic name begins as the filters of shared subscriptions do (MQTT 5, 4.8.2): nobody could subscribe to it. */
export function isShareName(topic: string): boolean {
  return topic.startsWith('$share/');
}

/** The common rules of topic names and filters: text, not empty, no NUL, bounded. */
export function textFault(what: 'topic' | 'filter', value: unknown, maxLevels: number): string | undefined {
  if (typeof value !== 'string') return `${what} must be text, not ${quote(value)}`;
  if (value === '') return `${what} is empty; it needs at least one character`; // [MQTT-4.7.3-1]
  if (value.length > MAX_TOPIC_BYTES || exceedsBytes(value)) {
    return `${what} ${quote(value, 20)} is longer than ${MAX_TOPIC_BYTES} bytes`; // [MQTT-4.7.3-3]
  }
  if (value.includes('\0')) return `${what} ${quote(value)} has a NUL character`; // [MQTT-4.7.3-2]
  if (!value.isWellFormed()) return `${what} ${quote(value)} has half a surrogate pair, which is not UTF-8`; // [MQTT-1.5.4-1]
  if (hasMoreLevels(value, maxLevels)) return `${what} ${quote(value)} has more than ${maxLevels} levels`;
  return undefined;
}

/** A UTF-16 unit takes at most three bytes, so only long text is worth encoding to be measured. */
function exceedsBytes(text: string): boolean {
  return text.length * 3 > MAX_TOPIC_BYTES && encoder.encode(text).byteLength > MAX_TOPIC_BYTES;
}

/** How many levels a topic name or filter has. Stops counting above `most`. */
export function countLevels(text: string, most = Number.POSITIVE_INFINITY): number {
  let levels = 1;
  for (let at = text.indexOf('/'); at !== -1 && levels <= most; at = text.indexOf('/', at + 1)) levels++;
  return levels;
}

/** Whether a topic name or filter has more levels than `maxLevels`. Stops counting there. */
export function hasMoreLevels(text: string, maxLevels: number): boolean {
  return countLevels(text, maxLevels) > maxLevels;
}
