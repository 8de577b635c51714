/** Where a hub listens, or another broker. An attack leaves out the ways in that there are not. */
export interface Target {
  /** Port of MQTT over TCP. */
  readonly mqtt: number;
  /** Port of the pages, with MQTT over WebSocket, Socket.IO and REST. */
  readonly pages?: number;
  readonly pigpiod?: number;
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
