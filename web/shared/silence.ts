/** How long a page takes to notice that its hub is gone, even if the network fails silently, milliseconds: three seconds. */
export const SILENCE_MS = 2500;
