import { asyncScheduler, concatMap, from, type Observable, type SchedulerLike, scan, timer } from 'rxjs';
import type { Bus, JsonProperties, PublishOptions } from '../../../hub/core/index.ts';
import { fromBase64 } from './payload-forms.ts';
import type { Recorded } from './recording.ts';

/** How much faster than they came messages are published; endless for at once. */
export type ReplaySpeed = 1 | 10 | typeof Infinity;

export const REPLAY_SPEEDS: readonly ReplaySpeed[] = [1, 10, Infinity];

export interface ReplayOptions {
  readonly speed: ReplaySpeed;
  readonly scheduler?: SchedulerLike;
}

/**
 * Publishes the messages of a recording in their order, with the times between them. Emits how many the hub has taken, and fails as the hub
 * refuses one.
 */
export function replay(
  messages: readonly Recorded[],
  publish: Bus['publish'],
  { speed, scheduler = asyncScheduler }: ReplayOptions,
): Observable<number> {
  const [first] = messages;
  const startedMs = scheduler.now();
  const dueMs = ({ time }: Recorded) => startedMs + Math.max(0, time - (first?.time ?? 0)) / speed;
  return from(messages).pipe(
    concatMap((message) =>
      timer(Math.max(0, dueMs(message) - scheduler.now()), scheduler).pipe(
        concatMap(() => publish(message.topic, payloadOf(message), optionsOf(message))),
      ),
    ),
    scan((count) => count + 1, 0),
  );
}

function optionsOf({ retain, qos, expiresInSeconds, ...message }: Recorded): PublishOptions {
  const properties = toProperties(message);
  return {
    retain,
    qos,
    ...(properties && { properties }),
    // A message with less than a second left gets a second.
    ...(expiresInSeconds !== undefined && { expirySeconds: Math.max(1, expiresInSeconds) }),
  };
}

/** `undefined` if there are none: without them, any hub takes the message. */
function toProperties({
  contentType,
  responseTopic,
  correlationData,
  userProperties,
}: JsonProperties): PublishOptions['properties'] {
  const properties = {
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && { correlationData: fromBase64(correlationData) }),
    ...(userProperties && { userProperties }),
  };
  return Object.keys(properties).length === 0 ? undefined : properties;
}

function payloadOf({ payload, base64 = '' }: Recorded): string | Uint8Array {
  return payload ?? fromBase64(base64);
}
