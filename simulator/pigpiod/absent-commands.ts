import type { Command } from './command.ts';
import { Failure } from './failure.ts';

/**
 * The features of pigpiod that the virtual Pi lacks, with their errors: the error of a Pi without that device, file or
 * script if there is one, otherwise "unknown command".
 */
const ABSENT: readonly [name: string, failure: number, ...numbers: number[]][] = [
  ['PROC and its relatives: no script is ever stored', Failure.BAD_SCRIPT_ID, 39, 40, 41, 45, 117],
  ['SLR, SLRC, SLRI: no serial line is ever read', Failure.NOT_SERIAL_GPIO, 43, 44, 94],
  ['I2CO: no bus', Failure.BAD_I2C_BUS, 54],
  ['I2C: no device is ever open', Failure.BAD_HANDLE, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65],
  ['I2C: no device is ever open', Failure.BAD_HANDLE, 66, 67, 68, 69, 70, 92],
  ['SPIO: no device', Failure.SPI_OPEN_FAILED, 71],
  ['SPI: no device is ever open', Failure.BAD_HANDLE, 72, 73, 74, 75],
  ['SERO: no device', Failure.SERIAL_OPEN_FAILED, 76],
  ['SER: no device is ever open', Failure.BAD_HANDLE, 77, 78, 79, 80, 81, 82],
  ['BI2CC, BI2CZ: no pins are ever a bus', Failure.NOT_I2C_GPIO, 89, 91],
  ['FO, FL: no file may be opened', Failure.NO_FILE_ACCESS, 104, 109],
  ['FC, FR, FW, FS: no file is ever open', Failure.BAD_HANDLE, 105, 106, 107, 108],
  ['SHELL: no command may be run', Failure.BAD_SHELL_STATUS, 110],
  ['BSPIC, BSPIX: no pins are ever a bus', Failure.NOT_SPI_GPIO, 111, 113],
];

/** The absent commands, by number. */
export const ABSENT_COMMANDS: ReadonlyMap<number, Command> = new Map(
  ABSENT.flatMap(([name, failure, ...numbers]) =>
    numbers.map((number): [number, Command] => [number, { name, run: () => failure }]),
  ),
);
