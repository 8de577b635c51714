import type { Command, Request } from './command.ts';
import type { Daemon } from './daemon.ts';
import { Failure } from './failure.ts';
import { exceedsMask, parsePulses } from './pulses.ts';
import { parseSerialText, serialFault, serialPulses } from './serial-wave.ts';

/** The wave commands, by number. */
export const WAVE_COMMANDS: ReadonlyMap<number, Command> = new Map<number, Command>([
  [27, { name: 'WVCLR', run: (_, { waves }) => waves.clear() }],
  [28, { name: 'WVAG', run: addPulses }],
  [29, { name: 'WVAS', extensionBytes: 12, isGated: true, gpio: 'user', run: addSerial }],
  // pigpio has removed these two commands and answers with this error.
  [30, { name: 'WVGO', run: () => Failure.DEPRECATED }],
  [31, { name: 'WVGOR', run: () => Failure.DEPRECATED }],
  [32, { name: 'WVBSY', run: (_, { board }) => (board.isSendingWave ? 1 : 0) }],
  [33, { name: 'WVHLT', run: halt }],
  [34, { name: 'WVSM', run: ({ p1 }, { waves }) => waves.measure('micros', p1) ?? Failure.BAD_WVSM_COMMAND }],
  [35, { name: 'WVSP', run: ({ p1 }, { waves }) => waves.measure('pulses', p1) ?? Failure.BAD_WVSP_COMMAND }],
  [36, { name: 'WVSC', run: ({ p1 }, { waves }) => waves.measure('blocks', p1) ?? Failure.BAD_WVSC_COMMAND }],
  [49, { name: 'WVCRE', run: (_, { waves }) => waves.create() }],
  [50, { name: 'WVDEL', run: ({ p1 }, { waves }) => waves.delete(p1) }],
  [51, { name: 'WVTX', run: ({ p1 }, { waves }) => waves.send(p1, 0) }],
  [52, { name: 'WVTXR', run: ({ p1 }, { waves }) => waves.send(p1, 1) }],
  [53, { name: 'WVNEW', run: (_, { waves }) => waves.begin() }],
  [93, { name: 'WVCHA', run: ({ extension }, { waves }) => waves.chain(extension) }],
  [100, { name: 'WVTXM', run: ({ p1, p2 }, { waves }) => waves.send(p1, p2) }],
  [101, { name: 'WVTAT', run: (_, { waves }) => waves.current() }],
  [118, { name: 'WVCAP', run: createPadded }],
]);

/** Skips the GPIO that the mask forbids and reports that. */
function addPulses({ extension }: Request, { waves, masks: [mask] }: Daemon): number {
  const total = waves.add(parsePulses(extension, mask));
  return total >= 0 && exceedsMask(extension, mask) ? Failure.SOME_PERMITTED : total;
}

function addSerial({ p1: gpio, p2: baud, extension }: Request, { waves }: Daemon): number {
  const text = parseSerialText(gpio, baud, extension);
  const fault = serialFault(text);
  if (fault !== undefined) return fault;
  const pulses = serialPulses(text);
  return pulses.length === 0 ? 0 : waves.add(pulses);
}

function halt(_: Request, { board }: Daemon): number {
  board.stopWave();
  return 0;
}

/**
 * A single percentage applies to both blocks and words. A third one is for words that are read, which do not exist
 * here.
 */
function createPadded({ p1, p2, extension }: Request, { waves }: Daemon): number {
  const isSingle = p2 === 0 && extension.byteLength === 0;
  return waves.createPadded(p1, isSingle ? p1 : p2);
}
