import { HubError } from '../core/error.ts';

/**
 * What a person is told of a failure that ends a program: a line for each that we, or the system, can name. Any other is a bug, and its stack
 * is what finds it.
 */
export function describeFailure(error: unknown): string {
  return [...new Set(causesOf(error).map(describeOne))].join('\n');
}

/** Whether an error says all that there is to know without its stack. */
export function isNamed(error: unknown): error is Error {
  if (error instanceof HubError) return error.code !== 'internal';
  return error instanceof Error && 'syscall' in error;
}

function describeOne(error: unknown): string {
  if (!isNamed(error))
    return `pinhub: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  return error instanceof HubError ? `pinhub: ${error.message} (${error.code})` : `pinhub: ${error.message}`;
}

function causesOf(error: unknown): unknown[] {
  return error instanceof AggregateError ? error.errors.flatMap(causesOf) : [error];
}
