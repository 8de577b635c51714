import { type ErrorCode, HubError } from '../core/error.ts';
import { causesOf } from './log.ts';

/** The exit code for a wrong word on the command line, in the environment or in the configuration file: the same command would fail again. */
export const WRONG_USE = 2;

const FAILED = 1;

/** The errors about what the user wrote. */
const OF_THE_USER: ReadonlySet<ErrorCode> = new Set([
  'option/invalid',
  'topic/invalid',
  'filter/invalid',
  'device/invalid',
  'device/unknown-kind',
  'pin/invalid',
  'pin/in-use',
]);

/** The exit code after a failure: 2 if all of it is about what the user wrote, else 1. */
export function exitCodeOf(error: unknown): number {
  const areOfTheUser = causesOf(error).every(
    (cause) => cause instanceof HubError && OF_THE_USER.has(cause.code),
  );
  return areOfTheUser ? WRONG_USE : FAILED;
}
