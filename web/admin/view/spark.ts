const WIDTH = 300;
const HEIGHT = 60;

/** The values as an SVG path in a box of 300 × 60, the oldest at the left; `closed` down to the bottom. */
export function pathOf(values: readonly number[], most: number, form: 'open' | 'closed'): string {
  if (values.length < 2) return '';
  const x = (index: number) => ((index / (values.length - 1)) * WIDTH).toFixed(1);
  const y = (value: number) => (HEIGHT - 1 - (most > 0 ? value / most : 0) * (HEIGHT - 3)).toFixed(1);
  const line = values.map((value, index) => `${x(index)} ${y(value)}`).join('L');
  return form === 'open' ? `M${line}` : `M0 ${HEIGHT}L${line}L${WIDTH} ${HEIGHT}Z`;
}
