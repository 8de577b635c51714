import { type ErrorCode, HubError, toHubError } from '../../core/error.ts';
import { readEvents } from './read-events.ts';
import type { ApiRequests } from './request.ts';
import type { TopicEntry } from './topic-entry.ts';

/** A message of the stream. */
export interface TopicEvent extends TopicEntry {
  /** Whether the hub had retained it before the stream began. */
  readonly retained: boolean;
  /** Whether its publisher asked the hub to retain it. */
  readonly retain: boolean;
}

export interface EventsOptions {
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
  /** Called once the subscription exists: every message published from now on will arrive. */
  readonly onSubscribed?: () => void;
  /** Called if messages were lost while the hub could not be reached. */
  readonly onMissed?: () => void;
}

/** How long to wait before reconnecting, milliseconds, unless the hub says otherwise. */
const RETRY_MS = 1_000;

/**
 * The messages on topics that match a filter, or any of several: first the retained ones, then those that are published. A stream that breaks off is
 * continued where it was. Throws the hub's error, or `hub/unreachable` if there is no hub at the start.
 */
export async function* topicEvents(
  requests: ApiRequests,
  filters: string | readonly string[],
  { signal, onSubscribed, onMissed }: EventsOptions,
): AsyncGenerator<TopicEvent> {
  let [lastId, retryMs] = ['', RETRY_MS];
  const ask = () =>
    requests.send('api/events', {
      query: { filter: filters },
      ...(lastId !== '' && { headers: { 'Last-Event-ID': lastId } }),
      signal,
    });
  const onRetry = (ms: number) => {
    retryMs = ms;
  };
  while (!signal?.aborted) {
    try {
      for await (const { event, data, id } of readEvents(await ask(), { onRetry })) {
        lastId = id || lastId;
        if (event === 'message') yield JSON.parse(data) as TopicEvent;
        else if (event === 'subscribed') onSubscribed?.();
        else if (event === 'missed') onMissed?.();
        else if (event === 'closed') throw closedBy(data);
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (lastId === '' || !isBrokenOff(error)) throw error;
    }
    await pause(retryMs, signal);
  }
}

function closedBy(data: string): HubError {
  const { code, message } = JSON.parse(data) as { readonly code: ErrorCode; readonly message: string };
  return new HubError(code, message);
}

/** Whether the network failed, or the hub is restarting: then a retry helps. */
function isBrokenOff(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  const { code } = toHubError(error);
  return code === 'hub/unreachable' || code === 'hub/closing';
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
