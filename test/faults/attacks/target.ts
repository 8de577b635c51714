/** Where a hub listens, or another broker. An attack leaves out the ways in that there are not. */
export interface Target {
  /** Port of MQTT over TCP. */
  readonly mqtt: number;
  /** Port of the pages, with MQTT over WebSocket, Socket.IO and REST. */
  readonly pages?: number;
  /** Port of MQTT over WebSocket, at `/mqtt`. */
  readonly webSocket?: number;
  readonly pigpiod?: number;
}

/** Ends an attack that would not end by itself: after so many seconds, or when it is told to stop. */
export function forSeconds(seconds: number, signal: AbortSignal): AbortSignal {
  // Not by `AbortSignal.any` and `timeout`, which the garbage collector may take before they come.
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), seconds * 1000);
  const stop = () => {
    clearTimeout(timer);
    end.abort();
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return end.signal;
}

/** How an attack went. */
export interface Outcome {
  /** Connections that it made. */
  readonly opened: number;
  /** How many of them the other side ended. */
  readonly ended: number;
}

export interface Attack {
  readonly title: string;
  /** Attacks until it is through, or told to stop; leaves no connection behind. Draws from `random`, 0 to 1, where it leaves something to chance. */
  readonly run: (target: Target, signal: AbortSignal, random: () => number) => Promise<Outcome>;
}
