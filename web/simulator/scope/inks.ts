/** The colors of the screen. */
export const INK = {
  screen: '#07120f',
  grid: '#1d3a33',
  axis: '#2f5a4f',
  text: '#a8c9bf',
  on: '#ffd166',
  period: '#7cc7ff',
} as const;

/** The colors of the two channels; `style/scope.css` has the same ones for the texts next to the screen. */
export const TRACE_INKS = { 1: '#6dffb0', 2: '#ff9ad5' } as const;
