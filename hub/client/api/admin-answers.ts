/** The entries of administration's lists, as `/openapi.json` describes them. Times are ISO 8601. */

/** A page of a list: how many entries there are on all pages, and what `after` must be for the next one. */
export interface PageFacts {
  readonly count: number;
  readonly next?: string | undefined;
}

/** Which page to get. */
export interface PageWanted {
  /** The most entries, 1–1000. Default 100. */
  readonly limit?: number | undefined;
  /** `next` of the previous page. */
  readonly after?: string | undefined;
}

/** The messages of a session in both directions, the messages queued for its client, and its subscriptions: counts. */
export interface SessionTraffic {
  readonly received: number;
  readonly receivedBytes: number;
  readonly sent: number;
  readonly sentBytes: number;
  readonly waiting: number;
  readonly inFlight: number;
  readonly subscriptions: number;
}

/** A connected client. */
export interface AdminClient extends SessionTraffic {
  readonly client: string;
  readonly user: string;
  readonly role: string;
  readonly how: string;
  readonly way: 'mqtt-tcp' | 'mqtt-websocket' | 'socket.io' | 'http';
  readonly version?: string | undefined;
  readonly address: string;
  readonly since: string;
}

/** A session whose client is away. */
export interface AdminSession extends SessionTraffic {
  readonly client: string;
  readonly user: string;
  readonly away: string;
  readonly expiresInSeconds: number | null;
  readonly hasWill: boolean;
}

export interface AdminSubscription {
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
}

/** A retained message, with the beginning of its payload. */
export interface AdminRetained {
  readonly topic: string;
  readonly payload?: string | undefined;
  readonly base64?: string | undefined;
  readonly bytes: number;
  readonly qos: 0 | 1 | 2;
  readonly expiresInSeconds?: number | undefined;
}

export interface AdminUser {
  readonly user: string;
  readonly role: string;
  readonly since: string;
}

/** A token, by its name. */
export interface AdminToken {
  readonly token: string;
  readonly role: string;
  readonly since: string;
  readonly used?: string | undefined;
  readonly expires?: string | undefined;
  readonly maker?: string | undefined;
}

export interface AdminRole {
  readonly role: string;
  readonly isBuiltIn: boolean;
  readonly read: readonly string[];
  readonly publish: readonly string[];
  readonly report: readonly string[];
}

export interface AdminLimit {
  readonly limit: string;
  readonly value: number;
  readonly used?: number | undefined;
}

/** The counts of a metric, or of one of its labels. */
export interface AdminCount {
  readonly metric: string;
  readonly of?: string | undefined;
  readonly count: number;
}

/** Samples: the first value of a row is its time, milliseconds since 1970; then one for each column. */
export interface AdminRates {
  readonly everySeconds: number;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

export interface AdminRefusal {
  readonly number: number;
  readonly way: 'mqtt' | 'socket.io' | 'http';
  readonly address: string;
  readonly client?: string | undefined;
  readonly user?: string | undefined;
  readonly code: string;
  readonly message: string;
  readonly first: string;
  readonly last: string;
  readonly times: number;
}

/** The hubs of a cluster; `hub` is `null` if there is none. */
export interface AdminCluster {
  readonly hub: string | null;
  readonly hubs: readonly {
    readonly hub: string;
    readonly epoch: number;
    readonly instance: string;
    readonly addresses: readonly string[];
  }[];
}

/** A packet of a traced client. */
export interface AdminPacket {
  readonly at: string;
  readonly direction: 'in' | 'out';
  readonly packet: string;
  readonly details: Readonly<Record<string, unknown>>;
}
