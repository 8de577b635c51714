/** A page says within three seconds that its hub is gone, also if the network has failed without a word, milliseconds. */
export const SILENCE_MS = 2500;
