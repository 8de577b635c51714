import type { HistoryRow } from '../../core/ports.ts';
import type { PageFacts, PageWanted } from './admin-answers.ts';
import { AdminApi } from './admin-api.ts';
import { ClassApi } from './class-api.ts';
import { type ApiOptions, ApiRequests } from './request.ts';
import type { TopicEntry } from './topic-entry.ts';
import { type EventsOptions, type TopicEvent, topicEvents } from './topic-events.ts';

/** A device that describes itself, and its values. */
export interface DeviceEntry {
  readonly device: string;
  readonly status: string | null;
  readonly info: Readonly<Record<string, unknown>>;
  readonly values: Readonly<
    Record<string, { readonly desired: string | null; readonly actual: string | null }>
  >;
}

/** Which part of a history to get. */
export interface HistoryWanted {
  /** Milliseconds since 1970, negative to count back from `to` or from now, or ISO 8601. */
  readonly from?: number | string | undefined;
  readonly to?: number | string | undefined;
  /** The most rows, 1–5000. */
  readonly points?: number | undefined;
  /** A field of JSON, such as `color.x`. */
  readonly field?: string | undefined;
}

/** A hub's REST API, in Node and in a browser. Every method rejects with the hub's error, or with `hub/unreachable`. */
export class HubApi {
  /** For users with the role `admin`. */
  readonly admin: AdminApi;
  /** For a hub with a class. */
  readonly classroom: ClassApi;
  readonly #requests: ApiRequests;

  constructor(requests: ApiRequests) {
    this.#requests = requests;
    this.admin = new AdminApi(requests);
    this.classroom = new ClassApi(requests);
  }

  /** A page of the retained messages on topics that match a filter. */
  topics(filter: string, wanted: PageWanted = {}) {
    return this.#requests.json<PageFacts & { readonly topics: readonly TopicEntry[] }>('api/topics', {
      query: { filter, ...wanted },
    });
  }

  /** Publishes; retained, unless that is false. Resolves to the number of matching subscribers. */
  async publish(
    topic: string,
    payload: string | Uint8Array<ArrayBuffer>,
    { retain }: { readonly retain?: boolean } = {},
  ): Promise<number> {
    const asked = { method: 'PUT', query: { retain }, body: payload } as const;
    return (await this.#requests.json<{ readonly receivers: number }>(pathOf(topic), asked)).receivers;
  }

  /** Clears the retained message of a topic. */
  async clear(topic: string): Promise<void> {
    await this.#requests.json(pathOf(topic), { method: 'DELETE' });
  }

  /** Clears the retained messages of all topics that match a filter. */
  clearAll(filter: string): Promise<{ readonly cleared: number; readonly refused: number }> {
    return this.#requests.json('api/topics', { method: 'DELETE', query: { filter } });
  }

  /**
   * The messages on topics that match a filter, or any of several: first the retained ones, then those that are published. A stream that breaks off is
   * continued where it was.
   */
  events(filters: string | readonly string[], options: EventsOptions = {}): AsyncGenerator<TopicEvent> {
    return topicEvents(this.#requests, filters, options);
  }

  /**
   * The past values of a number: rows of time (milliseconds since 1970), lowest, highest and last value. Without `from`, those of the last hour.
   * Rejects with `topic/unknown` if the hub keeps no history of it.
   */
  history(topic: string, wanted: HistoryWanted = {}): Promise<readonly HistoryRow[]> {
    return this.#requests.json(`api/history/${encodeURIComponent(topic)}`, { query: { ...wanted } });
  }

  devices(wanted: PageWanted = {}) {
    return this.#requests.json<PageFacts & { readonly devices: readonly DeviceEntry[] }>('api/devices', {
      query: { ...wanted },
    });
  }

  /** The identity of the caller. */
  me(): Promise<{ readonly name: string; readonly role: string; readonly how: string }> {
    return this.#requests.json('api/me');
  }

  /** The description of the REST API, as OpenAPI 3.1. */
  openApi(): Promise<Readonly<Record<string, unknown>>> {
    return this.#requests.json('openapi.json');
  }

  /** The description of the devices' topics, as AsyncAPI 3.0. */
  asyncApi(): Promise<Readonly<Record<string, unknown>>> {
    return this.#requests.json('asyncapi.json');
  }
}

/** The REST API of the hub at an address, such as `http://localhost:5000`. */
export function createHubApi(url: string, options: ApiOptions = {}): HubApi {
  return new HubApi(new ApiRequests(url, options));
}

function pathOf(topic: string): string {
  return `api/topics/${topic.split('/').map(encodeURIComponent).join('/')}`;
}
