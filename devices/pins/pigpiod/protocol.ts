import { HubError } from '../../../hub/core/error.ts';
import { assertDone, type Command, type CommandName } from '../pigpio/commands.ts';
import { Chunks } from '../socket/chunks.ts';
import type { Connection, Protocol } from '../socket/connection.ts';

/** Commands that exist only on the daemon's socket: open notifications, select their pins, and identify a virtual Pi. */
type SocketCommandName = 'NOIB' | 'NB' | 'CF1';

/** A command of the socket protocol. */
export type Request = Command<CommandName | SocketCommandName>;

/** The command numbers from pigpio.h. */
export const COMMAND_NUMBERS: Readonly<Record<Request[0], number>> = {
  MODES: 0,
  MODEG: 1,
  PUD: 2,
  READ: 3,
  WRITE: 4,
  PWM: 5,
  PRS: 6,
  PFS: 7,
  TICK: 16,
  NB: 19,
  PRG: 22,
  PFG: 23,
  PRRG: 24,
  GDC: 83,
  GPW: 84,
  CF1: 87,
  FG: 97,
  NOIB: 99,
};

/** Requests and responses are both four words, little-endian. */
const FRAME_BYTES = 16;

/** The bytes of several requests in a row: the daemon accepts that, and answers in order. */
function encodeRequests(requests: readonly Request[]): Uint8Array {
  const bytes = new Uint8Array(requests.length * FRAME_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, [command, p1 = 0, p2 = 0]] of requests.entries()) {
    const at = index * FRAME_BYTES;
    view.setUint32(at, COMMAND_NUMBERS[command], true);
    view.setUint32(at + 4, p1, true);
    view.setUint32(at + 8, p2, true);
    // The fourth word, 0, is the length of an extension; these commands have none.
  }
  return bytes;
}

/** The result in the response to a request. Throws `driver/failed` if it is the response to another request. */
function decodeResult(response: DataView, [command]: Request): number {
  const answered = response.getUint32(0, true);
  if (answered !== COMMAND_NUMBERS[command]) {
    throw new HubError('driver/failed', `pigpiod answered command ${answered} instead of ${command}`);
  }
  // A tick is an unsigned 32-bit number; any other negative result is an error.
  return command === 'TICK' ? response.getUint32(12, true) : response.getInt32(12, true);
}

/** The protocol of pigpiod's socket. A negative result is pigpio's error. */
export const PIGPIOD: Protocol<Request, number> = {
  name: 'pigpiod',
  remedy: '"sudo pigpiod" starts one on a Pi up to 4',
  encode: encodeRequests,
  createParser() {
    const chunks = new Chunks();
    return (bytes) => chunks.push(bytes, FRAME_BYTES);
  },
  decode: decodeResult,
};

export type PigpiodConnection = Connection<Request, number>;

/** Sends requests, none of which may fail. Rejects with `driver/failed`, naming the first that was refused. */
export async function requestAll(
  connection: PigpiodConnection,
  ...requests: readonly Request[]
): Promise<number[]> {
  return assertDone(requests, await connection.ask(...requests));
}
