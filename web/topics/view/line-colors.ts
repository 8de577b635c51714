/** The colors of lines, in their order, and as many as there can be plots. */
export const LINE_COLORS = [
  '#d98200',
  '#12795a',
  '#3767c8',
  '#b03a8c',
  '#7a5af0',
  '#c0392b',
  '#0b8a9e',
  '#7d6b00',
];
