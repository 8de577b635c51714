import type { Scale } from 'chart.js';
import type { Clock } from '../model/clock.ts';
import type { Shown } from '../model/look-back.ts';
import { timeTicks } from '../model/time-ticks.ts';
import type { Words } from '../words.ts';
import type { TimeAxis } from './line-chart.ts';

/** The width of a time on the axis, pixels. */
const LABEL_PX = 68;

const MINUTE_MS = 60_000;

/** The origin of an axis. */
export interface TimeAxisParts {
  readonly words: Words;
  readonly clock: Clock;
  readonly shown: () => Shown;
  /** The time at the right edge, which is 0 on the axis. */
  readonly endMs: () => number;
}

/** An axis that shows how long ago something was while it moves with the time, and the time of day otherwise. */
export function timeAxis({ words, clock, shown, endMs }: TimeAxisParts): TimeAxis {
  const isAgo = () => {
    const { isHeard, viewport } = shown();
    return isHeard && viewport.endMs === undefined;
  };
  const dateOf = (value: number) => clock.dateOf(endMs() + value);
  return {
    afterBuildTicks: (axis) => (isAgo() ? setEnds(axis) : setTimes(axis, dateOf)),
    ticks: {
      callback: (value, index, ticks) => {
        const timeMs = Number(value);
        const [first, last] = [ticks[0]?.value ?? timeMs, ticks.at(-1)?.value ?? timeMs];
        if (isAgo()) return agoLabel(words, (last - timeMs) / 1000);
        const isDay = ticks[index]?.major ?? false;
        return timeLabel(words, dateOf(timeMs), { isDay, stepMs: (last - first) / (ticks.length - 1) });
      },
    },
  };
}

/** The ends and the middle. */
function setEnds(axis: Scale): void {
  const { min, max } = axis;
  axis.ticks = [min, (min + max) / 2, max].map((value) => ({ value }));
}

function agoLabel(words: Words, secondsAgo: number): string {
  return secondsAgo === 0
    ? words.say.now
    : words.say.secondsAgo(words.number(secondsAgo, secondsAgo < 10 ? 1 : 0));
}

/** Round times that have room; a day's first is major. At the very edges their labels would have none. */
function setTimes(axis: Scale, dateOf: (value: number) => number): void {
  const { min, max, width } = axis;
  const marginMs = ((max - min) * LABEL_PX) / 2 / Math.max(LABEL_PX, width);
  const offsetMs = min - dateOf(min);
  const marks = timeTicks(min + marginMs - offsetMs, max - marginMs - offsetMs, width / LABEL_PX);
  axis.ticks = marks.map(({ timeMs, isDay }) => ({ value: timeMs + offsetMs, major: isDay }));
}

function timeLabel(
  words: Words,
  dateMs: number,
  { isDay, stepMs }: { isDay: boolean; stepMs: number },
): string {
  if (isDay) return words.day(dateMs);
  return stepMs < MINUTE_MS ? words.exactTime(dateMs) : words.timeOfDay(dateMs);
}
