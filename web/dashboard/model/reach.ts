/** How far a chart reaches back from now. */
export interface Reach {
  readonly name: ReachName;
  readonly spanMs: number;
  /** Whether it moves with the time and shows every change, or is read from the hub now and again. */
  readonly isLive: boolean;
}

export type ReachName = 'now' | 'minute' | 'hour' | 'day' | 'month';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The span of a chart until somebody chooses another. */
export const LAST_MINUTE: Reach = { name: 'minute', spanMs: MINUTE_MS, isLive: true };

/** The reaches to choose from, the shortest first. */
export const REACHES: readonly Reach[] = [
  { name: 'now', spanMs: 10_000, isLive: true },
  LAST_MINUTE,
  { name: 'hour', spanMs: HOUR_MS, isLive: false },
  { name: 'day', spanMs: DAY_MS, isLive: false },
  { name: 'month', spanMs: 30 * DAY_MS, isLive: false },
];

/** The longest live reach, milliseconds: as much of the recent past is kept here. */
export const LIVE_MS = Math.max(...REACHES.filter(({ isLive }) => isLive).map(({ spanMs }) => spanMs));
