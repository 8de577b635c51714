import { HubError, quote } from './error.ts';
import { MAX_TOPIC_LEVELS, textFault } from './topic.ts';

/** A parsed topic filter. `path` is compared with topics. */
export interface TopicFilter {
  /** The filter as it was given, `$share/…` and all. */
  readonly filter: string;
  /** The filter without `$share/<group>/`. */
  readonly path: string;
  /** The group of a shared subscription (MQTT 5, 4.8.2). */
  readonly group: string | undefined;
}

/** Checks a topic filter by MQTT 5, 4.7 and 4.8, and takes it apart. Throws `filter/invalid`. */
export function parseTopicFilter(value: unknown, maxLevels = MAX_TOPIC_LEVELS): TopicFilter {
  const fault = textFault('filter', value, maxLevels);
  if (fault !== undefined) throw invalid(fault);
  const filter = value as string;
  const { group, path } = splitShare(filter);
  const levels = path.split('/');
  for (const [index, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || index < levels.length - 1)) {
      throw invalid(`filter ${quote(filter)}: "#" must be a whole level, and the last`); // [MQTT-4.7.1-1]
    }
    if (level.includes('+') && level !== '+') {
      throw invalid(`filter ${quote(filter)}: "+" must be a whole level, as in "a/+/b"`); // [MQTT-4.7.1-2]
    }
  }
  return { filter, path, group };
}

/** Whether a value is a filter that can be subscribed to. */
export function isTopicFilter(value: unknown, maxLevels = MAX_TOPIC_LEVELS): value is string {
  try {
    parseTopicFilter(value, maxLevels);
    return true;
  } catch (error) {
    if (error instanceof HubError) return false;
    throw error;
  }
}

/** [MQTT-4.8.2-1] and [MQTT-4.8.2-2]: `$share/<name>/<filter>`, the name without `/`, `+`, `#`, the filter not empty. */
function splitShare(filter: string): {
  group: string | undefined;
  path: string;
} {
  if (!filter.startsWith('$share/') && filter !== '$share') return { group: undefined, path: filter };
  const [, group = '', ...rest] = filter.split('/');
  const path = rest.join('/');
  if (group === '' || /[+#]/.test(group) || path === '') {
    throw invalid(
      `filter ${quote(filter)}: a shared subscription is "$share/<group>/<filter>", the group without "+" and "#"`,
    );
  }
  return { group, path };
}

function invalid(message: string): HubError {
  return new HubError('filter/invalid', message);
}

/** Whether a filter's path matches a topic name: the rules of MQTT 5, 4.7, level by level. Both must be valid. */
export function matchesFilter(path: string, topic: string): boolean {
  // [MQTT-4.7.2-1]: a leading wildcard does not match a topic that begins with $.
  if (topic.startsWith('$') && (path.startsWith('+') || path.startsWith('#'))) return false;
  for (let from = 0, at = 0; from <= path.length; ) {
    if (path[from] === '#') return true; // Also the parent itself: "sport/#" matches "sport".
    if (at > topic.length) return false;
    const [end, stop] = [levelEnd(path, from), levelEnd(topic, at)];
    const isSame = end - from === stop - at && path.startsWith(topic.slice(at, stop), from);
    if (path[from] !== '+' && !isSame) return false;
    from = end + 1;
    at = stop + 1;
    if (from > path.length) return at > topic.length;
  }
  return false;
}

function levelEnd(text: string, from: number): number {
  const end = text.indexOf('/', from);
  return end === -1 ? text.length : end;
}
