/** The TCP port that pigpiod listens on and its clients expect, unless told otherwise. */
export const DEFAULT_PIGPIOD_PORT = 8888;
