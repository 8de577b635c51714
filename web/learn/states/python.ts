import type { Library, PythonTarget } from '../model/python.ts';

export interface PythonState {
  /** The address and topics for the programs. */
  readonly target: Omit<PythonTarget, 'notes' | 'pigpiodPort' | 'token'>;
  /** Whether programs must authenticate to the hub. */
  readonly asksWho: boolean;
  /** The prefix of the user's own devices; empty for the devices of the hub. */
  readonly devices: string;
  /** `undefined` if no pigpiod is known. */
  readonly pigpiodPort: number | undefined;
  /** The number of programs connected to it. */
  readonly connections: number;
  /** Whether the paho program has announced that it is running. */
  readonly isOnline: boolean;
  /** The token that was made for the program; empty before. */
  readonly token: string;
  /** Whether the hub made no token. */
  readonly hasFailed: boolean;
}

export interface PythonActions {
  /** Makes a token of the user's seat, and puts it into the program. */
  readonly makeToken: () => void;
}

/** Whether the hub sees a program of a library. gpiozero talks to pigpiod through pigpio, so these two cannot be distinguished. */
export function isConnected({ connections, isOnline }: PythonState, library: Library): boolean {
  return library === 'paho' ? isOnline : connections > 0;
}
