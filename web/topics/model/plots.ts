import type { HistoryRow, InspectedMessage } from '../../../hub/core/index.ts';
import { readNumber } from './payload-forms.ts';
import { shortTopic } from './short-topic.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A number over time: a topic's value, or a field of its JSON. */
export interface Plot {
  readonly topic: string;
  /** The names that lead to the field; none for the payload itself. */
  readonly path: readonly string[];
  readonly points: readonly Point[];
}

/** How many points a plot keeps, and how many plots a chart has. */
const MOST_POINTS = 5_000;
export const MOST_PLOTS = 8;

export function isSamePlot(one: Pick<Plot, 'topic' | 'path'>, other: Pick<Plot, 'topic' | 'path'>): boolean {
  return one.topic === other.topic && one.path.join('\0') === other.path.join('\0');
}

/** The name of a plot: the topic, and the field. */
export function plotName({ topic, path }: Pick<Plot, 'topic' | 'path'>): string {
  const shown = shortTopic(topic);
  return path.length === 0 ? shown : `${shown} → ${path.join('.')}`;
}

/** Adds a plot, with the messages that are known already; the oldest gives way. */
export function addPlot(
  plots: readonly Plot[],
  added: Pick<Plot, 'topic' | 'path'>,
  known: readonly InspectedMessage[],
): readonly Plot[] {
  if (plots.some((plot) => isSamePlot(plot, added))) return plots;
  const plot = appended({ ...added, points: [] }, known);
  return [...plots, plot].slice(-MOST_PLOTS);
}

/** Plots after messages have come. */
export function plotMessages(plots: readonly Plot[], seen: readonly InspectedMessage[]): readonly Plot[] {
  const live = seen.filter(({ isOld }) => !isOld);
  return live.length === 0 ? plots : plots.map((plot) => appended(plot, live));
}

/** Puts the hub's history in front of the values seen here: for each row its lowest, its highest and its last value. */
export function plotHistory(plot: Plot, rows: readonly HistoryRow[]): Plot {
  const [first] = plot.points;
  const before = rows.filter(([timeMs]) => first === undefined || timeMs < first.x);
  const past = before.flatMap(([x, min, max, last]) =>
    [...new Set([min, max, last])].map((y): Point => ({ x, y })),
  );
  return { ...plot, points: [...past, ...plot.points] };
}

function appended(plot: Plot, messages: readonly InspectedMessage[]): Plot {
  const added = messages.flatMap((message) => {
    const y = message.topic === plot.topic ? numberAt(message.payload, plot.path) : undefined;
    return y === undefined || message.at === undefined ? [] : [{ x: message.at, y }];
  });
  return added.length === 0 ? plot : { ...plot, points: [...plot.points, ...added].slice(-MOST_POINTS) };
}

/** The number in a payload, or in a field of its JSON; a truth value counts as 1 or 0. */
export function numberAt(payload: string | null, path: readonly string[]): number | undefined {
  if (path.length === 0) return readNumber(payload);
  const value = path.reduce<unknown>(fieldOf, parse(payload));
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function parse(payload: string | null): unknown {
  try {
    return JSON.parse(payload ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
