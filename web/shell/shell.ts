/** The members of a request that the shell needs. */
type ShellRequest = Pick<Request, 'url' | 'method' | 'mode'>;

interface ShellParts<R extends ShellRequest> {
  /** The address of the hub, which ends in a slash. */
  readonly hub: string;
  readonly openCache: () => Promise<Cache>;
  readonly fetch: (request: R | string) => Promise<Response>;
  /** Resolves after a number of milliseconds. */
  readonly after: (ms: number) => Promise<void>;
  /** Keeps the worker alive until the work is done. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** The pages whose shell is kept, by their paths below the hub's address. The login page is not one: the hub decides whether it is shown. */
const PAGES: readonly string[] = ['', 'simulator', 'topics'];

/** The scripts and styles, below the hub's address. */
const ASSETS = 'assets/';

/** Marks the version of a page that was kept before the newest. */
const BEFORE = '?before';

/** How long the hub may take to send a page that we have, milliseconds. A network that fails silently takes half a minute to report that. */
const PATIENCE_MS = 3000;

/**
 * The shell of the pages, HTML, scripts and styles, kept in the browser so that a page opens while the hub is away. Nothing else is kept or
 * looked at: neither what the API answers, nor a login, nor a link with a token. The hub is asked for a page first, so an update is there at
 * the next load. The names of scripts and styles change with their content, so a page only ever gets those of its own version: it is kept with
 * all that it may load later, and the version before it is kept, too, for tabs that are still open.
 */
export class Shell<R extends ShellRequest> {
  readonly #parts: ShellParts<R>;
  /** The path of the hub, which ends in a slash. */
  readonly #base: string;
  readonly #pages: ReadonlySet<string>;

  constructor(parts: ShellParts<R>) {
    this.#parts = parts;
    this.#base = new URL(parts.hub).pathname;
    this.#pages = new Set(PAGES.map((page) => this.#base + page));
  }

  /** The response to a request, or `undefined` if the request is not for the shell. */
  respond(request: R): Promise<Response> | undefined {
    if (request.method !== 'GET') return undefined;
    const url = new URL(request.url);
    if (!url.href.startsWith(this.#parts.hub)) return undefined;
    if (this.#isAsset(url.pathname)) return this.#asset(url.pathname, request);
    const page = this.#pageOf(url);
    return page !== undefined && request.mode === 'navigate' ? this.#page(page, request) : undefined;
  }

  /** Keeps the shells of pages that are open already, by their addresses. */
  async keepAll(addresses: readonly string[]): Promise<void> {
    const pages = new Set(addresses.map((address) => this.#pageOf(new URL(address))));
    for (const page of pages) if (page !== undefined) await this.#keep(page, await this.#parts.fetch(page));
  }

  async #asset(path: string, request: R): Promise<Response> {
    const cache = await this.#parts.openCache();
    const kept = await cache.match(path);
    if (kept) return kept;
    const response = await this.#parts.fetch(request);
    if (isOwn(response)) this.#parts.waitUntil(cache.put(path, response.clone()));
    return response;
  }

  async #page(page: string, request: R): Promise<Response> {
    const { fetch, openCache, after, waitUntil } = this.#parts;
    const answer = fetch(request).then((response) => {
      waitUntil(this.#keep(page, response.clone()));
      return response;
    });
    waitUntil(answer.catch(() => undefined));
    const kept = await (await openCache()).match(page);
    if (!kept) return answer;
    return Promise.race([answer.catch(() => kept), after(PATIENCE_MS).then(() => kept)]);
  }

  /** The scripts and styles first: a page that is kept is complete. */
  async #keep(page: string, response: Response): Promise<void> {
    if (!isOwn(response)) return;
    const cache = await this.#parts.openCache();
    const html = await response.clone().text();
    if ((await (await cache.match(page))?.text()) === html) return;
    for (const asset of this.#assetsOf(html)) if (!(await cache.match(asset))) await cache.add(asset);
    const before = await cache.match(page);
    if (before) await cache.put(page + BEFORE, before);
    await cache.put(page, response);
    await this.#keepLater(cache, this.#assetsOf(html));
    await this.#dropUnused(cache);
  }

  /** Keeps the files that the scripts load later. A page works without them, so a file that cannot be loaded now is left out. */
  async #keepLater(cache: Cache, assets: readonly string[]): Promise<void> {
    const all = new Set(assets);
    for (const asset of all) {
      const kept = (await cache.match(asset)) ?? (await addTo(cache, asset));
      for (const named of this.#importsOf((await kept?.text()) ?? '')) all.add(named);
    }
  }

  /** The page at an address; `undefined` if there is none whose shell is kept, or if the address is a secret link. */
  #pageOf({ origin, pathname, searchParams }: URL): string | undefined {
    if (origin !== new URL(this.#parts.hub).origin || searchParams.has('token')) return undefined;
    return this.#pages.has(pathname) ? pathname : undefined;
  }

  #isAsset(path: string): boolean {
    return path.startsWith(this.#base + ASSETS);
  }

  #assetsOf(html: string): readonly string[] {
    return [...new Set(html.match(/\bassets\/[\w.-]+/g))].map((asset) => this.#base + asset);
  }

  /** Scripts name each other beside themselves, `./chart-1.js`, or from the hub's address, `assets/chart-1.js`. */
  #importsOf(script: string): readonly string[] {
    const names = script.matchAll(/["'`](?:\.\/|\/?assets\/)([\w.-]+\.(?:js|css))["'`]/g);
    return [...names].map(([, name]) => `${this.#base}${ASSETS}${name}`);
  }

  /** Deletes the scripts and styles that no page needs. */
  async #dropUnused(cache: Cache): Promise<void> {
    const keys = (await cache.keys()).map(({ url }) => pathOf(new URL(url)));
    const used = await this.#namedBy(
      cache,
      keys.filter((key) => this.#pages.has(key.replace(BEFORE, ''))),
    );
    const unused = keys.filter((key) => !used.has(key));
    await Promise.all(unused.map((key) => cache.delete(key)));
  }

  /** Files and all files that they name, also the ones that a script loads only when it needs them, as far as they are kept. */
  async #namedBy(cache: Cache, files: readonly string[]): Promise<ReadonlySet<string>> {
    const named = new Set(files);
    // The loop reaches names that are added while it runs.
    for (const file of named) {
      const text = (await (await cache.match(file))?.text()) ?? '';
      for (const asset of this.#isAsset(file) ? this.#importsOf(text) : this.#assetsOf(text))
        named.add(asset);
    }
    return named;
  }
}

/** Whether a response is a file of this hub, rather than an error or the way to the login page. */
function isOwn({ ok, redirected, type }: Response): boolean {
  return ok && !redirected && type === 'basic';
}

function pathOf({ pathname, search }: URL): string {
  return pathname + search;
}

async function addTo(cache: Cache, asset: string): Promise<Response | undefined> {
  await cache.add(asset).catch(() => undefined);
  return cache.match(asset);
}
