import type { Library, PythonTarget } from '../model/python.ts';

export interface PythonState {
  /** Where the programs find the hub. */
  readonly target: Omit<PythonTarget, 'notes' | 'pigpiodPort'>;
  /** Whether the hub asks programs who they are. */
  readonly asksWho: boolean;
  /** What stands before the topics of one's own devices; empty for the devices of the hub. */
  readonly devices: string;
  /** `undefined` if no pigpiod is known. */
  readonly pigpiodPort: number | undefined;
  /** Connections of programs to it. */
  readonly connections: number;
  /** Whether the program with paho says that it is there. */
  readonly isOnline: boolean;
}

/** Whether the hub sees a program of a library. gpiozero speaks to pigpiod with pigpio, so nobody can tell one from the other. */
export function isConnected({ connections, isOnline }: PythonState, library: Library): boolean {
  return library === 'paho' ? isOnline : connections > 0;
}
