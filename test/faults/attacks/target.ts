/** The ports of a hub, or of another broker. An attack skips missing entrances. */
export interface Target {
  /** Port of MQTT over TCP. */
  readonly mqtt: number;
  /** Port of the pages, with MQTT over WebSocket, Socket.IO and REST. */
  readonly pages?: number;
  /** Port of MQTT over WebSocket, at `/mqtt`. */
  readonly webSocket?: number;
  readonly pigpiod?: number;
}

/** Ends an attack that would not end by itself: after this many seconds, or when it is told to stop. */
export function forSeconds(seconds: number, signal: AbortSignal): AbortSignal {
  // Not with `AbortSignal.any` and `timeout`, which may be garbage-collected before they fire.
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

/** The result of an attack. */
export interface Outcome {
  /** Connections that it made. */
  readonly opened: number;
  /** How many of them the other side ended. */
  readonly ended: number;
}

export interface Attack {
  readonly title: string;
  /** Attacks until it is done, or told to stop; leaves no connection behind. Random choices use `random`, from 0 to 1. */
  readonly run: (target: Target, signal: AbortSignal, random: () => number) => Promise<Outcome>;
}
