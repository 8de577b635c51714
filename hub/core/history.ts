/** A stretch of time: when it begins, milliseconds since 1970, and the lowest, highest and last value in it. */
export type HistoryRow = readonly [timeMs: number, min: number, max: number, last: number];

export interface HistoryWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** The most rows that are wanted, beside the one in front. */
  readonly points: number;
}

/** What the values of topics were. */
export interface TopicHistory {
  /** A window of a topic's history, in order of time, in front of it the last value before; `undefined` where it has none. Rejects with `store/unavailable`. */
  read(topic: string, window: HistoryWindow): Promise<readonly HistoryRow[] | undefined>;
}

/** Under which name the history of a topic is kept, or that of a field of its JSON, `color.x`. No topic has a NUL in its name. */
export function historyName(topic: string, field = ''): string {
  return field === '' ? topic : `${topic}\0${field}`;
}

/** Where a hub records, each minute, how long it has been up, seconds. Where nothing is recorded, it was away. */
export const UPTIME_TOPIC = '$SYS/broker/uptime';

/** The status of the device whose property a topic is: `led/21/status` for `led/21/duty`. */
export function statusTopicOf(property: string): string {
  return `${property.slice(0, property.lastIndexOf('/'))}/status`;
}
