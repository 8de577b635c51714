import { HubError, quote } from '../core/error.ts';
import { parseTopicFilter, type TopicFilter } from '../core/filter.ts';

/** Topics that were chosen to have a history: their numbers, or those of a field of their JSON. */
export interface HistoryChoice {
  readonly filter: TopicFilter;
  /** The names that lead to the field; none if the payload itself is the number. */
  readonly field: readonly string[];
}

/** Reads a choice, as in `meter/+/power` or `zigbee2mqtt/+?temperature`. Throws `filter/invalid` or `option/invalid`. */
export function parseHistoryChoice(text: string): HistoryChoice {
  const at = text.lastIndexOf('?');
  const filter = parseTopicFilter(at < 0 ? text : text.slice(0, at));
  if (filter.group !== undefined) throw invalid(text, 'a shared subscription has no history');
  if (at < 0) return { filter, field: [] };
  const field = text.slice(at + 1).split('.');
  if (field.includes('')) throw invalid(text, 'after "?" must come a field of JSON, as in "color.x"');
  return { filter, field };
}

function invalid(text: string, why: string): HubError {
  return new HubError('option/invalid', `history of ${quote(text)}: ${why}`);
}

/** The number in a field of a JSON payload, or its boolean as 1 or 0; `undefined` if it has none. */
export function numberOfField(payload: string | undefined, field: readonly string[]): number | undefined {
  const value = field.reduce<unknown>(memberOf, parseJson(payload));
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isThere ? Reflect.get(value, name) : undefined;
}

function parseJson(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
