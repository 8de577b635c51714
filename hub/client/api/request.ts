import { type ErrorCode, HubError } from '../../core/error.ts';

/** How requests are authenticated. Default: with the browser's credentials, or not at all on an open hub. */
export interface ApiOptions {
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

/** The values of a query; `undefined` ones are left out, and each item of a list is a parameter of its own. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface ApiRequestOptions {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; text and bytes are sent as they are. */
  readonly body?: object | string | Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests to one hub. */
export class ApiRequests {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch;

  constructor(url: string, options: ApiOptions) {
    this.#base = url.endsWith('/') ? url : `${url}/`;
    this.#headers = headersOf(options);
    this.#fetch = options.fetch ?? fetch;
  }

  /** Resolves to the answer's JSON. Rejects with the hub's error, or with `hub/unreachable`. */
  async json<T>(path: string, asked: ApiRequestOptions = {}): Promise<T> {
    const response = await this.send(path, asked);
    return (await response.json()) as T;
  }

  /** The same, as soon as the answer begins. */
  async send(
    path: string,
    { method = 'GET', query = {}, headers, body, signal }: ApiRequestOptions = {},
  ): Promise<Response> {
    const isJson = typeof body === 'object' && !(body instanceof Uint8Array);
    const init: RequestInit = {
      method,
      headers: {
        Accept: 'application/json',
        ...this.#headers,
        ...headers,
        ...(isJson && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : body }),
      ...(signal && { signal }),
    };
    const request = this.#fetch;
    const response = await request(this.#base + path + toSearch(query), init).catch((cause: unknown) => {
      if (!(cause instanceof TypeError)) throw cause;
      throw new HubError('hub/unreachable', `the hub at ${this.#base} cannot be reached`, { cause });
    });
    if (!response.ok) throw await errorOf(response);
    return response;
  }
}

/** One level of a path, whatever its characters. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}

function toSearch(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, String(one)]),
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

function headersOf({ token, user, password }: ApiOptions): Readonly<Record<string, string>> {
  if (token !== undefined) return { Authorization: `Bearer ${token}` };
  if (user === undefined) return {};
  const bytes = new TextEncoder().encode(`${user}:${password ?? ''}`);
  return { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

async function errorOf(response: Response): Promise<HubError> {
  const body: unknown = await response.json().catch(() => undefined);
  const { code, message } = Object(Object(body).error);
  if (typeof code === 'string' && typeof message === 'string')
    return new HubError(code as ErrorCode, message);
  return new HubError('hub/unreachable', `what answers there is not a hub (status ${response.status})`);
}
