/** Replaces a value if there is none, also after a topic was cleared. */
export const NO_VALUE = '–';
