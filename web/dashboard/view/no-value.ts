/** Stands where a value would be while there is none, also once a topic was cleared. */
export const NO_VALUE = '–';
