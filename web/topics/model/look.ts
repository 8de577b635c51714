import type { InspectedRow, InspectionRequest } from '../../../hub/core/index.ts';

/** The part of the tree that somebody has chosen to look at. */
export interface Look {
  readonly filter: string;
  readonly text: string;
  /** Rows that are open; in a filtered tree, which is open to begin with, those that are closed. */
  readonly toggled: readonly string[];
  readonly toggledPins: readonly string[];
  /** The same as `toggled`, while there is a filter. */
  readonly toggledInFilter: readonly string[];
  readonly pins: readonly string[];
  readonly isPaused: boolean;
  /** Whether the pointer is in the tree, so that nothing may move. */
  readonly isHeld: boolean;
  readonly selected: string | undefined;
  /** Topics that are in the chart. */
  readonly plotted: readonly string[];
  readonly from: number;
  readonly count: number;
}

/** The most rows, open rows, pins and watched topics that a hub accepts. */
export const MOST_ROWS = 500;
const MOST_TOGGLED = 2_000;
const MOST_PINS = 100;
const MOST_WATCHED = 16;

/** A view that begins with a selected topic, and the rows above it open. */
export function firstLook(pins: readonly string[], selected: string | undefined): Look {
  return {
    filter: '',
    text: '',
    toggled: selected === undefined ? [] : ancestorsOf(selected),
    toggledPins: [],
    toggledInFilter: [],
    pins,
    isPaused: false,
    isHeld: false,
    selected,
    plotted: [],
    from: 0,
    count: 80,
  };
}

function ancestorsOf(topic: string): readonly string[] {
  const names = topic.split('/');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'));
}

/** Whether not all topics are shown. */
export function isFiltered({ filter, text }: Pick<Look, 'filter' | 'text'>): boolean {
  return filter !== '' || text !== '';
}

export function requestOf(look: Look): InspectionRequest {
  const { filter, text, pins, toggledPins, selected, plotted, from, count, isHeld, isPaused } = look;
  const watched = [...new Set([...(selected === undefined ? [] : [selected]), ...plotted])];
  return {
    from,
    count: Math.min(count, MOST_ROWS),
    toggled: isFiltered(look) ? look.toggledInFilter : look.toggled,
    pins,
    toggledPins,
    ...(filter !== '' && { filter }),
    ...(text !== '' && { text }),
    watched: watched.slice(0, MOST_WATCHED),
    isHeld,
    isPaused,
  };
}

/** Opens a row, or closes it. */
export function toggle(look: Look, { topic, isPinned }: InspectedRow): Look {
  if (isPinned) return { ...look, toggledPins: toggleIn(look.toggledPins, topic) };
  if (isFiltered(look)) return { ...look, toggledInFilter: toggleIn(look.toggledInFilter, topic) };
  return { ...look, toggled: toggleIn(look.toggled, topic) };
}

/** The oldest is dropped: a hub accepts a limited number. */
function toggleIn(topics: readonly string[], topic: string): readonly string[] {
  const others = topics.filter((one) => one !== topic);
  return others.length < topics.length ? others : [...others, topic].slice(-MOST_TOGGLED);
}

export function pin(look: Look, topic: string): Look {
  const others = look.pins.filter((one) => one !== topic);
  const pins = others.length < look.pins.length ? others : [...others, topic].slice(-MOST_PINS);
  return { ...look, pins };
}

/** Narrows the tree: under another filter or text, all rows are open to begin with. */
export function sift(look: Look, changes: Partial<Pick<Look, 'filter' | 'text'>>): Look {
  return { ...look, ...changes, toggledInFilter: [], from: 0 };
}
