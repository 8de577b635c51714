import { setTimeout as wait } from 'node:timers/promises';
import {
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamPublishOptions,
  type PubAck,
} from '@nats-io/jetstream';
import { toHubError } from '../../core/error.ts';
import { UnansweredError } from '../engine.ts';

/** Codes of JetStream's errors: errors.json of nats-server. */
export const CODES = {
  wrongLastSequence: 10071,
  /** Servers since 2.12 send this constant if they cannot tell which sequence they have. */
  wrongLastSequenceConstant: 10164,
  streamNotFound: 10059,
  noMessage: 10037,
  streamNameInUse: 10058,
} as const;

/** Not enough storage or memory; the limits of an account, a stream or a server. */
const FULL = [10023, 10028, 10047, 10077, 10110, 10122];

export function hasCode(error: unknown, ...codes: readonly number[]): boolean {
  return error instanceof JetStreamApiError && codes.includes(error.code);
}

export function isFull(error: unknown): error is JetStreamApiError {
  return hasCode(error, ...FULL);
}

/** Whether no answer came in time. The library's class is not among the exports that a bundler can see. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/** Returns the result of a request. Any failure, such as an answer that no server is available, becomes an `UnansweredError`. */
export async function answered<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (cause) {
    throw toUnanswered(cause);
  }
}

export function toUnanswered(cause: unknown): UnansweredError {
  return new UnansweredError(`the cluster does not answer: ${toHubError(cause).message}`, { cause });
}

/** How often a request is retried that no server may know yet, and how long to wait in between, milliseconds. */
export const ATTEMPTS = 20;
export const PAUSE_MS = 50;

/** Publishes to a stream. Servers may not know yet of a stream that was created a moment ago: such a message was not kept, and is sent again. */
export async function publish(
  client: JetStreamClient,
  subject: string,
  content: Uint8Array | string,
  options: Partial<JetStreamPublishOptions>,
): Promise<PubAck> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.publish(subject, content, options);
    } catch (error) {
      if (!hasNoTaker(error) || attempt === ATTEMPTS) throw error;
      await wait(PAUSE_MS);
    }
  }
}

/** The library reports this for every subject without a subscriber. */
function hasNoTaker(error: unknown): boolean {
  return error instanceof Error && error.name === 'JetStreamNotEnabled';
}
