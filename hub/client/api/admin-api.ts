import type {
  AdminClient,
  AdminCluster,
  AdminCount,
  AdminLimit,
  AdminPacket,
  AdminRates,
  AdminRefusal,
  AdminRetained,
  AdminRole,
  AdminSession,
  AdminSubscription,
  AdminToken,
  AdminUser,
  PageFacts,
  PageWanted,
} from './admin-answers.ts';
import { readEvents } from './read-events.ts';
import { type ApiRequests, segment } from './request.ts';

/** Administration of a hub over REST, for users with the role `admin`. Every method rejects with the hub's error. */
export class AdminApi {
  readonly #requests: ApiRequests;

  constructor(requests: ApiRequests) {
    this.#requests = requests;
  }

  clients(
    wanted: PageWanted & { readonly user?: string | undefined; readonly search?: string | undefined } = {},
  ) {
    return this.#get<PageFacts & { readonly clients: readonly AdminClient[] }>('clients', wanted);
  }

  /** Rejects with `session/unknown` if it is not connected. */
  async client(client: string): Promise<AdminClient> {
    const path = `clients/${segment(client)}`;
    return (await this.#get<{ readonly client: AdminClient }>(path)).client;
  }

  subscriptions(client: string, wanted: PageWanted = {}) {
    const path = `clients/${segment(client)}/subscriptions`;
    return this.#get<PageFacts & { readonly subscriptions: readonly AdminSubscription[] }>(path, wanted);
  }

  /** Ends a client's connection; its session stays. */
  async endClient(client: string): Promise<void> {
    await this.#change('DELETE', `clients/${segment(client)}`);
  }

  /** Ends all connections of a user; resolves to how many. */
  async endClientsOf(user: string): Promise<number> {
    const asked = { method: 'DELETE', query: { user } } as const;
    return (await this.#requests.json<{ readonly ended: number }>('api/admin/clients', asked)).ended;
  }

  /** The packets of a client from now on, for at most this many seconds (1–600, default 60), or until the signal. */
  async *trace(
    client: string,
    { seconds, signal }: { readonly seconds?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<AdminPacket> {
    const path = `api/admin/clients/${segment(client)}/trace`;
    const response = await this.#requests.send(path, { query: { seconds }, signal });
    for await (const { event, data } of readEvents(response))
      if (event === 'message') yield JSON.parse(data) as AdminPacket;
  }

  sessions(wanted: PageWanted & { readonly user?: string | undefined } = {}) {
    return this.#get<PageFacts & { readonly sessions: readonly AdminSession[] }>('sessions', wanted);
  }

  /** Ends a session, including all messages queued for its client. */
  async endSession(client: string): Promise<void> {
    await this.#change('DELETE', `sessions/${segment(client)}`);
  }

  retained(wanted: PageWanted & { readonly filter?: string | undefined } = {}) {
    return this.#get<PageFacts & { readonly retained: readonly AdminRetained[] }>('retained', wanted);
  }

  users(wanted: PageWanted = {}) {
    return this.#get<PageFacts & { readonly users: readonly AdminUser[] }>('users', wanted);
  }

  async addUser(user: {
    readonly user: string;
    readonly password: string;
    readonly role: string;
  }): Promise<void> {
    await this.#change('POST', 'users', user);
  }

  async changeUser(
    user: string,
    change: { readonly role?: string; readonly password?: string },
  ): Promise<void> {
    await this.#change('PUT', `users/${segment(user)}`, change);
  }

  async removeUser(user: string): Promise<void> {
    await this.#change('DELETE', `users/${segment(user)}`);
  }

  async roles(): Promise<readonly AdminRole[]> {
    return (await this.#get<{ readonly roles: readonly AdminRole[] }>('roles')).roles;
  }

  tokens(wanted: PageWanted = {}) {
    return this.#get<PageFacts & { readonly tokens: readonly AdminToken[] }>('tokens', wanted);
  }

  /** Creates a token with a name and resolves to the token itself, which the hub never shows again. */
  async makeToken(token: {
    readonly token: string;
    readonly role: string;
    readonly days?: number | undefined;
  }): Promise<string> {
    const asked = { method: 'POST', body: token } as const;
    return (await this.#requests.json<{ readonly token: string }>('api/admin/tokens', asked)).token;
  }

  async revokeToken(token: string): Promise<void> {
    await this.#change('DELETE', `tokens/${segment(token)}`);
  }

  limits() {
    return this.#get<{ readonly limits: readonly AdminLimit[]; readonly refused: readonly AdminCount[] }>(
      'limits',
    );
  }

  /** The traffic of the hub in the last given seconds, 10–21600. */
  rates(seconds?: number) {
    return this.#get<AdminRates>('rates', { seconds });
  }

  refusals(wanted: PageWanted = {}) {
    return this.#get<PageFacts & { readonly refusals: readonly AdminRefusal[] }>('refusals', wanted);
  }

  cluster() {
    return this.#get<AdminCluster>('cluster');
  }

  #get<T>(path: string, query: object = {}): Promise<T> {
    return this.#requests.json<T>(`api/admin/${path}`, { query: { ...query } });
  }

  #change(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown> {
    return this.#requests.json(`api/admin/${path}`, { method, ...(body && { body }) });
  }
}
